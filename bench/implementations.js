'use strict';

// The two sides of every comparison: the same names, so that a case is written once.

const fs = require('node:fs');
const zlib = require('node:zlib');

module.exports = {
  sluice: () => require('..'),
  node: () => ({
    ...zlib,
    createReadStream: fs.createReadStream,
    createWriteStream: fs.createWriteStream,
  }),
};
