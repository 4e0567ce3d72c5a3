'use strict';

const { constants } = require('../..');
const { oneShot } = require('../one-shot');

module.exports = oneShot({
  title: '`brotliCompressSync()`, quality 5,',
  encode: 'brotliCompressSync',
  decode: 'brotliDecompressSync',
  options: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  direction: 'encode',
});
