'use strict';

/** At every level the output is at most 1 % larger than node:zlib's at that level. */

const fs = require('node:fs');
const path = require('node:path');
const { buffer } = require('node:stream/consumers');
const zlib = require('node:zlib');
const { createGzip } = require('sluice');
const { sampleText } = require('./support/command.js');

/** The first bytes of the running Node executable: machine code, tables and strings. */
function executable(bytes) {
  const file = fs.openSync(process.execPath, 'r');
  const data = Buffer.alloc(bytes);
  fs.readSync(file, data, 0, bytes, 0);
  fs.closeSync(file);
  return data;
}

/** This project's own JavaScript, Rust and Markdown. */
function sources() {
  const root = path.join(__dirname, '..');
  const files = ['lib', 'src', 'docs', '__test__'].flatMap((folder) =>
    fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }),
  );
  const texts = files
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((name) => fs.readFileSync(name));
  return Buffer.concat(texts);
}

describe.each([
  ['text', sources()],
  ['a log', sampleText(2_000_000)],
  ['an executable', executable(4_000_000)],
])('%s', (_, data) => {
  test.each([-1, 1, 2, 3, 4, 5, 6, 7, 8, 9])('level %i', async (level) => {
    const gzip = createGzip({ level });
    gzip.end(data);
    const output = await buffer(gzip);
    expect(output.length).toBeLessThanOrEqual(1.01 * zlib.gzipSync(data, { level }).length);
    expect(zlib.gunzipSync(output).equals(data)).toBe(true);
  });
});
