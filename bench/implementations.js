'use strict';

// The sides of every comparison: the same names, so that a case is written once.

const fs = require('node:fs');
const zlib = require('node:zlib');

module.exports = {
  sluice: () => require('..'),
  node: () => ({
    ...zlib,
    createReadStream: fs.createReadStream,
    createWriteStream: fs.createWriteStream,
  }),
  'sonic-boom': () => {
    const { SonicBoom } = require('sonic-boom');
    // Its fastest, of six ways that were tried: gathered to 4 KiB, and written on the JS thread.
    const options = { minLength: 4096, sync: true, append: false };
    return { createWriteStream: (dest) => new SonicBoom({ dest, ...options }) };
  },
  // Those have nothing to load: a stream of Node's own, and commands.
  'no-op': () => ({}),
  pigz: () => ({}),
  zstd: () => ({}),
};
