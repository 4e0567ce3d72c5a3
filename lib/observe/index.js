'use strict';

// observe(): checks what it is given, and gives what has no name one.

const { codedError, destroyed, invalidArgType, invalidArgValue } = require('../errors');
const { Observation, observed } = require('./observation');

const STREAM = 'an instance of Stream';

/** Whether a value is a stream of Node's, or one that is written to as such. */
const isStream = (value) =>
  typeof value === 'object' &&
  value !== null &&
  typeof value.on === 'function' &&
  typeof value.removeListener === 'function' &&
  (Boolean(value._readableState || value._writableState) || typeof value.write === 'function');

/** `Gzip` is `gzip`; the second one `gzip 2`. */
function nameFor(stream, taken) {
  const base = stream.constructor.name.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  let name = base || 'stream';
  for (let n = 2; taken.has(name); n += 1) name = `${base} ${n}`;
  return name;
}

function* entriesOf(args) {
  for (const arg of args) {
    if (isStream(arg)) {
      yield [undefined, arg];
    } else if (typeof arg !== 'object' || arg === null || Array.isArray(arg)) {
      throw invalidArgType('streams', `${STREAM}, or an object of them`, arg);
    } else {
      yield* Object.entries(arg);
    }
  }
}

function check(name, stream, streams) {
  if (!isStream(stream)) {
    throw invalidArgType(name === undefined ? 'stream' : `streams.${name}`, STREAM, stream);
  }
  if (stream.destroyed) throw destroyed('observe');
  if (streams.has(stream) || observed.has(stream)) {
    throw codedError(
      Error,
      'ERR_INVALID_STATE',
      `Invalid state: The stream${name === undefined ? '' : ` '${name}'`} is observed already`,
    );
  }
}

function observe(...args) {
  const names = new Set();
  const streams = new Map();
  for (const [name, stream] of entriesOf(args)) {
    check(name, stream, streams);
    if (name !== undefined && names.has(name)) {
      throw invalidArgValue('streams', name, 'must not have the same name twice');
    }
    if (name !== undefined) names.add(name);
    streams.set(stream, name);
  }
  if (streams.size === 0) throw invalidArgValue('streams', args, 'must have a stream');
  const entries = [];
  for (const [stream, given] of streams) {
    const name = given ?? nameFor(stream, names);
    names.add(name);
    entries.push([name, stream]);
  }
  return new Observation(entries);
}

module.exports = { observe };
