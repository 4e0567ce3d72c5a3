'use strict';

// What is written to and is none of Node's Writables, as the responses and requests of `node:http`: watched by what
// write() returned, and by 'drain'.

const { performance } = require('node:perf_hooks');
const { lateBy } = require('./loop');
const { sizeOf } = require('./probe');
const { Stopwatch } = require('./stopwatch');

class LegacyProbe {
  bytesIn = 0;
  #stream;
  #watch = new Stopwatch('starved', performance.now());
  #undo = [];

  constructor(stream) {
    this.#stream = stream;
    const look = () => this.#look(performance.now(), true);
    const stop = () => this.#watch.stop(performance.now());
    this.#listen('drain', look);
    this.#listen('finish', stop);
    this.#listen('close', stop);
    this.#wrap('write');
    this.#wrap('end');
    look();
  }

  /** It passes on what it is given. */
  get bytesOut() {
    return this.bytesIn - this.buffered;
  }

  get buffered() {
    return this.#stream.writableLength ?? 0;
  }

  get isStopped() {
    return Boolean(this.#stream.writableNeedDrain);
  }

  get isDone() {
    return this.#watch.stopped;
  }

  read(now) {
    this.#look(now, false);
    return this.#watch.read(now);
  }

  release() {
    this.#watch.stop(performance.now());
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #look(now, isCallback) {
    const part = this.isStopped || this.buffered > 0 ? 'remote' : 'starved';
    this.#watch.turn(part, now, isCallback ? lateBy(now) : 0);
  }

  #listen(event, listener) {
    this.#stream.on(event, listener);
    this.#undo.push(() => this.#stream.removeListener(event, listener));
  }

  #wrap(name) {
    const probe = this;
    const stream = this.#stream;
    const original = stream[name];
    const own = Object.getOwnPropertyDescriptor(stream, name);
    const value = function (...args) {
      if (!probe.isDone && typeof args[0] !== 'function') probe.bytesIn += sizeOf(args[0], args[1]);
      const result = original.apply(this, args);
      if (!probe.isDone) probe.#look(performance.now(), false);
      return result;
    };
    Object.defineProperty(stream, name, { value, writable: true, configurable: true });
    this.#undo.push(() => {
      if (stream[name] !== value) return;
      if (own) Object.defineProperty(stream, name, own);
      else delete stream[name];
    });
  }
}

module.exports = { LegacyProbe };
