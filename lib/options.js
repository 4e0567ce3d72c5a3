'use strict';

// Options: defaults and checks, with the codes that Node gives. Sizes are bytes.

const { budgetOption } = require('./budget');
const { invalidArgType, invalidArgValue, outOfRange } = require('./errors');

/** Node 22's default for byte streams, on every version of Node. */
const HIGH_WATER_MARK = 64 * 1024;
/** Twice as much for what a codec produces: half is written by the reader while the other half is made. */
const READABLE_HIGH_WATER_MARK = 128 * 1024;

/**
 * The largest piece of output, in bytes. A reader that keeps up takes fewer, larger pieces: each costs an `fs.write()` or a
 * turn of its consumer.
 */
const LARGEST_PIECE = 128 * 1024;
/** Where it begins, if the program says nothing: Node's. It doubles with every piece. */
const FIRST_PIECE = 16 * 1024;

function checkObject(value, name) {
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidArgType(name, 'of type object', value);
  }
}

/** Whether a number was given, which has to be finite; `undefined` and `NaN` are none, as in `node:zlib`. */
function isGivenNumber(value, name) {
  if (value === undefined || Number.isNaN(value)) return false;
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isFinite(value)) throw outOfRange(name, 'a finite number', value);
  return true;
}

/** A number from `min` to `max`. */
function rangeOption(value, name, min, max, fallback) {
  if (!isGivenNumber(value, name)) return fallback;
  if (value < min || value > max) throw outOfRange(name, `>= ${min} and <= ${max}`, value);
  return value;
}

/** The most threads for one stream; `undefined` for as many as there are. */
function threadsOption(value) {
  if (value === undefined || value === 'auto') return undefined;
  if (typeof value !== 'number')
    throw invalidArgType('options.threads', "of type number or 'auto'", value);
  if (!Number.isInteger(value)) throw outOfRange('options.threads', 'an integer', value);
  if (value < 1) throw outOfRange('options.threads', '>= 1', value);
  return value;
}

/** A positive, possibly infinite, number. */
function paceOption(value, name, fallback, zeroToo) {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!(value > 0 || (zeroToo && value === 0)))
    throw outOfRange(name, zeroToo ? '>= 0' : '> 0', value);
  return value;
}

function booleanOption(value, name, fallback) {
  if (value == null) return fallback;
  if (typeof value !== 'boolean') throw invalidArgType(name, 'of type boolean', value);
  return value;
}

function checkSignal(signal) {
  if (!signal) return;
  if (typeof signal !== 'object' || !('aborted' in signal)) {
    throw invalidArgType('options.signal', 'an instance of AbortSignal', signal);
  }
}

/** What a stream's constructor in Node is given: its marks, and what it does by itself. Node checks the marks. */
function baseOptions(options) {
  const { autoDestroy, captureRejections, emitClose, allowHalfOpen, defaultEncoding } = options;
  const { highWaterMark } = options;
  return {
    autoDestroy,
    captureRejections,
    emitClose,
    allowHalfOpen,
    defaultEncoding,
    highWaterMark: highWaterMark ?? undefined,
    readableHighWaterMark: options.readableHighWaterMark ?? READABLE_HIGH_WATER_MARK,
    // Where the readable mark is 0, Node takes this one instead of `highWaterMark`.
    writableHighWaterMark:
      options.writableHighWaterMark ?? (highWaterMark == null ? HIGH_WATER_MARK : undefined),
  };
}

/** The marks, the limit and the budget of a writable side, whose high-water mark Node has checked. */
function flowOptions(options, highWaterMark) {
  const {
    lowWaterMark = Math.floor(highWaterMark / 2),
    hardLimit = Infinity,
    overflow = 'queue',
  } = options;
  if (typeof lowWaterMark !== 'number') {
    throw invalidArgType('options.lowWaterMark', 'of type number', lowWaterMark);
  }
  if (!Number.isInteger(lowWaterMark) || lowWaterMark < 0) {
    throw invalidArgValue('options.lowWaterMark', lowWaterMark);
  }
  if (lowWaterMark > highWaterMark) {
    throw outOfRange('options.lowWaterMark', `<= highWaterMark (${highWaterMark})`, lowWaterMark);
  }
  if (typeof hardLimit !== 'number') {
    throw invalidArgType('options.hardLimit', 'of type number', hardLimit);
  }
  if (!(hardLimit >= highWaterMark)) {
    throw outOfRange('options.hardLimit', `>= highWaterMark (${highWaterMark})`, hardLimit);
  }
  if (overflow !== 'queue' && overflow !== 'error') {
    throw invalidArgValue('options.overflow', overflow, "must be 'queue' or 'error'");
  }
  const budget = budgetOption(options.budget);
  return { highWaterMark, lowWaterMark, hardLimit, refuse: overflow === 'error', budget };
}

module.exports = {
  FIRST_PIECE,
  HIGH_WATER_MARK,
  LARGEST_PIECE,
  baseOptions,
  booleanOption,
  checkObject,
  checkSignal,
  flowOptions,
  isGivenNumber,
  paceOption,
  rangeOption,
  threadsOption,
};
