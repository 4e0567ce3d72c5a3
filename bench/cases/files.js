'use strict';

// The files that are sent through a codec, one case each.

const { availableParallelism } = require('node:os');
const { BROTLI_PARAM_QUALITY, ZSTD_c_compressionLevel } = require('../..').constants;
const { throughCodec } = require('./through-codec');

const NATIVE = 'native ends';
const FS = '`fs` streams at both ends';

const gzip = (level, native, { wanted, wantedSize }) =>
  throughCodec({
    work: `the file through gzip level ${level}, ${native ? NATIVE : FS}`,
    input: 'plain',
    codec: 'createGzip',
    options: { level },
    decode: 'createGunzip',
    native,
    wanted,
    wantedSize,
  });

const decoder = (name, input, codec, native, wanted) =>
  throughCodec({
    work: `the file out of ${name}, ${native ? NATIVE : FS}`,
    input,
    codec,
    native,
    wanted,
  });

const encoder = (name, codec, decode, options, wanted) =>
  throughCodec({
    work: `the file through ${name}`,
    input: 'plain',
    codec,
    options,
    decode,
    native: true,
    wanted,
    wantedSize: 1,
  });

const THREADS = availableParallelism();
const brotli5 = { params: { [BROTLI_PARAM_QUALITY]: 5 } };
const zstd3 = { params: { [ZSTD_c_compressionLevel]: 3 } };

module.exports = {
  'gzip-6-native': gzip(6, true, { wanted: 3.5, wantedSize: 1 }),
  'gzip-1-native': gzip(1, true, { wanted: 3.3, wantedSize: 1 }),
  'gzip-9-native': gzip(9, true, { wanted: 2.9, wantedSize: 1 }),
  'gzip-6-fs': gzip(6, false, { wanted: 2.8 }),
  'gzip-1-fs': gzip(1, false, {}),
  'gzip-9-fs': gzip(9, false, {}),
  'gunzip-native': decoder('gzip', 'gzip', 'createGunzip', true, 3),
  'gunzip-fs': decoder('gzip', 'gzip', 'createGunzip', false, 2),
  'brotli-native': encoder(
    `brotli, quality 5, ${NATIVE}`,
    'createBrotliCompress',
    'createBrotliDecompress',
    brotli5,
    2,
  ),
  'brotli-native-threads': encoder(
    `brotli, quality 5, ${NATIVE}, \`threads: ${THREADS}\``,
    'createBrotliCompress',
    'createBrotliDecompress',
    { ...brotli5, threads: THREADS },
    2,
  ),
  'unbrotli-native': decoder('brotli', 'brotli', 'createBrotliDecompress', true, 2.5),
  'zstd-native': encoder(
    `zstd, level 3, ${NATIVE}`,
    'createZstdCompress',
    'createZstdDecompress',
    zstd3,
    2,
  ),
  'zstd-native-threads': encoder(
    `zstd, level 3, ${NATIVE}, \`threads: ${THREADS}\``,
    'createZstdCompress',
    'createZstdDecompress',
    { ...zstd3, threads: THREADS },
    2,
  ),
  'unzstd-native': decoder('zstd', 'zstd', 'createZstdDecompress', true, 2.5),
};
