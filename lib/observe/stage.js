'use strict';

// One stage of an observation: its stream, what measures it, and how long it has stalled.

const { errorMonitor } = require('node:events');
const { LegacyProbe } = require('./legacy-probe');
const { NativeMeter, isNative } = require('./native-meter');
const { Probe } = require('./probe');
const { PARTS } = require('./stopwatch');

function meterFor(stream) {
  if (isNative(stream)) return new NativeMeter(stream);
  return stream._readableState || stream._writableState
    ? new Probe(stream)
    : new LegacyProbe(stream);
}

function kindOf(stream) {
  if (typeof stream._transform === 'function') return 'transform';
  if (!stream._readableState) return 'sink';
  return stream._writableState ? 'duplex' : 'source';
}

/** Failures, numbered: the others of a pipeline fail by the first one. */
let failures = 0;

/** Where a stream stands. */
function stateOf(stream, isDone) {
  if (!isDone) return 'running';
  return stream.readableEnded === false || stream.writableFinished === false ? 'closed' : 'done';
}

class Stage {
  name;
  stream;
  kind;
  /** Times that it stalled: that it was stopped for longer than the limit. */
  stalls = 0;
  /** The longest time that it was stopped, in milliseconds. */
  longestStall = 0;
  /** For how long it is stopped, in milliseconds; 0 when it is not. */
  stopped = 0;
  /** `{ error, order }` of an 'error' that was emitted. */
  failure;
  #meter;
  #base;
  #stoppedSince;
  #isStalled = false;
  #lastState;
  #noteError = (error) => (this.failure ??= { error, order: (failures += 1) });

  constructor(name, stream, now) {
    this.name = name;
    this.stream = stream;
    this.kind = kindOf(stream);
    this.#meter = meterFor(stream);
    this.#base = this.#read(now);
    stream.on(errorMonitor, this.#noteError);
  }

  get isNative() {
    return this.#meter instanceof NativeMeter;
  }

  get isDone() {
    return this.#meter.isDone;
  }

  /** `running`, `done`, `closed` before its end, or `failed`: now, or when it was last observed. */
  get state() {
    if (this.failure) return 'failed';
    return this.#lastState ?? stateOf(this.stream, this.isDone);
  }

  /** What came of it since it is observed: milliseconds and bytes. */
  read(now) {
    const reading = this.#read(now);
    for (const key of Object.keys(this.#base)) reading[key] -= this.#base[key];
    reading.buffered = this.#meter.buffered;
    return reading;
  }

  /** Looks whether it is stopped; says 'stall' when it has been so for `limit` milliseconds, and 'drain' after that. */
  look(now, limit) {
    if (!this.#meter.isStopped || this.isDone) {
      const wasStalled = this.#isStalled;
      this.#note(now);
      this.#stoppedSince = undefined;
      this.#isStalled = false;
      return wasStalled ? 'drain' : undefined;
    }
    this.#stoppedSince ??= now;
    this.#note(now);
    if (this.#isStalled || this.stopped < limit) return undefined;
    this.#isStalled = true;
    this.stalls += 1;
    return 'stall';
  }

  release() {
    this.#lastState = this.state;
    this.stream.removeListener(errorMonitor, this.#noteError);
    this.#meter.release();
  }

  #note(now) {
    this.stopped = this.#stoppedSince === undefined ? 0 : now - this.#stoppedSince;
    this.longestStall = Math.max(this.longestStall, this.stopped);
  }

  #read(now) {
    const { bytesIn, bytesOut } = this.#meter;
    return { ...this.#meter.read(now), bytesIn, bytesOut };
  }
}

/** What was spent between two readings, as parts of it; and how much of `span` it was alive. */
function sharesBetween(before, after, span) {
  const elapsed = after.elapsed - before.elapsed;
  const parts = PARTS.map((part) => [
    part,
    elapsed > 0 ? (after[part] - before[part]) / elapsed : 0,
  ]);
  return { alive: span > 0 ? Math.min(1, elapsed / span) : 0, ...Object.fromEntries(parts) };
}

module.exports = { Stage, sharesBetween };
