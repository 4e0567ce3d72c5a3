'use strict';

// The options of the deflate family: zlib's, and those of gzip's header and members that are ours.

const { constants } = require('./constants');
const { dictionaryOption } = require('./codec-options');
const { invalidArgValue } = require('./errors');
const { headerOption } = require('./gzip-header');
const { rangeOption } = require('./options');

const {
  Z_MIN_WINDOWBITS,
  Z_MAX_WINDOWBITS,
  Z_DEFAULT_WINDOWBITS,
  Z_MIN_LEVEL,
  Z_MAX_LEVEL,
  Z_DEFAULT_COMPRESSION,
  Z_MIN_MEMLEVEL,
  Z_MAX_MEMLEVEL,
  Z_DEFAULT_MEMLEVEL,
  Z_DEFAULT_STRATEGY,
  Z_FIXED,
} = constants;

/** Formats whose header says how large the window is: 0 leaves it at that. */
const WITH_HEADER = new Set(['gunzip', 'inflate', 'unzip']);
const ENCODERS = new Set(['gzip', 'deflate', 'deflateRaw']);

function windowBitsOption(value, format) {
  if (WITH_HEADER.has(format) && (value == null || value === 0)) return 0;
  const least = Z_MIN_WINDOWBITS + (format === 'gzip' ? 1 : 0);
  const [most, fallback] = [Z_MAX_WINDOWBITS, Z_DEFAULT_WINDOWBITS];
  const bits = rangeOption(value, 'options.windowBits', least, most, fallback);
  // As in zlib: it cannot compress with 8.
  return ENCODERS.has(format) ? Math.max(9, bits) : bits;
}

function membersOption(value) {
  if (value === undefined || value === 'all') return false;
  if (value === 'first') return true;
  throw invalidArgValue('options.members', value, "must be 'all' or 'first'");
}

/** What `options` say about zlib, for native code. */
function zlibOptions(format, options) {
  const codec = { format, level: Z_DEFAULT_COMPRESSION, strategy: Z_DEFAULT_STRATEGY };
  if (!options) return codec;
  const range = (name, min, max, fallback) =>
    rangeOption(options[name], `options.${name}`, min, max, fallback);
  codec.windowBits = windowBitsOption(options.windowBits, format);
  codec.level = range('level', Z_MIN_LEVEL, Z_MAX_LEVEL, Z_DEFAULT_COMPRESSION);
  codec.memLevel = range('memLevel', Z_MIN_MEMLEVEL, Z_MAX_MEMLEVEL, Z_DEFAULT_MEMLEVEL);
  codec.strategy = range('strategy', Z_DEFAULT_STRATEGY, Z_FIXED, Z_DEFAULT_STRATEGY);
  codec.dictionary = dictionaryOption(options.dictionary);
  if (format === 'gzip') codec.header = headerOption(options.header);
  if (format === 'gunzip' || format === 'unzip') codec.firstMember = membersOption(options.members);
  return codec;
}

module.exports = { ENCODERS, zlibOptions };
