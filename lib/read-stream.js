'use strict';

// createReadStream(): the options, properties and events of fs.createReadStream, on a Rust source.
//
// Rust reads ahead of the program from when it first asks for bytes. They are pulled into Node's readable side as that
// wants them, so the two buffers are filled one after the other.

const { AsyncResource } = require('node:async_hooks');
// Taken while it is Node's own: fake timers replace it.
const { nextTick } = require('node:process');
const { Readable, addAbortSignal, finished } = require('node:stream');
const native = require('../binding.js');
const { budgetOption } = require('./budget');
const { readClocks } = require('./clocks');
const { attachClosing, awaitClosing, concludeClosing } = require('./closing');
const events = require('./events');
const { fileOrigin, readOptions } = require('./file-target');
const { installLinks, link, surrender } = require('./link');
const {
  attachFile,
  forgetFile,
  isPending,
  noteOpen,
  releaseFile,
  tellOpen,
} = require('./open-file');
const { HIGH_WATER_MARK, checkSignal } = require('./options');
const { kNextTurn, kTurn, spendTurn, startTurn } = require('./turn');
const { installToWeb } = require('./web/to-web');
const { takeFailure } = require('./writable-side');

const { bell, kClosed, kContext, kFailed, kFinished, kHandle, kOpened, kPull } = events;

/** Node's callback of _construct(), while the file is being opened. */
const kConstruct = Symbol('sluice.construct');
const kStarted = Symbol('sluice.started');
/** Whether Node's readable side wants more. */
const kWanted = Symbol('sluice.wanted');
/** How reading ended: null at the end of the file, or the error; undefined before. */
const kOutcome = Symbol('sluice.outcome');
/** The least that the program can go on with: what it asked for in vain, or a byte. */
const kNeeded = Symbol('sluice.needed');

/** The most that Rust holds of a file for it to be read ahead of the reader; a larger piece it holds alone. */
const READ_AHEAD = 256 * 1024;

/** Of four pieces two are handed out while the others are read. */
const readAhead = (piece) => Math.max(piece, Math.min(4 * piece, READ_AHEAD));

/** Fails the stream as Node's errorOrDestroy() does, which it does not export. */
function fail(stream, error) {
  const state = stream._readableState;
  if (state.autoDestroy) {
    stream.destroy(error);
  } else if (!state.destroyed && !state.errored) {
    state.errored = error;
    state.errorEmitted = true;
    stream.emit('error', error);
  }
}

function concludeConstruct(stream, error) {
  const callback = stream[kConstruct];
  stream[kConstruct] = null;
  callback(error);
}

/**
 * All that was read has been pulled. Whether there is no more, or an error, the stage says when it stops. The error comes
 * when the program can do nothing more with the bytes before it.
 */
function endReading(stream) {
  const outcome = stream[kOutcome];
  if (outcome === null) stream.push(null);
  else if (outcome !== undefined && stream.readableLength < stream[kNeeded]) fail(stream, outcome);
}

/** Hands Node one of the chunks that Rust holds; `available` is how many bytes it holds. */
function pushChunk(stream, available) {
  // Not of Node's pool, as in fs: kept by the program, a small chunk would keep 8 KiB of it.
  const chunk = Buffer.allocUnsafeSlow(Math.min(available, stream.readableHighWaterMark || 1));
  native.read(stream[kHandle], chunk);
  spendTurn(stream, chunk.length);
  return stream.push(chunk);
}

function pull(stream) {
  stream[kContext].runInAsyncScope(stream[kPull], stream);
}

class ReadStream extends Readable {
  constructor(path, options) {
    options = readOptions(options);
    const file = fileOrigin(path, options);
    const { encoding, emitClose, highWaterMark, signal } = options;
    checkSignal(signal);
    const budget = budgetOption(options.budget);
    super({
      autoDestroy: file.autoClose,
      emitClose,
      encoding,
      highWaterMark: highWaterMark ?? HIGH_WATER_MARK,
    });
    attachFile(this, file);
    attachClosing(this);
    this[kContext] = new AsyncResource('SLUICE');
    this[kConstruct] = null;
    this[kStarted] = false;
    this[kWanted] = false;
    this[kOutcome] = undefined;
    this[kNeeded] = 1;
    startTurn(this);
    const piece = this.readableHighWaterMark;
    const ahead = readAhead(piece);
    this[kHandle] = native.openSource(bell, this, file.native, piece, ahead, budget);
    if (signal) addAbortSignal(signal, this);
  }

  get pending() {
    return isPending(this);
  }

  get autoClose() {
    return this._readableState.autoDestroy;
  }

  set autoClose(value) {
    this._readableState.autoDestroy = value;
  }

  get bytesRead() {
    return native.taken(this[kHandle]);
  }

  /** With an encoding, what Node holds is counted in characters. */
  get readableLength() {
    return super.readableLength + native.unread(this[kHandle]);
  }

  get pressure() {
    return native.readPressure(this[kHandle]);
  }

  get clocks() {
    return readClocks(this[kHandle]);
  }

  close(callback) {
    if (typeof callback === 'function') finished(this, callback);
    this.destroy();
  }

  /** Node reads, and destroys, when the file is open. */
  _construct(callback) {
    if (isPending(this)) this[kConstruct] = callback;
    else callback();
  }

  /** What `readableLength` counts can be read, though Rust may hold a part of it. */
  read(size) {
    if (size !== 0) surrender(this);
    while (size > super.readableLength && size <= this.readableLength) {
      const available = native.available(this[kHandle]);
      if (available <= 0) break;
      pushChunk(this, available);
    }
    const chunk = super.read(size);
    if (size !== 0) this[kNeeded] = chunk === null && size > 0 ? size : 1;
    if (this[kOutcome] && this.readableLength < this[kNeeded]) nextTick(endReading, this);
    return chunk;
  }

  _read() {
    if (!this[kStarted]) {
      this[kStarted] = true;
      native.start(this[kHandle]);
    }
    this[kWanted] = true;
    // As the callback of fs.read() does, and not within: what comes before 'data' has come by then.
    nextTick(pull, this);
  }

  _destroy(error, callback) {
    forgetFile(this);
    native.destroy(this[kHandle]);
    awaitClosing(this, error, callback);
  }

  [kOpened]() {
    if (!noteOpen(this)) return;
    concludeConstruct(this);
    tellOpen(this);
  }

  /** Moves what was read to Node's readable side, for as long as that wants more. */
  [kPull](mayLink = true) {
    const handle = this[kHandle];
    while (this[kWanted] && this[kTurn] > 0 && !this.destroyed) {
      const available = native.available(handle);
      if (available === 0) return;
      if (available < 0) {
        endReading(this);
        return;
      }
      if (mayLink && link(this)) return;
      this[kWanted] = pushChunk(this, available);
    }
  }

  [kNextTurn]() {
    pull(this);
  }

  [kFinished]() {
    this[kOutcome] = null;
    if (!this.destroyed && native.available(this[kHandle]) < 0) endReading(this);
  }

  [kFailed]() {
    if (this[kConstruct] !== null) {
      concludeConstruct(this, takeFailure(this));
    } else if (!this.destroyed) {
      this[kOutcome] = takeFailure(this);
      if (native.available(this[kHandle]) < 0) endReading(this);
    }
  }

  [kClosed]() {
    releaseFile(this, () => concludeClosing(this, fail));
  }
}

installToWeb(ReadStream);
installLinks(ReadStream);

module.exports = { ReadStream };
