'use strict';

// Any Node stream, watched from outside: `_write` to its callback, `push()` that returned false to the next `_read`.
//
// What a stream does within these calls is `busy`; what it does between them nobody can see, and counts by its kind. Its
// methods are wrapped on the instance, and are its own again when nobody looks any more.

const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const { lateBy } = require('./loop');
const { Stopwatch } = require('./stopwatch');

/** The bytes of a chunk; objects have none. */
function sizeOf(chunk, encoding) {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, encoding);
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}

/** What is in a buffer of Node's, in bytes. */
const lengthOf = (state) => (state && !state.objectMode ? state.length : 0);

const isFile = (stream) => stream instanceof fs.ReadStream || stream instanceof fs.WriteStream;

/** What time counts to while a write, or a read, is under way. */
function pendingParts(stream) {
  const transforms = typeof stream._transform === 'function';
  if (transforms || isFile(stream)) return { write: 'busy', read: 'busy' };
  return { write: 'remote', read: 'starved' };
}

class Probe {
  bytesIn = 0;
  bytesOut = 0;
  #stream;
  #watch;
  #pending;
  #transforms;
  #writes;
  /** Calls of the stream's own code that have not returned. */
  #running = 0;
  /** Calls of push(): whoever reads has the thread. */
  #pushing = 0;
  #writing = 0;
  #reading = false;
  /** push() returned false, and nobody has asked for more. */
  #full = false;
  #undo = [];

  constructor(stream) {
    this.#stream = stream;
    this.#pending = pendingParts(stream);
    this.#transforms = typeof stream._transform === 'function';
    this.#writes = Boolean(stream._writableState);
    const { _readableState: readable, _writableState: writable } = stream;
    this.#writing = writable?.writing ? 1 : 0;
    this.#reading = Boolean(readable?.reading);
    this.#full = Boolean(
      readable && readable.length > 0 && readable.length >= readable.highWaterMark,
    );
    this.#watch = new Stopwatch(this.#part(), performance.now());
    if (this.#transforms) {
      this.#wrapWork('_transform', (chunk, encoding) => sizeOf(chunk, encoding));
      if (stream._flush) this.#wrapWork('_flush', () => 0);
    } else if (writable) {
      this.#wrapWork('_write', (chunk, encoding) => sizeOf(chunk, encoding));
      if (stream._writev) this.#wrapWork('_writev', sizeOfAll);
    }
    if (readable) {
      this.#wrapRead();
      this.#wrapPush();
    }
    this.#stopAt();
  }

  get buffered() {
    return lengthOf(this.#stream._readableState) + lengthOf(this.#stream._writableState);
  }

  /** Whether whoever writes was told to stop; for a source, whether it was. */
  get isStopped() {
    return this.#writes ? Boolean(this.#stream.writableNeedDrain) : this.#full;
  }

  get isDone() {
    return this.#watch.stopped;
  }

  read(now) {
    return this.#watch.read(now);
  }

  release() {
    this.#watch.stop(performance.now());
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #part() {
    if (this.#pushing > 0) return 'reader';
    if (this.#running > 0) return 'busy';
    // The sides of a socket have nothing to do with each other.
    if (this.#writing > 0 && !this.#transforms) return this.#pending.write;
    if (this.#full) return 'reader';
    if (this.#writing > 0) return this.#pending.write;
    if (this.#writes) return 'starved';
    return this.#reading ? this.#pending.read : 'reader';
  }

  /** Makes a change. Where none of the stream's own code runs, it may have been due for a while. */
  #change(make) {
    const now = performance.now();
    const late = this.#running === 0 && this.#pushing === 0 ? lateBy(now) : 0;
    make();
    this.#watch.turn(this.#part(), now, late);
  }

  #wrap(name, make) {
    const stream = this.#stream;
    const original = stream[name];
    const own = Object.getOwnPropertyDescriptor(stream, name);
    const value = make(original);
    Object.defineProperty(stream, name, { value, writable: true, configurable: true });
    this.#undo.push(() => {
      // Who wrapped it once more keeps what it found; it passes everything on.
      if (stream[name] !== value) return;
      if (own) Object.defineProperty(stream, name, own);
      else delete stream[name];
    });
  }

  /** Runs the stream's own code. */
  #run(original, stream, args) {
    try {
      return original.apply(stream, args);
    } finally {
      this.#change(() => (this.#running -= 1));
    }
  }

  /** A method whose last argument is called when its work is done. */
  #wrapWork(name, size) {
    const probe = this;
    this.#wrap(
      name,
      (original) =>
        function (...args) {
          const callback = args.at(-1);
          if (probe.isDone || typeof callback !== 'function') return original.apply(this, args);
          const isOuter = probe.#running === 0;
          let isOver = false;
          probe.#change(() => {
            probe.#running += 1;
            probe.#writing += 1;
            if (isOuter) probe.bytesIn += size(...args);
          });
          args[args.length - 1] = (...results) => {
            if (!isOver) probe.#change(() => (probe.#writing -= 1));
            isOver = true;
            return callback.apply(this, results);
          };
          return probe.#run(original, this, args);
        },
    );
  }

  #wrapRead() {
    const probe = this;
    this.#wrap(
      '_read',
      (original) =>
        function (...args) {
          if (probe.isDone) return original.apply(this, args);
          probe.#change(() => {
            probe.#running += 1;
            probe.#reading = true;
            probe.#full = false;
          });
          return probe.#run(original, this, args);
        },
    );
  }

  #wrapPush() {
    const probe = this;
    this.#wrap(
      'push',
      (original) =>
        function (chunk, encoding) {
          if (probe.isDone) return original.call(this, chunk, encoding);
          probe.#change(() => (probe.#pushing += 1));
          let more = false;
          try {
            more = original.call(this, chunk, encoding);
            return more;
          } finally {
            probe.#change(() => {
              probe.#pushing -= 1;
              probe.bytesOut += sizeOf(chunk, encoding);
              if (!more) {
                probe.#reading = false;
                probe.#full = chunk !== null || this._readableState.length > 0;
              }
            });
          }
        },
    );
  }

  /** Stops the watch when the stream has nothing more to do. A socket may write on when it has read all. */
  #stopAt() {
    const stream = this.#stream;
    const stop = () => this.#watch.stop(performance.now());
    const last = ['close'];
    if (!this.#writes || this.#transforms) last.push('end');
    else if (!stream._readableState) last.push('finish');
    for (const event of last) {
      stream.on(event, stop);
      this.#undo.push(() => stream.removeListener(event, stop));
    }
  }
}

function sizeOfAll(chunks) {
  return chunks.reduce((sum, { chunk, encoding }) => sum + sizeOf(chunk, encoding), 0);
}

module.exports = { Probe, sizeOf };
