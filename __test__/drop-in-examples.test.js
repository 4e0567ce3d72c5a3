'use strict';

/** Servers whose authors never heard of Sluice, on Sluice by way of the register hook. */

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const COUNT = path.join(__dirname, 'support', 'count-work.js');

/** Runs an example with the hook, or without; what it printed, and what Sluice did. */
function run(name, { hook }) {
  const preloads = ['-r', COUNT, ...(hook ? ['-r', 'sluice/register'] : [])];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...preloads, `examples/${name}`],
    {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^\{.*\}\n$/) });
  return { lines: stdout.trim().split('\n'), done: JSON.parse(stderr) };
}

const identical = (page, encoding, size) =>
  expect.stringMatching(new RegExp(`^${page} ${encoding}: \\d+ bytes for ${size}, identical$`));

test('Express with compression: every encoding decodes to the same, and Sluice made it', () => {
  const { lines, done } = run('express-compression.js', { hook: true });
  expect(lines).toEqual([
    ...['gzip', 'br', 'deflate'].map((encoding) => identical('/items', encoding, '\\d{6}')),
    '/items zstd: not offered',
    ...['gzip', 'br', 'deflate'].map((encoding) => identical('/events', encoding, '\\d{3}')),
    '/events zstd: not offered',
  ]);
  expect(done).toEqual({ streams: 6, calls: 0 });
});

test('Fastify with @fastify/compress: every encoding, zstd too, and Sluice made it', () => {
  const { lines, done } = run('fastify-compress.js', { hook: true });
  const encodings = ['gzip', 'br', 'deflate', 'zstd'];
  expect(lines).toEqual([
    ...encodings.map((encoding) => identical('/item', encoding, '\\d\\d')),
    ...encodings.map((encoding) => identical('/items', encoding, '\\d{6}')),
    ...encodings.map((encoding) => identical('/log', encoding, '\\d{6}')),
  ]);
  expect(done.streams + done.calls).toBe(12);
  expect(done.calls).toBeGreaterThan(0);
});

test('without the hook the same programs run, and Sluice has nothing to do', () => {
  expect(run('express-compression.js', { hook: false }).done).toEqual({ streams: 0, calls: 0 });
});
