'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const MAIN = path.join(__dirname, '..', 'demo', 'main.js');

let folder;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the demo with the test's folder as its place for temporary files. */
function demo(...args) {
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
  return spawnSync(process.execPath, [MAIN, ...args], { env, encoding: 'utf8', timeout: 60000 });
}

test('the demo compares both decoders with the source, exits with 0 and leaves no file behind', () => {
  const { status, stdout, stderr } = demo(MAIN);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/✓ decoded by Sluice: the SHA-256 of the source/);
  expect(stdout).toMatch(/✓ decoded by node:zlib: the SHA-256 of the source/);
  expect(status).toBe(0);
  expect(fs.readdirSync(folder)).toEqual([]);
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
