'use strict';

// The Transforms: a writable side, a codec that runs in Rust, and a readable side that is pulled from Rust's buffer.

const { MAX_LENGTH } = require('node:buffer').constants;
const { nextTick } = require('node:process');
const { Transform, addAbortSignal, finished } = require('node:stream');
const native = require('../binding.js');
const constants = require('./constants');
const { outOfRange } = require('./errors');
const { bell, kFailed, kHandle, kProgress, kPull } = require('./events');
const { baseOptions, checkObject, checkSignal, flowOptions, integerOption } = require('./options');
const {
  attach,
  awaitConsumed,
  fail,
  giveUp,
  installWritableSide,
  kFlushes,
  takeFailure,
} = require('./writable-side');

const kChunkSize = Symbol('sluice.chunkSize');
/** Ends the readable side; there once the writable side has finished. */
const kEndOutput = Symbol('sluice.endOutput');
/** The stage's error, while the reader still has output to read that came before it. */
const kFailure = Symbol('sluice.failure');

/** A reader that keeps up takes fewer, larger pieces: each costs an `fs.write()` or a turn of its consumer. */
const CHUNK_SIZE = 128 * 1024;
const { Z_NO_FLUSH, Z_FULL_FLUSH, Z_FINISH } = constants;

/** Fails the stream once everything that was decoded before the error has been read. */
function failWhenRead(stream) {
  const error = stream[kFailure];
  if (error === null || stream.readableLength > 0 || native.available(stream[kHandle]) > 0) return;
  stream[kFailure] = null;
  fail(stream, error);
}

/** Calls `end` when all output has been read. */
function awaitEnd(stream, end) {
  if (stream.destroyed) return;
  stream[kEndOutput] = end;
  if (native.available(stream[kHandle]) < 0) stream._endOutput();
}

/** Formats whose header says how large the window is: 0 leaves it at that. */
const WITH_HEADER = new Set(['gunzip', 'inflate', 'unzip']);

/** As `node:zlib` takes it, which lets zlib make 9 of an 8. */
function windowBitsOption(value, format) {
  if (WITH_HEADER.has(format) && (value == null || value === 0)) return 15;
  const least = format === 'gzip' ? 9 : 8;
  return Math.max(9, integerOption(value, 'options.windowBits', least, 15, 15));
}

function hasReader(stream) {
  return stream.readableFlowing !== null || stream.listenerCount('readable') > 0;
}

class CodecStream extends Transform {
  constructor(format, options) {
    options ??= {};
    checkObject(options, 'options');
    const level = integerOption(options.level, 'options.level', -1, 9, -1);
    const windowBits = windowBitsOption(options.windowBits, format);
    const chunkSize = integerOption(
      options.chunkSize,
      'options.chunkSize',
      64,
      MAX_LENGTH,
      CHUNK_SIZE,
    );
    checkSignal(options.signal);
    super(baseOptions(options));
    const flow = flowOptions(options, this.writableHighWaterMark);
    const codec = { format, level, windowBits };
    const handle = native.openCodec(bell, this, flow, codec, Z_FINISH, this.readableHighWaterMark);
    attach(this, handle, flow);
    this[kChunkSize] = chunkSize;
    this[kEndOutput] = null;
    this[kFailure] = null;
    if (options.signal) addAbortSignal(options.signal, this);
  }

  flush(kind, callback) {
    if (typeof kind === 'function' || kind === undefined) {
      callback ??= kind;
      kind = Z_FULL_FLUSH;
    }
    if (!(Number.isInteger(kind) && kind >= Z_NO_FLUSH && kind <= Z_FULL_FLUSH)) {
      throw outOfRange('kind', `an integer >= ${Z_NO_FLUSH} and <= ${Z_FULL_FLUSH}`, kind);
    }
    if (this.writableFinished || this.destroyed) {
      if (callback) nextTick(callback);
    } else if (this.writableEnded) {
      if (callback) this.once('end', callback);
    } else {
      if (kind !== Z_NO_FLUSH) {
        this[kFlushes] += 1;
        native.flush(this[kHandle], kind);
      }
      if (callback) awaitConsumed(this, callback);
    }
  }

  close(callback) {
    if (callback) finished(this, callback);
    this.destroy();
  }

  read(size) {
    const chunk = super.read(size);
    if (this[kFailure] !== null && this.readableLength === 0) nextTick(failWhenRead, this);
    return chunk;
  }

  _read() {
    this[kPull]();
  }

  /** Moves what the codec has produced to Node's readable side, for as long as that wants more. */
  [kPull]() {
    const handle = this[kHandle];
    while (!this.destroyed) {
      const available = native.available(handle);
      if (available === 0) return;
      if (available < 0) {
        this._endOutput();
        return;
      }
      const chunk = Buffer.allocUnsafe(Math.min(available, this[kChunkSize]));
      native.read(handle, chunk);
      if (!this.push(chunk)) return;
    }
  }

  _endOutput() {
    if (this[kFailure] !== null) {
      failWhenRead(this);
    } else if (this[kEndOutput] !== null) {
      const end = this[kEndOutput];
      this[kEndOutput] = null;
      end();
    }
  }

  /** Node calls it when the writable side has finished; its callback ends the readable side. */
  _flush(callback) {
    // 'end' comes after 'finish', which Node is about to emit in a tick.
    nextTick(nextTick, awaitEnd, this, callback);
  }

  _destroy(error, callback) {
    giveUp(this, error);
    callback(error);
  }
}

installWritableSide(CodecStream);

/** A reader gets what was decoded before the error; without one nobody would ever hear of it. */
CodecStream.prototype[kFailed] = function failed() {
  this[kProgress]();
  const error = takeFailure(this);
  if (hasReader(this)) {
    this[kFailure] = error;
    failWhenRead(this);
  } else {
    fail(this, error);
  }
};

const codecClass = (name, format) =>
  ({
    [name]: class extends CodecStream {
      constructor(options) {
        super(format, options);
      }
    },
  })[name];

module.exports = {
  Gzip: codecClass('Gzip', 'gzip'),
  Gunzip: codecClass('Gunzip', 'gunzip'),
  Deflate: codecClass('Deflate', 'deflate'),
  Inflate: codecClass('Inflate', 'inflate'),
  DeflateRaw: codecClass('DeflateRaw', 'deflateRaw'),
  InflateRaw: codecClass('InflateRaw', 'inflateRaw'),
  Unzip: codecClass('Unzip', 'unzip'),
};
