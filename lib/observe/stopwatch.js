'use strict';

// How a stage that is watched from outside divides its time: the parts of src/pressure/spending.rs, in milliseconds.

const BLOCKED = ['reader', 'disk', 'remote', 'throttle', 'budget'];
const PARTS = ['busy', ...BLOCKED, 'starved', 'waiting'];

class Stopwatch {
  #part;
  #since;
  #begin;
  #parts = Object.fromEntries(PARTS.map((part) => [part, 0]));
  #stopped = false;

  constructor(part, now) {
    this.#part = part;
    this.#since = now;
    this.#begin = now;
  }

  /** From `now` on the time counts to `part`. The last `late` milliseconds before were spent waiting. */
  turn(part, now, late = 0) {
    if (this.#stopped) return;
    const interval = now - this.#since;
    const waited = Math.min(late, interval);
    this.#parts[this.#part] += interval - waited;
    this.#parts.waiting += waited;
    this.#since = now;
    this.#part = part;
  }

  stop(now) {
    this.turn(this.#part, now);
    this.#stopped = true;
  }

  get stopped() {
    return this.#stopped;
  }

  /** As `stream.clocks`, but flat. */
  read(now) {
    this.turn(this.#part, now);
    return { elapsed: this.#since - this.#begin, ...this.#parts };
  }
}

module.exports = { BLOCKED, PARTS, Stopwatch };
