'use strict';

const { constants } = require('../..');
const { oneShot } = require('../one-shot');

module.exports = oneShot({
  title: '`brotliDecompressSync()`',
  encode: 'brotliCompressSync',
  decode: 'brotliDecompressSync',
  options: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
  direction: 'decode',
});
