'use strict';

// The ReadableStream over a Readable. It keeps no chunk of its own: one is read when somebody asks for it, so that what
// waits is what the stream's marks allow, and a reader that stops, stops the codec.

const { Buffer } = require('node:buffer');
const { finished } = require('node:stream');
const { ReadableStream } = require('node:stream/web');

/** A plain Uint8Array whose memory nobody shares, for a reader to keep, change or transfer. */
function toPlain(chunk, encoding) {
  if (encoding) return new Uint8Array(Buffer.from(chunk, encoding));
  const isAlone = chunk.byteLength === chunk.buffer.byteLength;
  return isAlone ? new Uint8Array(chunk.buffer) : new Uint8Array(chunk);
}

/** The underlying source, in the words of the Streams standard. */
class Source {
  #stream;
  #outcome;
  #controller;
  /** Whether somebody waits for a chunk. */
  #isWanted = false;
  #isCancelled = false;
  /** Settles as the readable side has. */
  #done;

  constructor(stream, outcome, type) {
    this.#stream = stream;
    this.#outcome = outcome;
    this.type = type;
  }

  start(controller) {
    const stream = this.#stream;
    this.#controller = controller;
    this.#done = new Promise((resolve) => {
      finished(stream, { writable: false }, (error) => {
        if (error) controller.error(this.#outcome.reasonOf(error));
        else this.#close();
        resolve();
      });
    });
    // From the start: with a reader, a decoder that fails first hands over what it could decode.
    stream.on('readable', () => this.#deliver());
  }

  pull() {
    this.#isWanted = true;
    this.#deliver();
  }

  cancel(reason) {
    this.#isCancelled = true;
    this.#outcome.end(reason);
    return this.#done;
  }

  #deliver() {
    const stream = this.#stream;
    if (!this.#isWanted) {
      // What is at its end says so when it is read.
      if (stream.readableLength === 0) stream.read(0);
      return;
    }
    const chunk = stream.read();
    if (chunk === null) return;
    this.#isWanted = false;
    // What a reader with a buffer of its own has no room for waits for its next one.
    this.#controller.enqueue(toPlain(chunk, stream.readableEncoding));
  }

  #close() {
    if (this.#isCancelled) return;
    try {
      this.#controller.close();
      this.#controller.byobRequest?.respond(0);
    } catch {
      // The end came within an element of what somebody reads into, who has been told.
    }
  }
}

function webReadable(stream, outcome, type) {
  return new ReadableStream(new Source(stream, outcome, type), { highWaterMark: 0 });
}

module.exports = { webReadable };
