'use strict';

// Cases of the one-shot functions, with a callback and `Sync`, and what a program sees of one.

const fc = require('fast-check');
const { bytesOf, recipe } = require('./data');
const { encoded, encodedInput } = require('./encoded');
const { formats } = require('./formats');
const { encoderOptions, realOptions } = require('./options');

const way = fc.constantFrom('callback', 'sync');
const shape = fc.constantFrom('Buffer', 'Buffer', 'Uint16Array', 'DataView', 'ArrayBuffer');
const extras = fc.record(
  {
    maxOutputLength: fc.oneof(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 200_000 }),
    ),
    info: fc.boolean(),
  },
  { requiredKeys: [] },
);
const how = { way, shape, extras: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, extras) };

const encodeCase = fc
  .constantFrom(...formats.filter(({ name }) => name !== 'unzip'))
  .chain((format) =>
    fc.record({
      kind: fc.constant('one-shot'),
      call: fc.constant(format.encode),
      options: encoderOptions(format),
      input: recipe(),
      ...how,
    }),
  );

const decodeCase = fc.constantFrom(...formats).chain((format) =>
  fc.record({
    kind: fc.constant('one-shot'),
    call: fc.constant(format.decode),
    encoded: encoded(format),
    ...how,
  }),
);

const shapes = {
  Buffer: (bytes) => bytes,
  Uint16Array: (bytes) =>
    bytes.length % 2 === 0 ? new Uint16Array(shapes.ArrayBuffer(bytes)) : new Uint8Array(bytes),
  DataView: (bytes) => new DataView(shapes.ArrayBuffer(Buffer.concat([Buffer.alloc(3), bytes])), 3),
  ArrayBuffer: (bytes) => new Uint8Array(bytes).buffer,
};

function outcome(result) {
  const buffer = Buffer.isBuffer(result) ? result : result.buffer;
  return { output: buffer, engine: buffer === result ? null : result.engine.constructor.name };
}

const failed = ({ name, code, errno, message }, how_) => ({
  [how_]: { name, code, errno, message },
});

/** @returns a promise of `{ output, engine }`, of `{ error }`, or of `{ thrown }` */
async function observeOneShot(lib, c) {
  const { bytes, options } = c.encoded
    ? encodedInput(c.encoded)
    : { bytes: bytesOf(c.input), options: c.options };
  const input = shapes[c.shape](bytes);
  const given = { ...realOptions(options), ...c.extras };
  try {
    if (c.way === 'sync') return outcome(lib[`${c.call}Sync`](input, given));
    return await new Promise((resolve, reject) => {
      let returned = false;
      lib[c.call](input, given, (error, result) => {
        if (!returned) reject(new Error('called back before it had returned'));
        else resolve(error ? failed(error, 'error') : outcome(result));
      });
      returned = true;
    });
  } catch (error) {
    return failed(error, 'thrown');
  }
}

module.exports = { decodeCase, encodeCase, observeOneShot };
