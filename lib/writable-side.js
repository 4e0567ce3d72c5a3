'use strict';

// The writable side that every Sluice stream has: Node's methods, answered from the Rust buffer.
//
// Node's own queue stays empty. `write()` goes straight to Rust, and Node's implementation is called only for what
// must fail with its errors. So `_writableState.length` is 0 all along, and `'finish'` waits for `_final` alone.

const { AsyncResource } = require('node:async_hooks');
// Taken while it is Node's own: fake timers replace it on `process`, of which Node's streams take no notice.
const { nextTick } = require('node:process');
const { Writable } = require('node:stream');
const native = require('../binding.js');
const { readClocks } = require('./clocks');
const { destroyed, overflow, overspent, stageError, writeAfterEnd } = require('./errors');
const { kContext, kFailed, kFinished, kHandle, kProgress } = require('./events');
const link = require('./link');
const { installToWeb } = require('./web/to-web');

// Taken out of the binding once: looked up there, it would cost every write() a dictionary's search.
const { write: writeNative } = native;

// What it answers when it is not undefined, which is: accepted, with room for more.
// src/node/write.rs has the same.
const FULL = 1;
const SCHEDULE = 2;
const REFUSED = 4;
const OVERFLOW = 8;
const OVERSPENT = 16;

/**
 * The handle that write() goes straight to; undefined where a subclass has to see every chunk first, or a link has to
 * end.
 */
const kDirect = Symbol('sluice.direct');
/**
 * Callbacks of write() and flush() that wait, oldest first: { position, commands, callback, isMark }. They are due when
 * the bytes up to the position are consumed, and so many commands are done.
 */
const kCallbacks = Symbol('sluice.callbacks');
/** The `commands` of those that are marks: what was produced behind one is not handed out before its callback. */
const kMarks = Symbol('sluice.marks');
/** Whether the stage has done all that it will. */
const kStageEnded = Symbol('sluice.stageEnded');
/** Hands out what has been produced, up to the first mark. */
const kDeliver = Symbol('sluice.deliver');
const kFinal = Symbol('sluice.final');
const kReady = Symbol('sluice.ready');
const kLowWaterMark = Symbol('sluice.lowWaterMark');

const publish = (stream) => native.publish(stream[kHandle]);

/** Gives a stream its handle and its state. */
function attach(stream, handle, flow) {
  stream[kHandle] = handle;
  stream[kDirect] = handle;
  stream[kContext] = new AsyncResource('SLUICE');
  stream[kLowWaterMark] = flow.lowWaterMark;
  stream[kCallbacks] = [];
  stream[kMarks] = [];
  stream[kStageEnded] = false;
  stream[kFinal] = null;
  stream[kReady] = null;
  if (stream._writableState.defaultEncoding !== 'utf8') native.setUtf8(handle, false);
}

/** The one place that tells Node's state what write() returned: Node 20's unpipe() reads this bit. */
function setNeedDrain(stream, value) {
  stream._writableState.needDrain = value;
}

/** What write() returns, given what writeNative() answered. */
function conclude(stream, answer) {
  if (answer === FULL) {
    setNeedDrain(stream, true);
    return false;
  }
  if (answer === SCHEDULE) nextTick(publish, stream);
  return true;
}

/** Whether Node's own write() would take this chunk rather than fail. */
function isAcceptable(stream, chunk, encoding) {
  const state = stream._writableState;
  if (state.ending || state.destroyed || state.errored) return false;
  if (typeof chunk !== 'string') return ArrayBuffer.isView(chunk);
  return !encoding || Buffer.isEncoding(encoding);
}

const NOTHING = Buffer.alloc(0);

/**
 * The bytes of a chunk. Of memory that is gone a Buffer has none, and any other view throws, as in Node. A DataView does
 * not come here from a plain write(): native code takes it for an empty one, and to look would cost every write().
 */
function bytesOf(stream, chunk, encoding) {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, encoding || stream._writableState.defaultEncoding);
  }
  if (chunk.byteLength > 0) return chunk;
  return Buffer.isBuffer(chunk) ? NOTHING : new Uint8Array(chunk.buffer, 0, 0);
}

/** Why writeNative() accepted nothing. */
function refusal(stream, answer) {
  if (answer === OVERFLOW) return overflow(stream.pressure.hardLimit);
  if (answer === OVERSPENT) return overspent(stream.pressure.budget.bytes);
  return destroyed('write');
}

/** Every write() that is not the plain one: with an encoding, a callback, a long string, or a mistake. */
function writeSlowly(stream, chunk, encoding, callback) {
  link.unlinkInput(stream);
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (stream[kDirect] === undefined || !isAcceptable(stream, chunk, encoding)) {
    return Writable.prototype.write.call(stream, chunk, encoding, callback);
  }
  const handle = stream[kHandle];
  const answer = writeNative(handle, bytesOf(stream, chunk, encoding));
  if (answer >= REFUSED) {
    const error = refusal(stream, answer);
    if (typeof callback === 'function') nextTick(callback, error);
    stream.destroy(error);
    return false;
  }
  if (typeof callback === 'function') awaitConsumed(stream, callback);
  return conclude(stream, answer);
}

/**
 * Runs `callback` when all that was written so far is consumed, and all commands are done; with a mark, before what comes
 * of anything later can be read.
 */
function awaitConsumed(stream, callback, isMark = false) {
  if (isMark) link.unlinkAll(stream);
  const handle = stream[kHandle];
  const position = native.accepted(handle);
  const commands = native.commanded(handle);
  const waiting = stream[kCallbacks];
  waiting.push({ position, commands, callback, isMark });
  if (isMark) stream[kMarks].push(commands);
  if (waiting.length === 1) native.watch(handle, position);
}

/** A flush that nothing but the end follows brings out the end too, as in Node: its callback waits for that. */
function joinEnd(stream) {
  const handle = stream[kHandle];
  const last = stream[kCallbacks].at(-1);
  if (!last?.isMark || last.position !== native.accepted(handle)) return;
  if (last.commands !== native.commanded(handle)) return;
  stream[kMarks].pop();
  last.isMark = false;
  last.commands = Infinity;
}

/** Ends the wait of all callbacks, each with `error`, which may be null. */
function callAll(stream, error) {
  const waiting = stream[kCallbacks];
  stream[kCallbacks] = [];
  stream[kMarks] = [];
  let called = 0;
  try {
    while (called < waiting.length) waiting[called++].callback(error);
  } finally {
    // One that throws must not cost the others theirs.
    if (called < waiting.length) {
      stream[kCallbacks].unshift(...waiting.slice(called));
      nextTick(callAll, stream, error);
    }
  }
}

/** A promise that may be left alone: one that nobody awaits is no unhandled rejection, as the `ready` of a Web writer. */
function markHandled(promise) {
  promise.catch(() => {});
  return promise;
}

/** Settles what ready() returned. Most streams have nobody who waits for it, and an error takes long to make. */
function settleReady(stream, makeError) {
  const waiting = stream[kReady];
  if (waiting === null) return;
  stream[kReady] = null;
  if (makeError) waiting.reject(makeError());
  else waiting.resolve();
}

/**
 * Answers Node's call of _final(). Until then Node's length is not 0: finished(), asked after end(), takes an ended
 * stream of length 0 for a finished one, whatever becomes of it.
 */
function concludeFinal(stream, error) {
  const done = stream[kFinal];
  stream[kFinal] = null;
  stream._writableState.length = 0;
  done(error);
}

/** The error that the stage has left for the stream, or null. */
function takeFailure(stream) {
  const failure = native.failure(stream[kHandle]);
  return failure ? stageError(failure, stream.path) : null;
}

/** Fails the stream as Node's errorOrDestroy() does, which it does not export. */
function fail(stream, error) {
  const state = stream._writableState;
  if (stream[kFinal] !== null && !state.destroyed) {
    try {
      // Before the callbacks of end(), which Node calls at once.
      callAll(stream, error);
    } finally {
      concludeFinal(stream, error);
    }
  } else if (state.autoDestroy || stream._readableState?.autoDestroy) {
    stream.destroy(error);
  } else if (!state.destroyed && !state.errorEmitted) {
    state.errored = error;
    state.errorEmitted = true;
    // Nobody consumes any more: what is written now is for Node's write(), which returns false.
    native.end(stream[kHandle]);
    callAll(stream, error);
    settleReady(stream, () => error);
    stream.emit('error', error);
  }
}

/** The part of _destroy() that all streams share. */
function giveUp(stream, error) {
  const state = stream._writableState;
  // finished() takes an ended stream of length 0 for a finished one. Nothing else reads the length after a destroy.
  if (!state.finished) state.length = native.length(stream[kHandle]) || 1;
  native.destroy(stream[kHandle]);
  settleReady(stream, () => error ?? destroyed('write'));
}

/** Takes a chunk that comes by way of Node's own write(). */
function accept(stream, chunk, encoding, callback) {
  link.unlinkInput(stream);
  const answer = writeNative(stream[kHandle], bytesOf(stream, chunk, encoding));
  if (answer >= REFUSED) {
    callback(refusal(stream, answer));
    return;
  }
  awaitConsumed(stream, callback);
  conclude(stream, answer);
}

/** Calls the callbacks that are due, each when what belongs before it has been handed out. */
function callDue(stream, isDue) {
  const waiting = stream[kCallbacks];
  let called = 0;
  let isBehind = true;
  try {
    while (called < waiting.length && isDue(waiting[called])) {
      // What a flush brought out went with the stream that a callback destroyed: its own gets the error.
      if (stream.destroyed && waiting[called].isMark) break;
      if (isBehind) stream[kDeliver]();
      const { callback, isMark } = waiting[called];
      called += 1;
      isBehind = isMark;
      try {
        callback(null);
      } finally {
        if (isMark) stream[kMarks].shift();
      }
    }
  } finally {
    waiting.splice(0, called);
    if (called > 0 && isBehind) stream[kDeliver]();
  }
}

const methods = {
  write(chunk, encoding, callback) {
    if (encoding === undefined && callback === undefined) {
      const answer = writeNative(this[kDirect], chunk);
      if (answer === undefined) return true;
      if (answer < REFUSED) return conclude(this, answer);
    }
    return writeSlowly(this, chunk, encoding, callback);
  },

  end(chunk, encoding, callback) {
    link.unlinkInput(this);
    if (typeof chunk === 'function') {
      callback = chunk;
      chunk = null;
    } else if (typeof encoding === 'function') {
      callback = encoding;
      encoding = null;
    }
    // Node's end() writes by a function of its own, so that an overridden write() does not see the last chunk.
    const isPlain = this[kDirect] !== undefined && chunk != null;
    if (!isPlain || !isAcceptable(this, chunk, encoding)) {
      return Writable.prototype.end.call(this, chunk, encoding, callback);
    }
    writeSlowly(this, chunk, encoding);
    return Writable.prototype.end.call(this, callback);
  },

  cork() {
    link.unlinkInput(this);
    Writable.prototype.cork.call(this);
    native.cork(this[kHandle]);
  },

  uncork() {
    Writable.prototype.uncork.call(this);
    if (this._writableState.corked === 0) native.uncork(this[kHandle]);
  },

  destroy(error, callback) {
    // Before the callbacks of end(), for which Node's destroy() enters a tick.
    if (!this.destroyed && this[kCallbacks]?.length > 0) {
      const context = this[kContext];
      nextTick(() => context.runInAsyncScope(callAll, null, this, error ?? destroyed('write')));
    }
    return Writable.prototype.destroy.call(this, error, callback);
  },

  setDefaultEncoding(encoding) {
    Writable.prototype.setDefaultEncoding.call(this, encoding);
    native.setUtf8(this[kHandle], /^utf-?8$/i.test(encoding));
    return this;
  },

  /** Node calls it only on behalf of code that goes around write(). */
  _write(chunk, encoding, callback) {
    accept(this, chunk, encoding, callback);
  },

  _final(callback) {
    this[kFinal] = callback;
    this._writableState.length = 1;
    settleReady(this, writeAfterEnd);
    joinEnd(this);
    native.end(this[kHandle]);
  },

  ready() {
    link.unlinkInput(this);
    const { errored, destroyed: isDestroyed, ending, needDrain } = this._writableState;
    if (errored) return markHandled(Promise.reject(errored));
    if (isDestroyed) return markHandled(Promise.reject(destroyed('write')));
    if (ending) return markHandled(Promise.reject(writeAfterEnd()));
    if (!needDrain) return Promise.resolve();
    if (this[kReady] === null) {
      const waiting = {};
      waiting.promise = new Promise((resolve, reject) =>
        Object.assign(waiting, { resolve, reject }),
      );
      markHandled(waiting.promise);
      this[kReady] = waiting;
    }
    return this[kReady].promise;
  },

  [kDeliver]() {},

  [link.kAdmitsLink]() {
    const { corked, ending, errored, length, needDrain, objectMode } = this._writableState;
    const isBusy = ending || errored || this.destroyed || needDrain || corked > 0 || length > 0;
    const isAwaited = this[kCallbacks].length > 0 || this[kReady] !== null;
    return this[kDirect] !== undefined && !isBusy && !isAwaited && !objectMode;
  },

  [link.kEnterLink]() {
    this[kDirect] = undefined;
  },

  [link.kLeaveLink](isStalled) {
    this[kDirect] = this[kHandle];
    if (isStalled) setNeedDrain(this, true);
  },

  /** Bytes have been consumed, or commands done: 'drain', then the callbacks that waited. */
  [kProgress]() {
    const handle = this[kHandle];
    const consumed = native.consumed(handle);
    const done = this[kStageEnded] ? Infinity : native.done(handle);
    const isDue = ({ position, commands }) => position <= consumed && commands <= done;
    const waiting = this[kCallbacks];
    const next = waiting.find((one) => !isDue(one));
    // One that waits for a command alone is told of by the command.
    if (native.settle(handle, next && next.position > consumed ? next.position : undefined)) {
      setNeedDrain(this, false);
      settleReady(this, null);
      this.emit('drain');
    }
    try {
      callDue(this, isDue);
    } finally {
      // Those that came while the others were called found themselves behind them, and asked for nothing.
      if (next === undefined && waiting.length > 0) native.watch(handle, waiting[0].position);
    }
  },

  [kFinished]() {
    this[kStageEnded] = true;
    try {
      this[kProgress]();
    } finally {
      if (this[kFinal] !== null && !this.destroyed) concludeFinal(this);
    }
  },

  [kFailed]() {
    this[kProgress]();
    fail(this, takeFailure(this));
  },
};

const needDrain = Object.getOwnPropertyDescriptor(Writable.prototype, 'writableNeedDrain');

const accessors = {
  bytesWritten() {
    return native.consumed(this[kHandle]);
  },
  writableLength() {
    return native.length(this[kHandle]);
  },
  writableNeedDrain() {
    return link.isStalled(this) || needDrain.get.call(this);
  },
  writableLowWaterMark() {
    return this[kLowWaterMark];
  },
  clocks() {
    return readClocks(this[kHandle]);
  },
  pressure() {
    const { writable, readable, ...counts } = native.pressure(this[kHandle]);
    return readable ? { ...writable, ...counts, readable } : { ...writable, ...counts };
  },
};

/** Puts the writable side on a class's prototype. */
function installWritableSide(Class) {
  for (const key of Reflect.ownKeys(methods)) {
    const value = methods[key];
    Object.defineProperty(Class.prototype, key, { value, writable: true, configurable: true });
  }
  for (const [key, get] of Object.entries(accessors)) {
    Object.defineProperty(Class.prototype, key, { get, configurable: true });
  }
  installToWeb(Class);
}

module.exports = {
  accept,
  attach,
  awaitConsumed,
  callAll,
  fail,
  giveUp,
  installWritableSide,
  kDeliver,
  kDirect,
  kMarks,
  takeFailure,
};
