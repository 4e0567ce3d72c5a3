'use strict';

// The WritableStream over a Writable, whose back-pressure is that of the Rust buffer, in bytes.
//
// The standard measures the queue of chunks that the sink has not taken, but a Sluice stream takes a chunk at once and
// holds it in Rust. So a queued chunk weighs nothing while Rust has room, and 1, which is the whole mark, when it has
// none: `ready` and `pipeTo()` wait exactly then. How much room there is, `desiredSize` asks Rust.

const { Buffer } = require('node:buffer');
const { finished } = require('node:stream');
const { WritableStream, WritableStreamDefaultWriter } = require('node:stream/web');
const { isAnyArrayBuffer } = require('node:util').types;
const { abortError, invalidState } = require('../errors');

/** Queued in place of a chunk that Rust has already taken, to wait for room. */
const TAKEN = new Uint8Array(0);

const ignore = () => {};

function byteLength(chunk) {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return ArrayBuffer.isView(chunk) || isAnyArrayBuffer(chunk) ? chunk.byteLength : 0;
}

/** The underlying sink, in the words of the Streams standard. */
class Sink {
  #stream;
  #outcome;
  #fault;
  /** Chunks that the standard's queue holds, and their bytes. */
  #queued = 0;
  #queuedBytes = 0;
  /** Settles as the writable side has. */
  #done;
  #isClosing = false;
  isClosed = false;
  /** Whether a chunk may go around the queue while that is empty. */
  isOpen = true;

  constructor(stream, outcome, fault) {
    this.#stream = stream;
    this.#outcome = outcome;
    this.#fault = fault;
  }

  start(controller) {
    const { signal } = controller;
    // A write that waits for room would hold abort() back.
    signal.addEventListener('abort', () => {
      this.isOpen = false;
      // Where nothing waits, abort() comes at once: with the reason as it was given, be it undefined.
      queueMicrotask(() => this.#outcome.end(signal.reason));
    });
    this.#done = new Promise((resolve, reject) => {
      finished(this.#stream, { readable: false }, (error) => {
        this.isOpen = false;
        const reason = error ? this.#outcome.reasonOf(error) : undefined;
        if (error) reject(reason);
        else resolve();
        this.isClosed = this.#isClosing && !error;
        // What somebody else has ended takes no more chunks, either.
        if (!this.#isClosing) controller.error(error ? reason : abortError());
      });
    });
    this.#done.catch(ignore);
  }

  /** What a chunk weighs in the queue, whose mark is 1. */
  size(chunk) {
    const stream = this.#stream;
    this.#queued += 1;
    this.#queuedBytes += byteLength(chunk);
    const isFull = stream.writableLength + this.#queuedBytes >= stream.writableHighWaterMark;
    return isFull || stream.writableNeedDrain ? 1 : 0;
  }

  write(chunk) {
    this.#queued -= 1;
    // A chunk that was detached while it was queued leaves some of its bytes behind.
    this.#queuedBytes = this.#queued === 0 ? 0 : this.#queuedBytes - byteLength(chunk);
    if (chunk === TAKEN) return this.#room();
    try {
      const fault = this.#fault?.(chunk);
      if (fault) throw fault;
      const bytes = isAnyArrayBuffer(chunk) ? new Uint8Array(chunk) : chunk;
      return this.#stream.write(bytes) ? undefined : this.#room();
    } catch (error) {
      // The standard leaves the other side alone, which would wait for ever.
      this.#outcome.end(error);
      throw error;
    }
  }

  async #room() {
    try {
      await this.#stream.ready();
    } catch (error) {
      throw this.#outcome.reasonOf(error);
    }
  }

  close() {
    this.isOpen = false;
    this.#isClosing = true;
    if (!this.#stream.writableEnded) this.#stream.end();
    return this.#done;
  }

  abort(reason) {
    this.#outcome.end(reason);
    return this.#done.catch(ignore);
  }

  /** Room in bytes, of a stream for which the standard says `standing`: null when it failed. */
  room(standing) {
    if (standing === null || this.isClosed) return standing;
    const { writableHighWaterMark, writableLength } = this.#stream;
    return writableHighWaterMark - writableLength - this.#queuedBytes;
  }

  /** Whether a chunk may go around the queue, which costs several promises a chunk. */
  mayPass(chunk) {
    return this.isOpen && this.#queued === 0 && ArrayBuffer.isView(chunk) && !this.#fault?.(chunk);
  }

  /** Hands such a chunk to the stream, and returns whether there is room for more. */
  pass(chunk) {
    return this.#stream.write(chunk);
  }
}

class Writer extends WritableStreamDefaultWriter {
  #sink;
  #isReleased = false;

  constructor(stream, sink) {
    super(stream);
    this.#sink = sink;
  }

  get desiredSize() {
    return this.#sink.room(super.desiredSize);
  }

  write(chunk) {
    const sink = this.#sink;
    if (!this.#isReleased && sink.mayPass(chunk)) {
      if (sink.pass(chunk)) return Promise.resolve();
      chunk = TAKEN;
    }
    // Node 20 would throw an assertion of its own.
    if (sink.isClosed) return Promise.reject(invalidState('WritableStream is closed'));
    return super.write(chunk);
  }

  close() {
    if (!this.#isReleased) this.#sink.isOpen = false;
    return super.close();
  }

  releaseLock() {
    this.#isReleased = true;
    super.releaseLock();
  }
}

class ByteWritableStream extends WritableStream {
  #sink;

  constructor(sink) {
    super(sink, { highWaterMark: 1, size: (chunk) => sink.size(chunk) });
    this.#sink = sink;
  }

  getWriter() {
    return new Writer(this, this.#sink);
  }

  close() {
    if (!this.locked) this.#sink.isOpen = false;
    return super.close();
  }
}

/**
 * `outcome` is the stream's; `fault` returns the error of a chunk that is not to be written, where the stream itself is
 * not the judge.
 */
function webWritable(stream, outcome, fault) {
  const web = new ByteWritableStream(new Sink(stream, outcome, fault));
  if (stream.writableEnded) web.close().catch(ignore);
  return web;
}

module.exports = { webWritable };
