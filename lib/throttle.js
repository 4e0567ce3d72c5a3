'use strict';

// createThrottle(): bytes as they come, no faster than a rate allows, which may be changed at any time and be shared.

const { Transform, addAbortSignal } = require('node:stream');
const native = require('../binding.js');
const { invalidArgType, invalidArgValue } = require('./errors');
const { bell } = require('./events');
const { installLinks } = require('./link');
const { attachTransform, installTransform } = require('./native-transform');
const { baseOptions, checkSignal, flowOptions } = require('./options');
const { Rate, rateHandle } = require('./rate');

/** The rate that is given, or one of the throttle's own. */
function rateOption(options) {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgType('options', 'of type object', options);
  }
  const { rate, bytesPerSecond, burst } = options;
  if (rate === undefined) return new Rate(options);
  if (bytesPerSecond !== undefined || burst !== undefined) {
    throw invalidArgValue('options.rate', rate, 'must not be given beside bytesPerSecond or burst');
  }
  return rate;
}

class Throttle extends Transform {
  #rate;

  constructor(options) {
    const rate = rateOption(options);
    const handle = rateHandle(rate);
    checkSignal(options.signal);
    super(baseOptions(options));
    this.#rate = rate;
    const flow = flowOptions(options, this.writableHighWaterMark);
    const stage = native.openThrottle(bell, this, flow, handle, this.readableHighWaterMark);
    attachTransform(this, stage, flow);
    if (options.signal) addAbortSignal(options.signal, this);
  }

  get rate() {
    return this.#rate;
  }

  get bytesPerSecond() {
    return this.#rate.bytesPerSecond;
  }

  set bytesPerSecond(value) {
    this.#rate.bytesPerSecond = value;
  }

  get burst() {
    return this.#rate.burst;
  }

  set burst(value) {
    this.#rate.burst = value;
  }
}

installTransform(Throttle);
installLinks(Throttle);

module.exports = { Throttle };
