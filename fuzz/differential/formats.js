'use strict';

// The formats that the running Node has: how a class, its functions and its opposite are called.

const zlib = require('node:zlib');

/** @typedef {'zlib' | 'brotli' | 'zstd'} Engine */

const all = [
  {
    name: 'gzip',
    engine: 'zlib',
    encoder: 'Gzip',
    decoder: 'Gunzip',
    encode: 'gzip',
    decode: 'gunzip',
  },
  {
    name: 'unzip',
    engine: 'zlib',
    encoder: 'Gzip',
    decoder: 'Unzip',
    encode: 'gzip',
    decode: 'unzip',
  },
  {
    name: 'deflate',
    engine: 'zlib',
    encoder: 'Deflate',
    decoder: 'Inflate',
    encode: 'deflate',
    decode: 'inflate',
  },
  {
    name: 'deflateRaw',
    engine: 'zlib',
    encoder: 'DeflateRaw',
    decoder: 'InflateRaw',
    encode: 'deflateRaw',
    decode: 'inflateRaw',
  },
  {
    name: 'brotli',
    engine: 'brotli',
    encoder: 'BrotliCompress',
    decoder: 'BrotliDecompress',
    encode: 'brotliCompress',
    decode: 'brotliDecompress',
  },
  {
    name: 'zstd',
    engine: 'zstd',
    encoder: 'ZstdCompress',
    decoder: 'ZstdDecompress',
    encode: 'zstdCompress',
    decode: 'zstdDecompress',
  },
];

/** Node's zstd is the oracle since it reads concatenated frames: what it had before that, Sluice is not to be like. */
function hasZstd() {
  if (!('zstdCompressSync' in zlib)) return false;
  const frame = zlib.zstdCompressSync('x');
  return zlib.zstdDecompressSync(Buffer.concat([frame, frame])).length === 2;
}

const formats = all.filter(({ engine }) => engine !== 'zstd' || hasZstd());

/** What brings out all that can be decoded of an unfinished stream. */
const BRING_OUT = {
  zlib: zlib.constants.Z_SYNC_FLUSH,
  brotli: zlib.constants.BROTLI_OPERATION_FLUSH,
  zstd: zlib.constants.ZSTD_e_flush,
};

/** What the oracle makes of the encoded bytes; unfinished ones are welcome if `partial`. */
function decodeByOracle(format, encoded, { partial = false, ...options } = {}) {
  const finishFlush = partial ? { finishFlush: BRING_OUT[format.engine] } : {};
  return zlib[`${format.decode}Sync`](encoded, { ...options, ...finishFlush });
}

module.exports = { decodeByOracle, formats };
