'use strict';

// The Writables that end in a sink: what a file and a slow link have in common.

const { Writable, addAbortSignal } = require('node:stream');
const native = require('../binding.js');
const { bell, kClosed, kOpened } = require('./events');
const { HIGH_WATER_MARK, baseOptions, checkSignal, flowOptions } = require('./options');
const { attach, fail, giveUp, installWritableSide, takeFailure } = require('./writable-side');

/** What waits for the sink to be closed: null before a destroy, true when the sink has closed without one. */
const kClose = Symbol('sluice.close');

class SinkStream extends Writable {
  /** `file` is where the bytes go, if anywhere; `pace` how fast, if not at once. Both are native's options. */
  constructor(options, file, pace) {
    checkSignal(options.signal);
    // A Writable's own default is Node's, and differs between versions.
    super({ ...baseOptions(options), highWaterMark: options.highWaterMark ?? HIGH_WATER_MARK });
    const flow = flowOptions(options, this.writableHighWaterMark);
    attach(this, native.openSink(bell, this, flow, file, pace), flow);
    this[kClose] = null;
    if (options.signal) addAbortSignal(options.signal, this);
  }

  _destroy(error, callback) {
    const isClosed = this[kClose] === true;
    this[kClose] = { error, callback };
    giveUp(this, error);
    if (isClosed) this[kClosed]();
  }

  [kOpened]() {}

  /** The sink is closed. Its error is told even after a destroy without one: the bytes may not be there. */
  [kClosed]() {
    const error = takeFailure(this);
    if (this[kClose] === null) {
      // The stage broke down by itself.
      this[kClose] = true;
      if (error !== null) fail(this, error);
      return;
    }
    const { callback, error: reason } = this[kClose];
    this[kClose] = null;
    callback(reason ?? error);
  }
}

installWritableSide(SinkStream);

module.exports = { SinkStream };
