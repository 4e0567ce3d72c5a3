'use strict';

// The two sides of every comparison: the same names, so that a case is written once.

const fs = require('node:fs');
const zlib = require('node:zlib');

module.exports = {
  sluice: () => {
    const { createGunzip, createGzip, createReadStream, createWriteStream } = require('..');
    return { createGunzip, createGzip, createReadStream, createWriteStream };
  },
  node: () => ({
    createGunzip: zlib.createGunzip,
    createGzip: zlib.createGzip,
    createReadStream: fs.createReadStream,
    createWriteStream: fs.createWriteStream,
  }),
};
