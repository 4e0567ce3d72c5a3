'use strict';

// CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/

const { isAnyArrayBuffer, isSharedArrayBuffer } = require('node:util').types;
const codecs = require('../zlib');
const { codedError, invalidArgType, invalidArgValue } = require('../errors');
const { Outcome } = require('./outcome');
const { webReadable } = require('./readable');
const { webWritable } = require('./writable');

/** The standard's names of the formats, each with the class that compresses and the one that decompresses. */
const FORMATS = new Map([
  ['deflate', ['Deflate', 'Inflate']],
  ['deflate-raw', ['DeflateRaw', 'InflateRaw']],
  ['gzip', ['Gzip', 'Gunzip']],
  ['brotli', ['BrotliCompress', 'BrotliDecompress']],
  ['zstd', ['ZstdCompress', 'ZstdDecompress']],
]);

const COMPRESS = 0;
const DECOMPRESS = 1;

/** Nothing may follow the end of the data: of gzip, no further member either. */
const DECODER_OPTIONS = { rejectGarbageAfterEnd: true };

/** The error of a chunk that is not a BufferSource. Node's streams would take strings and shared memory. */
function fault(chunk) {
  if (ArrayBuffer.isView(chunk)) {
    if (!isSharedArrayBuffer(chunk.buffer)) return undefined;
  } else if (isAnyArrayBuffer(chunk)) {
    if (!isSharedArrayBuffer(chunk)) return undefined;
  } else if (chunk === null) {
    return codedError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream');
  }
  const expected = 'an ArrayBuffer or a view of one, not of a SharedArrayBuffer';
  return invalidArgType('chunk', expected, chunk);
}

/** What a codec fails with by itself is the fault of its data: a TypeError, says the standard. */
function asTypeError(error) {
  if (error instanceof TypeError) return error;
  const { message, code } = error;
  return Object.assign(new TypeError(message, { cause: error }), { code });
}

/** A codec stream for `format`, which the standard turns into a string, whatever it is. */
function open(format, direction, options) {
  const Codec = codecs[FORMATS.get(`${format}`)?.[direction]];
  if (Codec === undefined) throw invalidArgValue('format', format);
  return new Codec(options);
}

/** `name` with the attributes of a GenericTransformStream. */
function streamClass(name, direction, options) {
  const { [name]: Class } = {
    [name]: class {
      #readable;
      #writable;

      constructor(format) {
        const stream = open(format, direction, options);
        const outcome = new Outcome(stream, asTypeError);
        this.#readable = webReadable(stream, outcome);
        this.#writable = webWritable(stream, outcome, fault);
      }

      get readable() {
        return this.#readable;
      }

      get writable() {
        return this.#writable;
      }
    },
  };
  Object.defineProperties(Class.prototype, {
    readable: { enumerable: true },
    writable: { enumerable: true },
    [Symbol.toStringTag]: { value: name, configurable: true },
  });
  return Class;
}

module.exports = {
  CompressionStream: streamClass('CompressionStream', COMPRESS),
  DecompressionStream: streamClass('DecompressionStream', DECOMPRESS, DECODER_OPTIONS),
};
