'use strict';

// The Writables that end in a sink: what a file and a slow link have in common.

const { Writable, addAbortSignal } = require('node:stream');
const native = require('../binding.js');
const { attachClosing, awaitClosing, concludeClosing } = require('./closing');
const { bell, kClosed, kOpened } = require('./events');
const { installLinks } = require('./link');
const { HIGH_WATER_MARK, baseOptions, checkSignal, flowOptions } = require('./options');
const { attach, fail, giveUp, installWritableSide } = require('./writable-side');

class SinkStream extends Writable {
  /** `file` is where the bytes go, if anywhere; `pace` how fast, if not at once. Both are native's options. */
  constructor(options, file, pace) {
    checkSignal(options.signal);
    // A Writable's own default is Node's, and differs between versions.
    super({ ...baseOptions(options), highWaterMark: options.highWaterMark ?? HIGH_WATER_MARK });
    const flow = flowOptions(options, this.writableHighWaterMark);
    attach(this, native.openSink(bell, this, flow, file, pace), flow);
    attachClosing(this);
    if (options.signal) addAbortSignal(options.signal, this);
  }

  _destroy(error, callback) {
    giveUp(this, error);
    awaitClosing(this, error, callback);
  }

  [kOpened]() {}

  [kClosed]() {
    concludeClosing(this, fail);
  }
}

installWritableSide(SinkStream);
installLinks(SinkStream);

module.exports = { SinkStream };
