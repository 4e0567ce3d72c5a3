'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const EXAMPLES = path.join(__dirname, '..', 'examples');

let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs an example to its end and returns what it printed; an exit code other than 0 fails the test. */
function run(name, ...args) {
  const command = [path.join(EXAMPLES, name), ...args.map(String)];
  return execFileSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30000,
  });
}

/** The number that a pattern captures in the output. */
function figure(output, pattern) {
  expect(output).toMatch(pattern);
  return Number(pattern.exec(output)[1]);
}

/** Bytes; below the size in which Rust takes over written bytes, so that write() must return false. */
const SMALL_MARK = 8192;

test('million-writes: the loop stops on false, goes on at drain, and all writes arrive in gzip', () => {
  const output = run('million-writes.js', 'gzip', 50000, SMALL_MARK);
  expect(figure(output, /(\d+) bytes in/)).toBe(500000);
  expect(figure(output, /false (\d+) times/)).toBeGreaterThan(0);
  const peak = figure(output, /at most (\d+) bytes/);
  const highWaterMark = figure(output, /mark is (\d+)/);
  expect(peak).toBeLessThan(highWaterMark + 'Some data\n'.length);
});

test('million-writes: the same loop into a file writes every line', () => {
  const target = path.join(folder, 'lines');
  const output = run('million-writes.js', target, 50000, SMALL_MARK);
  expect(figure(output, /false (\d+) times/)).toBeGreaterThan(0);
  expect(fs.readFileSync(target, 'utf8')).toBe('Some data\n'.repeat(50000));
});

test('slow-writer: the file arrives at the pace of the writer, and little of it waits', () => {
  const source = path.join(folder, 'source');
  fs.writeFileSync(source, Buffer.alloc(1e6, 'x'));
  const start = performance.now();
  const output = run('slow-writer.js', source, 1e6);
  expect(performance.now() - start).toBeGreaterThan(800);
  expect(figure(output, /delivered (\d+) bytes\n/)).toBe(1e6);
  expect(figure(output, /false (\d+) times/)).toBeGreaterThan(0);
  expect(figure(output, /at most (\d+) bytes/)).toBeLessThan((256 + 64) * 1024);
});

test('http-gzip: a slow client receives what the server generated', () => {
  const output = run('http-gzip.js', 3, 3);
  expect(output).toMatch(/received 3000000 bytes, identical/);
  expect(figure(output, /grew by ([\d.]+) MB/)).toBeLessThan(100);
});

test('web-streams: writer.ready waits for room, and streams stand in a pipeThrough()', () => {
  const output = run('web-streams.js', 50);
  expect(figure(output, /delivered (\d+) bytes/)).toBe(50 * 16 * 1024);
  expect(figure(output, /waited for (\d+) times/)).toBeGreaterThan(0);
  expect(output).toMatch(/through CompressionStream and gunzip: identical/);
});

test('async-iteration: pipeline() and ready() bring every line back', () => {
  const output = run('async-iteration.js', 5000);
  expect(output).toMatch(/pipeline: 5000 lines came back of 5000/);
  expect(output).toMatch(/ready\(\): 5000 lines came back of 5000/);
});
