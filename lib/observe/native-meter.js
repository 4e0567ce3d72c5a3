'use strict';

// A Sluice stream, which knows itself how its stage spends its time.

const { kHandle } = require('../events');

const isNative = (stream) => stream[kHandle] !== undefined && typeof stream.clocks === 'object';

class NativeMeter {
  #stream;
  /** What the source was kept by its reader, at the last look. */
  #left = 0;
  #looked = 0;
  #isLeft = false;

  constructor(stream) {
    this.#stream = stream;
  }

  get bytesIn() {
    return this.#stream.pressure.bytesIn;
  }

  get bytesOut() {
    return this.#stream.pressure.bytesOut;
  }

  get buffered() {
    const { buffered = 0, readable } = this.#stream.pressure;
    return buffered + (readable?.buffered ?? 0);
  }

  /** Whether whoever writes was told to stop; for a source, whether it could do nothing since the last look. */
  get isStopped() {
    const stream = this.#stream;
    if (stream.writable !== undefined) return stream.writableNeedDrain;
    const { elapsed, blocked } = stream.clocks;
    if (elapsed > this.#looked) {
      this.#isLeft = blocked.reader - this.#left > 0.9 * (elapsed - this.#looked);
      this.#left = blocked.reader;
      this.#looked = elapsed;
    }
    return this.#isLeft && !this.isDone;
  }

  get isDone() {
    const { closed, readableEnded, writableFinished } = this.#stream;
    return closed || (readableEnded !== false && writableFinished !== false);
  }

  read() {
    const { blocked, ...parts } = this.#stream.clocks;
    return { ...parts, ...blocked };
  }

  release() {}
}

module.exports = { NativeMeter, isNative };
