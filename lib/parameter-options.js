'use strict';

// The options of brotli and zstd: parameters by the numbers of their C libraries.

const { dictionaryOption } = require('./codec-options');
const { constants } = require('./constants');
const { invalidArgType, invalidParam } = require('./errors');

const greatest = (prefix) =>
  Math.max(
    ...Object.entries(constants).map(([name, value]) => (name.startsWith(prefix) ? value : 0)),
  );

/** What Node has in the place of a parameter that is not set, so that nothing can be set to it. */
const UNSET = 0xffffffff;

const BROTLI_PARAMS = {
  most: greatest('BROTLI_PARAM_'),
  invalid: (key) => invalidParam('ERR_BROTLI_INVALID_PARAM', 'Brotli', key),
};
const zstdParams = (prefix) => ({
  most: greatest(prefix),
  invalid: (key) => invalidParam('ERR_ZSTD_INVALID_PARAM', 'zstd', key),
});
const ZSTD_COMPRESS_PARAMS = zstdParams('ZSTD_c_');
const ZSTD_DECOMPRESS_PARAMS = zstdParams('ZSTD_d_');

/** The option `params` as native code takes it: a number, its value, and so on. */
function paramsOption(params, { most, invalid }) {
  if (!params) return undefined;
  const set = new Map();
  for (const name of Object.keys(params)) {
    const key = Number(name);
    if (!Number.isInteger(key) || key < 0 || key > most || set.has(key)) throw invalid(name);
    const value = params[name];
    if (typeof value !== 'number' && typeof value !== 'boolean') {
      throw invalidArgType('options.params[key]', 'of type number', value);
    }
    if (Number(value) >>> 0 !== UNSET) set.set(key, Number(value) | 0);
  }
  return Array.from(set).flat();
}

/** An error as Node's native half makes it, which shows no code. */
const nativeError = (Base, code, message) => Object.assign(new Base(message), { code });

/** How many bytes will be compressed. */
function pledgedSizeOption(size) {
  if (size === undefined) return undefined;
  if (typeof size !== 'number') {
    throw nativeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'pledgedSrcSize must be a number');
  }
  if (!Number.isSafeInteger(size)) {
    throw nativeError(RangeError, 'ERR_OUT_OF_RANGE', 'pledgedSrcSize must be a safe integer');
  }
  if (size < 0) {
    throw nativeError(RangeError, 'ERR_OUT_OF_RANGE', 'pledgedSrcSize must be non-negative');
  }
  return size;
}

/** What `options` say about brotli, for native code. */
function brotliOptions(format, options) {
  const params = paramsOption(options?.params, BROTLI_PARAMS);
  return { format, params, dictionary: dictionaryOption(options?.dictionary) };
}

/** What `options` say about zstd, for native code. */
function zstdOptions(format, options) {
  const known = format === 'zstdCompress' ? ZSTD_COMPRESS_PARAMS : ZSTD_DECOMPRESS_PARAMS;
  const params = paramsOption(options?.params, known);
  const dictionary = dictionaryOption(options?.dictionary);
  return { format, params, dictionary, pledgedSize: pledgedSizeOption(options?.pledgedSrcSize) };
}

module.exports = { brotliOptions, zstdOptions };
