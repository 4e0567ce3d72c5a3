'use strict';

// What an observation's charts are drawn from: the bytes of each stage over time, in bounded memory.
//
// A point stands for the time since the point before it. When there are too many, two neighbours become one that stands
// for the time of both: bytes are counted from the beginning, so rates stay exact, and of what was buffered the most is
// kept.

/** Points that are kept at most. */
const MOST = 600;
/** What a point stands for at first, in milliseconds. */
const WIDTH = 100;
/** Timers come late, and the end comes when it comes: no point stands for much less than the others. */
const SLACK = WIDTH / 2;

class History {
  #most;
  #width = WIDTH;
  /** Milliseconds since the observation began. */
  #times = [];
  #stages;

  /** @param stages how many there are */
  constructor(stages, most = MOST) {
    this.#most = most;
    this.#stages = Array.from({ length: stages }, () => ({
      bytesIn: [],
      bytesOut: [],
      buffered: [],
    }));
  }

  /** @param readings one of each stage, in their order */
  add(at, readings) {
    const last = this.#times.length - 1;
    const isPartOfLast = last > 0 && at - this.#times[last - 1] <= this.#width + SLACK;
    if (isPartOfLast) this.#times.pop();
    this.#times.push(at);
    for (const [n, { bytesIn, bytesOut, buffered }] of this.#stages.entries()) {
      const reading = readings[n];
      const most = isPartOfLast ? Math.max(buffered.at(-1), reading.buffered) : reading.buffered;
      if (isPartOfLast) for (const list of [bytesIn, bytesOut, buffered]) list.pop();
      bytesIn.push(reading.bytesIn);
      bytesOut.push(reading.bytesOut);
      buffered.push(most);
    }
    if (this.#times.length > this.#most) this.#halve();
  }

  /** Lists of the same length: when, and of each stage how much by then. */
  points() {
    const stages = this.#stages.map(({ bytesIn, bytesOut, buffered }) => ({
      bytesIn: [...bytesIn],
      bytesOut: [...bytesOut],
      buffered: [...buffered],
    }));
    return { times: this.#times.map((at) => Math.round(10 * at) / 10), stages };
  }

  /** The first point is where everything begins; behind it two become one. */
  #halve() {
    this.#width *= 2;
    this.#times = latter(this.#times);
    for (const stage of this.#stages) {
      stage.bytesIn = latter(stage.bytesIn);
      stage.bytesOut = latter(stage.bytesOut);
      const { buffered } = stage;
      stage.buffered = latter(buffered.map((bytes, n) => Math.max(bytes, before(buffered, n))));
    }
  }
}

/** Of each pair the second, and the last one that may have none. */
const latter = (list) => list.filter((_, n) => n % 2 === 0 || n === list.length - 1);
/** What a point is joined with, if it is the second of its pair, or else itself. */
const before = (list, n) => (n > 0 && n % 2 === 0 ? list[n - 1] : list[n]);

module.exports = { History };
