'use strict';

// A million streams that are made and dropped: never used, idle, ended or destroyed.

const sluice = require('..');
const { leavesNothing, turn } = require('./support/load');

const MAKERS = [
  () => sluice.createGzip(),
  () => sluice.createGunzip(),
  () => sluice.createBrotliDecompress(),
  () => sluice.createZstdCompress(),
  () => sluice.createThrottle({ bytesPerSecond: 1e6 }),
  () => sluice.createSlowWritableStream(),
];

const ENDS = [
  () => {},
  (stream) => stream.destroy(),
  (stream) => stream.write('x'),
  (stream) => stream.on('error', () => {}).end(),
];

/** Streams that are made in one turn. */
const AT_ONCE = 500;

async function run({ short }) {
  const count = short ? 20_000 : 1_000_000;
  const left = await leavesNothing(count / AT_ONCE, 48, async (round) => {
    for (let n = 0; n < AT_ONCE; n += 1) {
      const stream = MAKERS[n % MAKERS.length]();
      ENDS[(n + round) % ENDS.length](stream);
    }
    await turn();
    if (round % 20 === 0) globalThis.gc();
  });
  return `${count} streams made and dropped; ${left}`;
}

module.exports = { run };
