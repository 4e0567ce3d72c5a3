'use strict';

// Cases of streams, and what a program sees of one.

const fc = require('fast-check');
const { bytesOf, pieceSizes, recipe } = require('./data');
const { encoded, encodedInput } = require('./encoded');
const { formats } = require('./formats');
const { encoderOptions, flushKinds, realOptions } = require('./options');

/** Milliseconds after which a stream that has neither ended nor failed counts as hanging. */
const PATIENCE = 10_000;
/** Writes of a case at most: a byte a write is as good for the first few hundred. */
const MOST_WRITES = 300;

const write = pieceSizes.map(([length]) => ({ op: 'write', length }));
const commands = {
  zlib: [
    flushKinds.zlib.map((kind) => ({ op: 'flush', kind })),
    fc.record({
      op: fc.constant('params'),
      level: fc.integer({ min: -1, max: 9 }),
      strategy: fc.nat(4),
    }),
  ],
  brotli: [flushKinds.brotli.map((kind) => ({ op: 'flush', kind }))],
  zstd: [flushKinds.zstd.map((kind) => ({ op: 'flush', kind }))],
};

/** What is done before the rest of the input is written, in pieces of `each` bytes, and the stream ended. */
const steps = (engine) =>
  fc.array(fc.oneof({ weight: 3, arbitrary: write }, ...commands[engine]), { maxLength: 8 });

const each = fc.oneof(fc.constant(1 << 20), fc.constantFrom(1, 2, 7, 100, 4096));
const how = { each, reader: fc.constantFrom('flow', 'flow', 'slow'), wait: fc.boolean() };

/** Encoders: any options, and a reset between two streams at times. */
const encoderCase = fc
  .constantFrom(...formats.filter(({ name }) => name !== 'unzip'))
  .chain((format) =>
    fc.record({
      kind: fc.constant('stream'),
      make: fc.constant(format.encoder),
      options: encoderOptions(format),
      input: recipe(),
      steps: steps(format.engine),
      resetAfter: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, recipe(5000)),
      ...how,
    }),
  );

/** Decoders: what an encoder made, and then cut, damaged, doubled or followed by garbage. */
const decoderCase = fc.constantFrom(...formats).chain((format) =>
  fc.record({
    kind: fc.constant('stream'),
    make: fc.constant(format.decoder),
    encoded: encoded(format),
    steps: fc.array(write, { maxLength: 6 }),
    ...how,
  }),
);

const collapsed = (events, name) => {
  if (name !== 'data' || events.at(-1) !== 'data') events.push(name);
};

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function observeReader(stream, reader, seen) {
  stream.on('data', (chunk) => {
    seen.output.push(chunk);
    collapsed(seen.events, 'data');
    if (reader === 'slow') {
      stream.pause();
      setImmediate(() => stream.resume());
    }
  });
}

/** Writes, flushes and the like, one after the other; each is numbered, and says when its callback comes. */
function program(stream, seen, wait) {
  const over = new Promise((resolve) => stream.once('close', resolve));
  const call = async (name, args, mustWait = wait) => {
    const label = `${name} ${seen.calls++}`;
    try {
      const called = new Promise((resolve) => {
        stream[name](...args, (error) => {
          seen.events.push(error ? `${label}: ${error.code}` : label);
          resolve();
        });
      });
      if (mustWait) await Promise.race([called, over]);
    } catch (error) {
      seen.events.push(`${label} threw ${error.code}`);
    }
  };
  return { call, over };
}

async function perform(stream, bytes, c, seen) {
  const { call, over } = program(stream, seen, c.wait);
  let at = 0;
  const take = (length) => bytes.subarray(at, (at += length));
  for (const step of c.steps) {
    if (step.op === 'write') await call('write', [take(step.length)]);
    if (step.op === 'flush') await call('flush', [step.kind]);
    if (step.op === 'params') await call('params', [step.level, step.strategy], true);
  }
  if (c.resetAfter) {
    // With nothing under way: what reset() does to a write that is, Node leaves open.
    await call('write', [bytesOf(c.resetAfter)], true);
    await call('flush', [], true);
    await turn();
    if (!stream.destroyed) stream.reset();
    seen.resetAt = Buffer.concat(seen.output).length;
  }
  const size = Math.max(c.each, Math.ceil((bytes.length - at) / MOST_WRITES));
  while (bytes.length - at > size) await call('write', [take(size)]);
  await call('end', at < bytes.length ? [take(size)] : [], false);
  return over;
}

/**
 * Runs a case on a library.
 * @returns what a program sees of it: `thrown` by the constructor, or `events` with the collapsed 'data' among them, the
 *   `error`, and the whole `output`
 */
async function observeStream(lib, c) {
  const seen = { events: [], output: [], error: null, bytesWritten: 0, resetAt: 0, calls: 0 };
  const { bytes, options } = c.encoded
    ? encodedInput(c.encoded)
    : { bytes: bytesOf(c.input), options: c.options };
  let stream;
  try {
    stream = lib[`create${c.make}`](realOptions(options));
  } catch ({ name, code, message }) {
    return { thrown: { name, code, message } };
  }
  for (const name of ['end', 'finish', 'close']) stream.on(name, () => seen.events.push(name));
  stream.on('error', ({ code, errno, message }) => {
    seen.events.push('error');
    seen.error = { code, errno, message };
  });
  observeReader(stream, c.resetAfter ? 'flow' : c.reader, seen);
  let timer;
  const patience = new Promise((resolve) => {
    timer = setTimeout(() => {
      seen.events.push('hangs');
      stream.destroy();
      resolve();
    }, PATIENCE);
  });
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const done = perform(stream, bytes, c, seen);
  await Promise.race([Promise.all([done, closed]), patience]);
  clearTimeout(timer);
  await turn();
  return { ...seen, bytesWritten: stream.bytesWritten, output: Buffer.concat(seen.output) };
}

module.exports = { MOST_WRITES, decoderCase, encoderCase, observeStream };
