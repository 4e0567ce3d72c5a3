'use strict';

// How much of the time the JS thread works while a file goes through gzip into a file, with native ends.

const path = require('node:path');
const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const { shares } = require('../rows');

const work = 'the JS thread meanwhile, of the time at level 6';
const MOST = 2;

module.exports = {
  input: 'plain',

  async measure(lib, { files, folder }) {
    const { createReadStream, createWriteStream } = lib.createReadStream ? lib : fs;
    const before = performance.eventLoopUtilization();
    await pipeline(
      createReadStream(files.plain),
      lib.createGzip({ level: 6 }),
      createWriteStream(path.join(folder, 'target')),
    );
    return { share: performance.eventLoopUtilization(before).utilization };
  },

  rows: (ours, theirs) => [{ work, ...shares(ours, theirs, 'share', MOST) }],
};
