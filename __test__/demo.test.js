'use strict';

const { spawn, spawnSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { Gauge, heading, line } = require('../demo/gauge');
const { dataOf } = require('./support/pages');

const MAIN = path.join(__dirname, '..', 'demo', 'main.js');

let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The test's folder is the demo's place for temporary files, and where it is started. */
const environment = () => ({ ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder });

function demo(...args) {
  const options = { cwd: folder, env: environment(), encoding: 'utf8', timeout: 60000 };
  return spawnSync(process.execPath, [MAIN, ...args], options);
}

test('the demo compares both decoders with the source, exits with 0 and leaves a page behind', () => {
  const { status, stdout, stderr } = demo(MAIN);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/✓ decoded by Sluice: the SHA-256 of the source/);
  expect(stdout).toMatch(/✓ decoded by node:zlib: the SHA-256 of the source/);
  expect(status).toBe(0);
  expect(fs.readdirSync(folder)).toEqual(['pressure.html']);
  const page = path.join(fs.realpathSync(folder), 'pressure.html');
  expect(stdout).toContain(`to open in a browser: ${page}\n`);
  const { verdict, over } = dataOf(fs.readFileSync(page, 'utf8'));
  expect(over).toBe(true);
  expect(stdout).toContain(`\n${verdict.text}\n`);
});

test('a page that cannot be written costs the demo nothing', () => {
  fs.mkdirSync(path.join(folder, 'pressure.html'));
  const { status, stdout } = demo(MAIN);
  expect(stdout).toMatch(/^No page of where its time went: E/m);
  expect(status).toBe(0);
});

test('output that is no terminal gets plain lines without control characters', () => {
  const { stdout } = demo(MAIN);
  expect(stdout).toMatch(/^gzip: .* drains, at most /m);
  expect(stdout).toMatch(/^slow writer: .* drains, at most /m);
  // eslint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/\x1b/);
});

test.each([
  ['a missing file', () => path.join(folder, 'missing'), /ENOENT/],
  ['a folder', () => folder, /not a regular file/],
])('%s ends the demo in one line and with 1', (_, file, message) => {
  const { status, stdout, stderr } = demo(file());
  expect(stderr).toMatch(/^sluice demo: .*\n$/);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(status).toBe(1);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('Ctrl-C ends the demo in the middle of a stage with 130, and leaves no file behind', async () => {
  const large = path.join(os.tmpdir(), `sluice-test-${process.pid}`);
  fs.writeFileSync(large, randomBytes(5e6));
  try {
    const child = spawn(process.execPath, [MAIN, large], { env: environment() });
    child.stdout.setEncoding('utf8');
    for await (const text of child.stdout) {
      if (/^gzip: /m.test(text)) {
        expect(fs.readdirSync(folder)).toHaveLength(1);
        child.kill('SIGINT');
      }
    }
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    expect(code).toBe(130);
    expect(fs.readdirSync(folder)).toEqual([]);
  } finally {
    fs.rmSync(large);
  }
});

describe('the picture', () => {
  const marks = { highWaterMark: 65536, lowWaterMark: 32768 };
  const draw = (pressure, columns, final = false) =>
    line(new Gauge('name', { pressure }), columns, final, (_, text) => text);
  const pressure = (buffered) => ({
    ...marks,
    buffered,
    peak: 131072,
    bytesIn: 1000,
    falseWrites: 1234567,
    drains: 1234567,
  });

  test.each([56, 60, 72, 80, 99, 100, 110, 250])('fits into %i columns', (columns) => {
    for (const buffered of [0, 1, 32768, 65536, 114688, 131072, 1e9]) {
      expect(draw(pressure(buffered), columns).length).toBeLessThan(columns);
    }
    expect(heading(columns, true, (_, text) => text).length).toBeLessThan(columns);
  });

  test('fills the bar up to the mark that the bytes have reached', () => {
    const marksReached = (buffered) => draw(pressure(buffered), 110).match(/█(?=[┊│])/g) ?? [];
    expect(marksReached(0)).toHaveLength(0);
    expect(marksReached(16384)).toHaveLength(0);
    expect(marksReached(32768)).toHaveLength(1);
    expect(marksReached(65536)).toHaveLength(2);
  });

  test('ends with the highest fill', () => {
    expect(draw(pressure(0), 110)).toContain(' 0 B');
    expect(draw(pressure(0), 110, true)).toContain('131.1 kB');
  });
});
