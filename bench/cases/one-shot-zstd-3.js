'use strict';

const { constants } = require('../..');
const { oneShot } = require('../one-shot');

module.exports = oneShot({
  title: '`zstdCompressSync()`, level 3,',
  encode: 'zstdCompressSync',
  decode: 'zstdDecompressSync',
  options: { params: { [constants.ZSTD_c_compressionLevel]: 3 } },
  direction: 'encode',
});
