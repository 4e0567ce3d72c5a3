'use strict';

// What the Transforms whose stage runs in Rust have in common: a writable side, and a readable side that is pulled from
// Rust's buffer.

const { nextTick } = require('node:process');
const { Transform } = require('node:stream');
const native = require('../binding.js');
const { kFailed, kHandle, kHeader, kProgress, kPull, kTrailing } = require('./events');
const { define } = require('./inherit');
const { goOn, link, mayLink, surrender, unlinkAll } = require('./link');
const { FIRST_PIECE, LARGEST_PIECE } = require('./options');
const { kNextTurn, kTurn, spendTurn, startTurn } = require('./turn');
const {
  accept,
  attach,
  fail,
  giveUp,
  installWritableSide,
  kDeliver,
  kDirect,
  kMarks,
  takeFailure,
} = require('./writable-side');

/** The largest piece that is handed out next. */
const kPieceSize = Symbol('sluice.pieceSize');
/** The largest piece that is ever handed out. */
const kMostInPiece = Symbol('sluice.mostInPiece');
/** Ends the readable side; there once the writable side has finished. */
const kEndOutput = Symbol('sluice.endOutput');
/** The stage's error, while the reader still has output to read that came before it. */
const kFailure = Symbol('sluice.failure');
/** The least that the program can go on with: what it asked for in vain, or a byte. */
const kNeeded = Symbol('sluice.needed');
/** Whether a gzip header may come that the program has not been told of. */
const kAwaitsHeader = Symbol('sluice.awaitsHeader');
/** Whether the data has ended in the middle of the input: the readable side ends without the writable one. */
const kEndsEarly = Symbol('sluice.endsEarly');

/** Fails the stream once the program can do nothing more with what was decoded before the error. */
function failWhenRead(stream) {
  const error = stream[kFailure];
  if (error === null || stream.readableLength >= stream[kNeeded]) return;
  if (native.available(stream[kHandle]) > 0) return;
  stream[kFailure] = null;
  fail(stream, error);
}

/** Moves what the codec has produced to Node's readable side, for as long as that wants more and `mayGoOn` says so. */
function pull(stream, mayGoOn, isLinkable = true) {
  const handle = stream[kHandle];
  while (!stream.destroyed && mayGoOn(stream)) {
    const available = native.available(handle, stream[kMarks][0]);
    if (available === 0) return;
    if (available < 0) {
      endOutput(stream);
      return;
    }
    if (stream[kAwaitsHeader]) {
      stream[kHeader]();
      continue;
    }
    if (isLinkable && stream[kMarks].length === 0 && link(stream)) return;
    // Not of Node's pool: kept by the program, a small chunk would keep 8 KiB of it.
    const chunk = Buffer.allocUnsafeSlow(Math.min(available, stream[kPieceSize]));
    native.read(handle, chunk);
    stream[kPieceSize] = Math.min(2 * stream[kPieceSize], stream[kMostInPiece]);
    spendTurn(stream, chunk.length);
    if (!stream.push(chunk)) return;
  }
}

const isItsTurn = (stream) => stream[kTurn] > 0;
const isDue = () => true;

function wantsMore(stream) {
  const { ended, length, highWaterMark } = stream._readableState;
  return !ended && length < highWaterMark;
}

function hasReader(stream) {
  return stream.readableFlowing !== null || stream.listenerCount('readable') > 0;
}

/** What a subclass that overrides _transform() calls in the end. */
function transform(chunk, encoding, callback) {
  accept(this, chunk, encoding, callback);
}

/** _write(): Node calls it only for what does not come straight from write(). */
function write(chunk, encoding, callback) {
  this._transform(chunk, encoding, (error, value) => {
    if (!error && value != null) this.push(value);
    callback(error);
  });
}

/** A method that sees every chunk from when a stream is given another. */
const watched = (name, method) => ({
  get: () => method,
  set(value) {
    // Not where a prototype is given it: its streams will see in the constructor.
    if (Object.hasOwn(this, kHandle)) {
      unlinkAll(this);
      this[kDirect] = undefined;
    }
    Object.defineProperty(this, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  },
  configurable: true,
});

/** There is nothing more to read. */
function endOutput(stream) {
  if (stream[kFailure] !== null) {
    failWhenRead(stream);
  } else if (stream[kEndOutput] !== null) {
    const end = stream[kEndOutput];
    stream[kEndOutput] = null;
    end();
  } else if (stream[kEndsEarly]) {
    stream.push(null);
  }
}

/** Calls `end` when all output has been read. */
function awaitEnd(stream, end) {
  if (stream.destroyed) return;
  stream[kEndOutput] = end;
  if (native.available(stream[kHandle]) < 0) endOutput(stream);
}

/** Gives a Transform its handle and its state. Pieces of output grow from `first` to `most` bytes. */
function attachTransform(stream, handle, flow, first = FIRST_PIECE, most = LARGEST_PIECE) {
  attach(stream, handle, flow);
  // A subclass that overrides _transform() or _write() sees the chunks there, by way of Node's own write().
  if (stream._transform !== transform || stream._write !== write) stream[kDirect] = undefined;
  stream[kEndOutput] = null;
  stream[kFailure] = null;
  stream[kNeeded] = 1;
  stream[kAwaitsHeader] = false;
  stream[kEndsEarly] = false;
  stream[kPieceSize] = first;
  stream[kMostInPiece] = most;
  startTurn(stream);
}

const methods = {
  read(size) {
    // Several pieces may lie in Node's buffer; whoever destroys the stream at the first wants no other.
    if (this.destroyed) return null;
    if (size !== 0) surrender(this);
    const chunk = Transform.prototype.read.call(this, size);
    if (size !== 0) this[kNeeded] = chunk === null && size > 0 ? size : 1;
    if (this[kFailure] !== null) nextTick(failWhenRead, this);
    return chunk;
  },

  _read() {
    // A link begins outside of Node's read().
    if (mayLink(this)) nextTick(goOn, this);
    else this[kPull]();
  },

  [kPull](isLinkable = true) {
    pull(this, isItsTurn, isLinkable);
  },

  [kNextTurn]() {
    if (wantsMore(this)) this[kPull]();
  },

  /** Before a callback, and once a mark is passed: as Node's streams do, without having been asked for more. */
  [kDeliver]() {
    if (wantsMore(this)) pull(this, isDue);
  },

  [kTrailing]() {
    this[kEndsEarly] = true;
    if (!this.destroyed && native.available(this[kHandle]) < 0) endOutput(this);
  },

  /** A reader gets what was decoded before the error; without one nobody would ever hear of it. */
  [kFailed]() {
    this[kProgress]();
    const error = takeFailure(this);
    if (hasReader(this)) {
      this[kFailure] = error;
      failWhenRead(this);
    } else {
      fail(this, error);
    }
  },

  /** Node calls it when the writable side has finished; its callback ends the readable side. */
  _flush(callback) {
    // 'end' comes after 'finish', which Node is about to emit in a tick.
    nextTick(nextTick, awaitEnd, this, callback);
  },

  _destroy(error, callback) {
    giveUp(this, error);
    callback(error);
  },
};

/** Puts both sides on a class's prototype. */
function installTransform(Class) {
  installWritableSide(Class);
  define(Class.prototype, methods);
  Object.defineProperties(Class.prototype, {
    _transform: watched('_transform', transform),
    _write: watched('_write', write),
  });
}

module.exports = { attachTransform, installTransform, kAwaitsHeader };
