'use strict';

const zlib = require('node:zlib');
const { RATIO, SIZE, holdPaused, makeBomb } = require('../bombs');
const { growths, grewAtMost } = require('../rows');

const SECONDS = 30;
/** MB: brotli's window of 4 MiB, and the marks. */
const WANTED = 6;

/** A case for one format: what a decoder's memory comes to while its reader pauses. */
function bomb(format) {
  return {
    maximumRounds: 1,
    sides: () =>
      format !== 'zstd' || 'createZstdDecompress' in zlib ? ['sluice', 'node'] : ['sluice'],
    async measure(lib) {
      const input = await makeBomb(format);
      const { growth, stream } = await holdPaused(lib, format, input, SECONDS * 1000);
      stream.destroy();
      return { growth };
    },
    rows: (sluice, node) => [
      {
        work: `a ${RATIO}:1 bomb of ${SIZE / 1e6} MB in ${format}, its reader paused for ${SECONDS} s: growth of memory`,
        ...growths(sluice, node),
        ...grewAtMost(sluice, node, WANTED),
      },
    ],
  };
}

module.exports = { ...bomb('gzip'), bomb };
