'use strict';

// The cases of the one-shot `Sync` functions: a function over pieces of real input, of three sizes.

const zlib = require('node:zlib');
const sluice = require('..');
const { pieces } = require('./pieces');
const { noLarger, perCall, sizes, timesFaster } = require('./rows');

const SIZES = [
  { name: '1 KB', bytes: 1000, count: 32, unit: 'µs' },
  { name: '64 KB', bytes: 64_000, count: 8, unit: 'µs' },
  { name: '10 MB', bytes: 10e6, count: 1, unit: 'ms' },
];
/** Milliseconds for which small pieces are gone through again and again; as long before that, to warm up. */
const DURATION = 500;

/** Runs `call` over all inputs until the time is over, at least once; gives nanoseconds a call. */
function time(inputs, call, duration) {
  const start = performance.now();
  let calls = 0;
  let elapsed;
  do {
    for (const input of inputs) call(input);
    calls += inputs.length;
    elapsed = performance.now() - start;
  } while (elapsed < duration);
  return (elapsed * 1e6) / calls;
}

/** Node's function of that name, or ours where this Node has none. */
const reference = (name) => zlib[name] ?? sluice[name];

/** What is measured for one size: what the functions take, what they must give, and how to see whether they do. */
function prepare({ encode, decode, options, direction }, raw) {
  if (direction === 'encode') {
    const undo = reference(decode);
    return { inputs: raw, isRight: (output, i) => undo(output).equals(raw[i]) };
  }
  const inputs = raw.map((piece) => reference(encode)(piece, options));
  return { inputs, isRight: (output, i) => output.equals(raw[i]) };
}

/** A case for one function: `direction` says which of the two. */
function oneShot({ title, encode, decode, options, direction }) {
  const name = direction === 'encode' ? encode : decode;
  const given = direction === 'encode' ? options : undefined;

  async function measure(lib) {
    const results = {};
    for (const { name: size, bytes, count } of SIZES) {
      const raw = pieces(bytes, count);
      const { inputs, isRight } = prepare({ encode, decode, options, direction }, raw);
      const call = (input) => lib[name](input, given);
      if (count > 1) time(inputs, call, DURATION);
      const nanoseconds = time(inputs, call, DURATION);
      const outputs = inputs.map(call);
      if (!outputs.every(isRight)) throw new Error(`${name} of ${size}: wrong bytes`);
      results[size] = { nanoseconds, bytes: Buffer.concat(outputs).length };
    }
    return results;
  }

  function rows(ours, theirs) {
    return SIZES.flatMap(({ name: size, unit }) => {
      const [sluiceSide, nodeSide] = [ours, theirs].map((side) => side.map((all) => all[size]));
      const row = {
        work: `${title} of ${size}`,
        ...perCall(sluiceSide, nodeSide, unit),
        ...timesFaster(sluiceSide, nodeSide, 'nanoseconds', 1),
      };
      if (direction !== 'encode') return [row];
      const made = { ...sizes(sluiceSide, nodeSide, 'kB'), ...noLarger(sluiceSide, nodeSide, 1) };
      return [row, { work: `their size, of ${size}`, ...made }];
    });
  }

  /** Before Node 22.15 there is no zstd to compare with. */
  const sides = () => (name in zlib ? ['sluice', 'node'] : ['sluice']);
  return { measure, rows, sides };
}

module.exports = { oneShot };
