'use strict';

// Real input in pieces: of the Node executable, and of the JavaScript below node_modules.

const fs = require('node:fs');
const path = require('node:path');

const LARGEST = 10e6;
const MODULES = path.join(__dirname, '..', 'node_modules');

function executable() {
  const file = fs.openSync(process.execPath, 'r');
  const data = Buffer.alloc(LARGEST);
  const length = fs.readSync(file, data, 0, LARGEST, 20e6);
  fs.closeSync(file);
  return data.subarray(0, length);
}

/** Sources until there are enough, in the order of their names, so that every run has the same. */
function sources() {
  const texts = [];
  let length = 0;
  const collect = (folder) => {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (length >= LARGEST) return;
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) collect(name);
      else if (entry.isFile() && name.endsWith('.js'))
        length += texts[texts.push(fs.readFileSync(name)) - 1].length;
    }
  };
  collect(MODULES);
  return Buffer.concat(texts).subarray(0, LARGEST);
}

/** `count` pieces of `size` bytes from all over the data. */
function spread(data, size, count) {
  const step = Math.floor((data.length - size) / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, i) => data.subarray(i * step, i * step + size));
}

/** Pieces of a size, as many of the one kind as of the other. */
function pieces(size, count) {
  return [executable(), sources()].flatMap((data) => spread(data, size, count));
}

module.exports = { pieces };
