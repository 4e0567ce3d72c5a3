'use strict';

// Options for cases, as plain values; dictionaries are recipes until `realOptions()` makes bytes of them.

const fc = require('fast-check');
const { brotliCompressSync, constants } = require('node:zlib');
const { bytesOf, recipe } = require('./data');

const between = (min, max) => fc.integer({ min, max });
/** A record of which any field may be missing. */
const some = (fields) => fc.record(fields, { requiredKeys: [] });

const chunkSize = fc.oneof(between(64, 300), between(1000, 100_000));
const windowBits = between(9, 15);
const dictionary = recipe(2000).filter((made) => bytesOf(made).length > 0);

/** Parameters by the names of their constants: what is printed can be read. */
const brotliEncoding = some({
  BROTLI_PARAM_MODE: between(0, 2),
  BROTLI_PARAM_QUALITY: fc.oneof({ weight: 9, arbitrary: between(0, 9) }, between(10, 11)),
  BROTLI_PARAM_LGWIN: between(10, 24),
  BROTLI_PARAM_LGBLOCK: fc.oneof(fc.constant(0), between(16, 20)),
  BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING: between(0, 1),
  BROTLI_PARAM_SIZE_HINT: between(0, 100_000),
  BROTLI_PARAM_NPOSTFIX: between(0, 3),
});
const brotliDecoding = some({
  BROTLI_DECODER_PARAM_LARGE_WINDOW: between(0, 1),
  BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION: between(0, 1),
});
const zstdEncoding = some({
  ZSTD_c_compressionLevel: between(-5, 9),
  ZSTD_c_windowLog: between(10, 20),
  ZSTD_c_hashLog: between(6, 18),
  ZSTD_c_strategy: between(1, 6),
  ZSTD_c_enableLongDistanceMatching: between(0, 1),
  ZSTD_c_contentSizeFlag: between(0, 1),
  ZSTD_c_checksumFlag: between(0, 1),
});
const zstdDecoding = some({ ZSTD_d_windowLogMax: between(10, 27) });

const flushKinds = {
  zlib: fc.constantFrom(0, 1, 2, 3, 5),
  brotli: between(0, 1),
  zstd: between(0, 1),
};
const finishKinds = {
  zlib: fc.constantFrom(0, 1, 2, 3, 4, 4, 4),
  brotli: between(0, 2),
  zstd: between(0, 2),
};

/** What each engine's encoders and decoders take, whatever the way they are called. */
const encoding = {
  zlib: some({
    chunkSize,
    windowBits,
    level: between(-1, 9),
    memLevel: between(1, 9),
    strategy: between(0, 4),
    finishFlush: finishKinds.zlib,
    flush: flushKinds.zlib,
  }),
  brotli: some({ chunkSize, params: brotliEncoding, finishFlush: finishKinds.brotli }),
  zstd: some({ chunkSize, params: zstdEncoding, finishFlush: finishKinds.zstd }),
};
const decoding = {
  zlib: some({
    chunkSize,
    windowBits: fc.oneof({ weight: 4, arbitrary: fc.constant(15) }, between(9, 15), fc.constant(0)),
    finishFlush: finishKinds.zlib,
  }),
  brotli: some({ chunkSize, params: brotliDecoding, finishFlush: finishKinds.brotli }),
  zstd: some({ chunkSize, params: zstdDecoding, finishFlush: finishKinds.zstd }),
};

/** Formats that take a dictionary. Brotli does from Node 24 on. */
const WITH_DICTIONARY = new Set(['deflate', 'deflateRaw', 'zstd']);
const text = Buffer.from('a dictionary of the very same text');
if (brotliCompressSync(text, { dictionary: text }).length < brotliCompressSync(text).length) {
  WITH_DICTIONARY.add('brotli');
}

/** The options of an encoder of the format. */
function encoderOptions({ name, engine }) {
  if (!WITH_DICTIONARY.has(name)) return encoding[engine];
  const without = { weight: 3, arbitrary: encoding[engine] };
  const withOne = fc
    .tuple(encoding[engine], dictionary)
    .map(([options, made]) => ({ ...options, dictionary: made }));
  return fc.oneof(without, withOne);
}

function decoderOptions({ engine }) {
  return decoding[engine];
}

/** What a library is given: parameters by number, dictionaries as bytes. */
function realOptions({ params, dictionary: made, ...options }) {
  const real = { ...options };
  if (params) {
    const numbered = Object.entries(params).map(([name, value]) => [constants[name], value]);
    real.params = Object.fromEntries(numbered);
  }
  if (made) real.dictionary = bytesOf(made);
  return real;
}

module.exports = { decoderOptions, dictionary, encoderOptions, flushKinds, realOptions };
