'use strict';

// Bytes through an encoder and back: in streams, and by node:zlib where this Node has the format.

const { constants } = require('../..');
const codecs = require('../../__test__/support/codecs');
const { lines, noise, pieces } = require('../../__test__/support/data');
const { through } = require('../../__test__/support/streams');

/** Brotli's default is slow, and no more is to be seen of it. */
const OPTIONS = { brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } };

const allFormats = codecs.allFormats.map((format) => ({
  ...format,
  encode: (options) => format.encode({ ...OPTIONS[format.name], ...options }),
  encodeSync: (bytes) => format.encodeSync(bytes, OPTIONS[format.name]),
}));

const text = lines(2000);
/** Some of it compresses. */
const bytes = Buffer.concat([text, noise(20_000), text.subarray(0, 10_000)]);

/** Fails unless `packed` decodes to `expected`, by Node where it can. */
function checkDecoded({ name, decodeSync, zlibDecode }, packed, expected) {
  const decoded = (zlibDecode ?? decodeSync)(packed);
  if (!decoded.equals(expected)) throw new Error(`${name}: what came out is not what went in`);
}

/** Writes `expected` in pieces of `size` bytes to an encoder, and looks at what comes out of it, and of a decoder. */
async function roundTrip(format, expected = bytes, size = 5000) {
  const packed = await through(format.encode(), pieces(expected, size));
  checkDecoded(format, packed, expected);
  const decoded = await through(format.decode(), pieces(packed, size));
  if (!decoded.equals(expected)) throw new Error(`${format.name}: a decoder gives other bytes`);
}

module.exports = { allFormats, bytes, checkDecoded, pieces, roundTrip, text };
