'use strict';

// What packages use of node:zlib that its documentation does not name: `_processChunk()`, which computes within the call,
// and `_handle`, Node's native half, with the few methods that they call. Both work on an engine beside the stream's
// stage, and only for streams that nothing is written to.

const { nextTick } = require('node:process');
const native = require('../binding.js');
const { viewOf, zlibKind } = require('./codec-options');
const { Engine } = require('./engine');
const { closedBinding } = require('./errors');
const { kHandle } = require('./events');
const { accept, awaitConsumed } = require('./writable-side');

const kFamily = Symbol('sluice.family');
/** What native code was told of the format. */
const kCodec = Symbol('sluice.codec');
/** The engine, once it is needed. */
const kEngine = Symbol('sluice.engine');
/** What `_handle` is: null when it is closed, undefined until somebody asks for it. */
const kBinding = Symbol('sluice.binding');
/** Node needs two numbers. */
const WRITE_STATE = 32;
const kOutBuffer = Symbol('sluice.outBuffer');

const isClosed = (stream) => stream[kBinding] === null;

function engineOf(stream) {
  if (isClosed(stream)) throw closedBinding();
  stream[kEngine] ??= new Engine(stream[kCodec]);
  return stream[kEngine];
}

/** What stands for Node's native half. */
class Binding {
  #stream;

  constructor(stream) {
    this.#stream = stream;
  }

  close() {
    native.destroy(this.#stream[kHandle]);
  }

  reset() {
    this.#stream.reset();
  }

  params(level, strategy) {
    engineOf(this.#stream).params(level, strategy);
  }

  /** Leaves the room that is left in `target`, and the bytes that are left of `source`, in `_writeState`. */
  writeSync(kind, source, sourceAt, sourceLength, target, targetAt, targetLength) {
    const stream = this.#stream;
    const bytes = viewOf(source).subarray(sourceAt, sourceAt + sourceLength);
    const room = target.subarray(targetAt, targetAt + targetLength);
    const state = stream._writeState;
    try {
      const engine = engineOf(stream);
      const { consumed, produced } = engine.step(bytes, zlibKind(stream[kFamily], kind), room);
      state[0] = room.length - produced;
      state[1] = bytes.length - consumed;
    } catch (error) {
      stream.destroy(error);
    }
  }
}

function initLegacy(stream, codec, family) {
  stream[kCodec] = codec;
  stream[kFamily] = family;
  stream[kEngine] = null;
  stream[kBinding] = undefined;
  // Outside V8's heap, however small: by the memory there, and not by what Rust keeps, Node tells that a stream was
  // collected.
  stream._writeState = new Uint32Array(new ArrayBuffer(WRITE_STATE));
}

/** The stream is destroyed. */
function shut(stream) {
  stream[kBinding] = null;
}

/** Closes Node's native half, and not the stream. */
function closeBinding(stream) {
  stream._handle?.close();
  stream._handle = null;
}

function processChunkSync(stream, chunk, kind) {
  const engine = engineOf(stream);
  const bytes = viewOf(chunk);
  let output;
  try {
    output = engine.process(bytes, zlibKind(stream[kFamily], kind));
  } catch (error) {
    // Node adds a listener too: who catches the error need not hear of it again.
    stream.on('error', () => {});
    if (error.errno !== undefined) stream.destroy(error);
    closeBinding(stream);
    throw error;
  }
  if (stream[kCodec].firstMember) {
    stream.rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(
      engine.consumed,
    );
  }
  closeBinding(stream);
  return output;
}

const legacy = {
  get _handle() {
    if (this[kBinding] === undefined) this[kBinding] = new Binding(this);
    return this[kBinding];
  },

  set _handle(value) {
    this[kBinding] = value;
  },

  get _closed() {
    return isClosed(this);
  },

  get _outBuffer() {
    this[kOutBuffer] ??= Buffer.allocUnsafe(this._chunkSize);
    return this[kOutBuffer];
  },

  get _outOffset() {
    return 0;
  },

  /** All that comes of `chunk`; or, with a callback, a write and a flush. */
  _processChunk(chunk, kind, callback) {
    if (typeof callback !== 'function') return processChunkSync(this, chunk, kind);
    if (isClosed(this)) {
      nextTick(callback);
    } else {
      accept(this, chunk, 'utf8', () => {});
      native.flush(this[kHandle], zlibKind(this[kFamily], kind));
      awaitConsumed(this, callback, true);
    }
    return undefined;
  },
};

/** Begins anew, if there is an engine; returns whether there is. */
function resetEngine(stream) {
  stream[kEngine]?.reset();
  return stream[kEngine] !== null;
}

module.exports = { initLegacy, isClosed, kEngine, kFamily, legacy, resetEngine, shut };
