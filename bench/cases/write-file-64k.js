'use strict';

// Node's default high-water mark for files is 16 KiB and Sluice's 64 KiB: this row gives both 64 KiB.

const { perWrite, timesFaster } = require('../rows');
const { measure } = require('./write-file');

module.exports = {
  measure: (lib, context) => measure(lib, { ...context, highWaterMark: 64 * 1024 }),
  rows: (sluice, node) => [
    {
      work: 'the same, both with a `highWaterMark` of 64 KiB',
      ...perWrite(sluice, node),
      ...timesFaster(sluice, node, 'nanoseconds'),
    },
  ],
};
