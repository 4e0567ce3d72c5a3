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

/** A stream as it is by default, and one with threads of its own. */
const encoders = (key, name, codec, decode, params, wanted) => {
  const threads = availableParallelism();
  const encoder = (work, options) =>
    throughCodec({
      work,
      input: 'plain',
      codec,
      options,
      decode,
      native: true,
      wanted,
      wantedSize: 1,
    });
  const work = `the file through ${name}, ${NATIVE}`;
  return {
    [`${key}-native`]: encoder(work, { params }),
    [`${key}-native-threads`]: encoder(`${work}, \`threads: ${threads}\``, { params, threads }),
  };
};

module.exports = {
  'gzip-6-native': gzip(6, true, { wanted: 3.5, wantedSize: 1 }),
  'gzip-1-native': gzip(1, true, { wanted: 3.3, wantedSize: 1 }),
  'gzip-9-native': gzip(9, true, { wanted: 2.9, wantedSize: 1 }),
  'gzip-6-fs': gzip(6, false, { wanted: 2.8 }),
  'gzip-1-fs': gzip(1, false, {}),
  'gzip-9-fs': gzip(9, false, {}),
  'gunzip-native': decoder('gzip', 'gzip', 'createGunzip', true, 3),
  'gunzip-fs': decoder('gzip', 'gzip', 'createGunzip', false, 2),
  ...encoders(
    'brotli',
    'brotli, quality 5',
    'createBrotliCompress',
    'createBrotliDecompress',
    { [BROTLI_PARAM_QUALITY]: 5 },
    2,
  ),
  'unbrotli-native': decoder('brotli', 'brotli', 'createBrotliDecompress', true, 2.5),
  ...encoders(
    'zstd',
    'zstd, level 3',
    'createZstdCompress',
    'createZstdDecompress',
    { [ZSTD_c_compressionLevel]: 3 },
    2,
  ),
  'unzstd-native': decoder('zstd', 'zstd', 'createZstdDecompress', true, 2.5),
};
