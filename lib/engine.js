'use strict';

// A codec that computes within the call, on the JS thread: what the one-shot functions and the calls of old packages
// are made of.

const native = require('../binding.js');
const { codecError } = require('./errors');

/** Where native code writes output: most calls have no more, and need not make a Buffer larger than it. */
const room = Buffer.allocUnsafeSlow(64 * 1024);

/** The Buffer that native code's answer stands for, or the error. */
function collect(answer) {
  if (typeof answer === 'number') {
    if (answer === 0) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafe(answer);
    room.copy(bytes, 0, 0, answer);
    return bytes;
  }
  if (answer.code !== undefined) throw codecError(answer);
  return answer;
}

/** An engine of its own for one stream. */
class Engine {
  constructor(codec) {
    const engine = native.createEngine(codec);
    if (engine.code !== undefined) throw codecError(engine);
    this.native = engine;
    /** Bytes that the last call has consumed. */
    this.consumed = 0;
    /** What a change of parameters has brought out. */
    this.early = null;
  }

  /** All that comes of `bytes`; `kind` is zlib's kind of flush. */
  process(bytes, kind) {
    const before = native.engineConsumed(this.native);
    const output = collect(native.process(this.native, bytes, kind, room));
    this.consumed = native.engineConsumed(this.native) - before;
    if (this.early === null) return output;
    const { early } = this;
    this.early = null;
    return Buffer.concat([early, output]);
  }

  /** What of it there is room for in `target`. */
  step(bytes, kind, target) {
    const progress = native.engineStep(this.native, bytes, kind, target);
    if (progress.code !== undefined) throw codecError(progress);
    return progress;
  }

  params(level, strategy) {
    const output = collect(native.engineParams(this.native, level, strategy, room));
    if (output.length > 0) this.early = output;
  }

  reset() {
    const failure = native.engineReset(this.native);
    if (failure) throw codecError(failure);
    this.early = null;
  }
}

/** All that comes of `bytes` in a codec that is opened for them alone. */
function processOnce(codec, bytes, kind) {
  return collect(native.processOnce(codec, bytes, kind, room));
}

/** The same in an engine that is kept for the next call. */
function processAll(engine, bytes, kind) {
  return collect(native.processAll(engine.native, bytes, kind, room));
}

module.exports = { Engine, processAll, processOnce };
