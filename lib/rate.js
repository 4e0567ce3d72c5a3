'use strict';

// Rates: how many bytes a second the throttles that share one let through. The tokens are counted in Rust
// (src/stage/rate.rs).

const native = require('../binding.js');
const { invalidArgType, outOfRange } = require('./errors');

function checkBytesPerSecond(value, name) {
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!(value > 0)) throw outOfRange(name, '> 0', value);
}

function checkBurst(value, name) {
  if (value === undefined) return;
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isSafeInteger(value) || value < 1) throw outOfRange(name, 'an integer >= 1', value);
}

let handleOf;

class Rate {
  #handle;
  #bytesPerSecond;
  #burst;

  constructor(options) {
    if (typeof options !== 'object' || options === null) {
      throw invalidArgType('options', 'of type object', options);
    }
    const { bytesPerSecond, burst } = options;
    checkBytesPerSecond(bytesPerSecond, 'options.bytesPerSecond');
    checkBurst(burst, 'options.burst');
    this.#bytesPerSecond = bytesPerSecond;
    this.#burst = burst;
    this.#handle = native.createRate(bytesPerSecond, burst);
  }

  static {
    handleOf = (value) => (#handle in value ? value.#handle : undefined);
  }

  get bytesPerSecond() {
    return this.#bytesPerSecond;
  }

  set bytesPerSecond(value) {
    checkBytesPerSecond(value, 'bytesPerSecond');
    this.#bytesPerSecond = value;
    native.setRate(this.#handle, value, this.#burst);
  }

  get burst() {
    return this.#burst ?? native.burst(this.#handle);
  }

  set burst(value) {
    checkBurst(value, 'burst');
    this.#burst = value;
    native.setRate(this.#handle, this.#bytesPerSecond, value);
  }
}

/** What the binding knows a rate by. */
function rateHandle(rate) {
  const handle = typeof rate === 'object' && rate !== null ? handleOf(rate) : undefined;
  if (handle === undefined) throw invalidArgType('options.rate', 'an instance of Rate', rate);
  return handle;
}

module.exports = { Rate, rateHandle };
