'use strict';

// The options that all codecs have, with the checks, messages and order of node:zlib, and the limits that are ours.

const { kMaxLength } = require('node:buffer');
const { isAnyArrayBuffer, isSharedArrayBuffer } = require('node:util').types;
const { constants } = require('./constants');
const { invalidArgType, outOfRange } = require('./errors');
const {
  FIRST_PIECE,
  LARGEST_PIECE,
  isGivenNumber,
  rangeOption,
  threadsOption,
} = require('./options');

const { Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH } = constants;

/**
 * The families of formats: their kinds of flush, by default and at the most, and zlib's kind for each, which is what
 * Rust knows.
 */
const ZLIB = {
  flush: Z_NO_FLUSH,
  finishFlush: Z_FINISH,
  fullFlush: constants.Z_FULL_FLUSH,
  mostFlush: constants.Z_BLOCK,
  kinds: [0, 1, 2, 3, 4, 5],
};
const BROTLI = {
  flush: constants.BROTLI_OPERATION_PROCESS,
  finishFlush: constants.BROTLI_OPERATION_FINISH,
  fullFlush: constants.BROTLI_OPERATION_FLUSH,
  mostFlush: constants.BROTLI_OPERATION_EMIT_METADATA,
  kinds: [Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH, Z_SYNC_FLUSH],
};
const ZSTD = {
  flush: constants.ZSTD_e_continue,
  finishFlush: constants.ZSTD_e_end,
  fullFlush: constants.ZSTD_e_flush,
  mostFlush: constants.ZSTD_e_end,
  kinds: [Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH],
};

/** zlib's number of a family's kind of flush. */
const zlibKind = (family, kind) => family.kinds[Math.trunc(kind)];

function chunkSizeOption(value) {
  if (!isGivenNumber(value, 'options.chunkSize')) return LARGEST_PIECE;
  const { Z_MIN_CHUNK } = constants;
  if (value < Z_MIN_CHUNK) throw outOfRange('options.chunkSize', `>= ${Z_MIN_CHUNK}`, value);
  return Math.trunc(value);
}

function ratioOption(value) {
  const name = 'options.maxOutputRatio';
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!(value >= 1)) throw outOfRange(name, '>= 1', value);
  return value === Infinity ? undefined : value;
}

/**
 * What a program says about any codec. `codec`, the options of the format, is what native code is given: what concerns
 * it is added there.
 */
function commonOptions(options, family, codec) {
  if (!options) {
    return {
      chunkSize: LARGEST_PIECE,
      firstChunkSize: FIRST_PIECE,
      flush: family.flush,
      finishFlush: family.finishFlush,
    };
  }
  const chunkSize = chunkSizeOption(options.chunkSize);
  const kind = (name) =>
    rangeOption(options[name], `options.${name}`, 0, family.mostFlush, family[name]);
  const flush = kind('flush');
  const finishFlush = kind('finishFlush');
  const name = 'options.maxOutputLength';
  codec.maxOutput = rangeOption(options.maxOutputLength, name, 1, kMaxLength, undefined);
  const { rejectGarbageAfterEnd } = options;
  if (rejectGarbageAfterEnd !== undefined && typeof rejectGarbageAfterEnd !== 'boolean') {
    throw invalidArgType('options.rejectGarbageAfterEnd', 'of type boolean', rejectGarbageAfterEnd);
  }
  // Where Node, after all else, would fail to make a buffer.
  if (options.chunkSize > kMaxLength) {
    throw outOfRange('size', `>= 0 && <= ${kMaxLength}`, chunkSize);
  }
  codec.rejectTrailing = rejectGarbageAfterEnd;
  codec.maxRatio = ratioOption(options.maxOutputRatio);
  codec.threads = threadsOption(options.threads);
  const firstChunkSize = isGivenNumber(options.chunkSize) ? chunkSize : FIRST_PIECE;
  return { chunkSize, firstChunkSize, flush, finishFlush, info: options.info };
}

/** A copy of the bytes of a view or an ArrayBuffer. */
function copyOf(value) {
  const { buffer, byteOffset, byteLength } = isAnyArrayBuffer(value)
    ? new Uint8Array(value)
    : value;
  // What is detached is empty, and nothing can be made of it.
  if (byteLength === 0) return Buffer.alloc(0);
  return Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
}

/** A view of what is a view or an ArrayBuffer, for a codec to read. What another thread may write to is copied. */
function viewOf(value) {
  if (isAnyArrayBuffer(value))
    return isSharedArrayBuffer(value) ? copyOf(value) : Buffer.from(value);
  return isSharedArrayBuffer(value.buffer) ? copyOf(value) : value;
}

/** A copy of a dictionary: what becomes of the program's memory changes nothing. */
function dictionaryOption(value) {
  if (value === undefined) return undefined;
  if (!ArrayBuffer.isView(value) && !isAnyArrayBuffer(value)) {
    const expected = 'an instance of Buffer, TypedArray, DataView, or ArrayBuffer';
    throw invalidArgType('options.dictionary', expected, value);
  }
  return copyOf(value);
}

module.exports = {
  BROTLI,
  ZLIB,
  ZSTD,
  commonOptions,
  copyOf,
  dictionaryOption,
  viewOf,
  zlibKind,
};
