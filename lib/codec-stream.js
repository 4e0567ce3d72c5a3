'use strict';

// The Transforms: a writable side, a codec that runs in Rust, and a readable side that is pulled from Rust's buffer.

const { nextTick } = require('node:process');
const { Transform, addAbortSignal, finished } = require('node:stream');
const native = require('../binding.js');
const { commonOptions, zlibKind } = require('./codec-options');
const { closedBinding, codecError, destroyed, invalidArgType } = require('./errors');
const {
  bell,
  kComplete,
  kFailed,
  kHandle,
  kHeader,
  kProgress,
  kPull,
  kTrailing,
} = require('./events');
const { headerRead } = require('./gzip-header');
const { define, inherit } = require('./inherit');
const { goOn, installLinks, link, mayLink, surrender, unlinkAll, unlinkInput } = require('./link');
const { initLegacy, isClosed, kEngine, kFamily, legacy, resetEngine, shut } = require('./legacy');
const { leaveRest, trackSources } = require('./members');
const { baseOptions, checkSignal, flowOptions, rangeOption } = require('./options');
const { kNextTurn, kTurn, spendTurn, startTurn } = require('./turn');
const {
  accept,
  attach,
  awaitConsumed,
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

/** What Node's write() takes. */
const CHUNK = 'of type string or an instance of Buffer, TypedArray, or DataView';

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
    const chunk = Buffer.allocUnsafe(Math.min(available, stream[kPieceSize]));
    native.read(handle, chunk);
    stream[kPieceSize] = Math.min(2 * stream[kPieceSize], stream._chunkSize);
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

/**
 * What all codec streams are made of; its name is Node's. `codec` is what native code is told of the format, `family`
 * its kinds of flush.
 */
function ZlibBase(options, codec, family) {
  const { chunkSize, firstChunkSize, flush, finishFlush, info } = commonOptions(
    options,
    family,
    codec,
  );
  options = options ? Object(options) : {};
  checkSignal(options.signal);
  Transform.call(this, baseOptions(options));
  const flow = flowOptions(options, this.writableHighWaterMark);
  const handle = native.openCodec(
    bell,
    this,
    flow,
    codec,
    zlibKind(family, flush),
    zlibKind(family, finishFlush),
    this.readableHighWaterMark,
  );
  if (handle.code !== undefined) throw codecError(handle);
  attach(this, handle, flow);
  // A subclass that overrides _transform() or _write() sees the chunks there, by way of Node's own write().
  if (this._transform !== transform || this._write !== write) this[kDirect] = undefined;
  this[kEndOutput] = null;
  this[kFailure] = null;
  this[kNeeded] = 1;
  this[kAwaitsHeader] = codec.format === 'gunzip' || codec.format === 'unzip';
  this[kEndsEarly] = false;
  this[kPieceSize] = firstChunkSize;
  startTurn(this);
  this._chunkSize = chunkSize;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._info = info;
  initLegacy(this, codec, family);
  if (this[kAwaitsHeader]) this.rest = null;
  if (codec.firstMember) trackSources(this);
  if (options.signal) addAbortSignal(options.signal, this);
}

inherit(ZlibBase, Transform);
installWritableSide(ZlibBase);

define(ZlibBase.prototype, {
  get bytesWritten() {
    const handle = this[kHandle];
    return this[kEngine]?.consumed ?? native.consumed(handle) - native.trailing(handle);
  },

  get bytesConsumed() {
    return this.bytesWritten;
  },

  flush(kind, callback) {
    const family = this[kFamily];
    if (typeof kind === 'function' || (kind === undefined && !callback)) {
      callback = kind;
      kind = family.fullFlush;
    }
    kind = rangeOption(kind, 'kind', 0, family.mostFlush, family.fullFlush);
    // For a kind that is none, Node has nothing to write.
    if (!Number.isInteger(kind)) throw invalidArgType('chunk', CHUNK, undefined);
    if (this.writableFinished) {
      if (callback) nextTick(callback);
    } else if (this.destroyed) {
      if (callback) nextTick(callback, destroyed('write'));
    } else if (this.writableEnded) {
      if (callback) this.once('end', callback);
    } else {
      unlinkInput(this);
      native.flush(this[kHandle], zlibKind(family, kind));
      if (callback) awaitConsumed(this, callback, true);
    }
  },

  reset() {
    if (isClosed(this)) throw closedBinding();
    if (resetEngine(this)) return;
    unlinkAll(this);
    if (!native.reset(this[kHandle])) {
      throw new Error('Cannot reset zlib stream while a write is in progress');
    }
  },

  close(callback) {
    if (callback) finished(this, callback);
    this.destroy();
  },

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

  /** A gzip header was read; nothing behind it has been handed out. */
  [kHeader]() {
    if (!this[kAwaitsHeader]) return;
    this[kAwaitsHeader] = false;
    const header = native.header(this[kHandle]);
    if (header) this.emit('header', headerRead(header));
  },

  [kComplete]() {
    leaveRest(this);
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
    shut(this);
    giveUp(this, error);
    callback(error);
  },
});
define(ZlibBase.prototype, legacy);
Object.defineProperties(ZlibBase.prototype, {
  _transform: watched('_transform', transform),
  _write: watched('_write', write),
});
installLinks(ZlibBase);

module.exports = { ZlibBase };
