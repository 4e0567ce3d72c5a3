'use strict';

/** Real data that is there wherever the tests run. */

const fs = require('node:fs');
const path = require('node:path');

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
  const root = path.join(__dirname, '..', '..');
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

module.exports = { executable, sources };
