'use strict';

/** Draws the progress of one conversion at a time on a terminal. Counts nothing itself: it asks. */

const { onInterruption } = require('./interruption.js');
const { progressLine, summaryLine } = require('./progress-line.js');

/** Milliseconds between two drawings. */
const INTERVAL = 100;

/** Seconds over which the rate is smoothed. */
const SMOOTHING = 2;

const CLEAR_LINE = '\r\x1b[K';

class Progress {
  #terminal;
  #conversion;
  #timer;
  #forget;
  #started;
  #last;
  #rate;

  /** @param {import('node:tty').WriteStream} terminal */
  constructor(terminal) {
    this.#terminal = terminal;
    // A terminal that went away must not take the conversion with it.
    terminal.on('error', () => {});
  }

  /**
   * @param {object} conversion
   * @param {string} conversion.name
   * @param {string} conversion.target
   * @param {number | undefined} conversion.total
   * @param {boolean} conversion.expands
   * @param {() => { bytesIn: number, bytesOut: number }} conversion.count
   */
  start(conversion) {
    this.#conversion = conversion;
    this.#started = performance.now();
    this.#last = { time: this.#started, bytesIn: 0 };
    this.#rate = 0;
    this.#timer = setInterval(() => this.#draw(), INTERVAL);
    // The bar alone is no reason to stay.
    this.#timer.unref();
    this.#forget = onInterruption(() => this.#terminal.write(CLEAR_LINE));
  }

  /** Takes the bar away; after a success, a line that sums up stays in its place. */
  stop({ succeeded }) {
    clearInterval(this.#timer);
    this.#forget();
    this.#terminal.write(CLEAR_LINE);
    if (!succeeded) return;
    const seconds = (performance.now() - this.#started) / 1000;
    const { target } = this.#conversion;
    this.#terminal.write(`${summaryLine(this.#snapshot(), { target, seconds })}\n`);
  }

  #draw() {
    this.#measure();
    const line = progressLine(this.#snapshot(), this.#terminal.columns || 80);
    this.#terminal.write(`\r${line}\x1b[K`);
  }

  #snapshot() {
    const { name, total, expands, count } = this.#conversion;
    return { name, total, expands, rate: this.#rate, ...count() };
  }

  /** An exponential average, in which the last {@link SMOOTHING} seconds weigh most. */
  #measure() {
    const time = performance.now();
    const { bytesIn } = this.#conversion.count();
    const seconds = (time - this.#last.time) / 1000;
    const current = (bytesIn - this.#last.bytesIn) / seconds;
    const weight = this.#last.time === this.#started ? 1 : 1 - Math.exp(-seconds / SMOOTHING);
    this.#rate += (current - this.#rate) * weight;
    this.#last = { time, bytesIn };
  }
}

/** Nobody sees a bar that goes to a file, and it would garble a result that goes to the same terminal. */
function createProgress({ quiet, resultOnTerminal }) {
  const { stderr } = process;
  if (quiet || resultOnTerminal || !stderr.isTTY || process.env.TERM === 'dumb') return undefined;
  return new Progress(stderr);
}

module.exports = { Progress, createProgress };
