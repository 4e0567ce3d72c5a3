'use strict';

// What one call of write() costs while there is room, beside that of a Writable that does nothing.

const { Writable } = require('node:stream');
const { perWrite, timesFaster, versus } = require('../rows');
const { LINE } = require('./write-loop');

const WRITES = 100_000;
const ROUNDS = 20;
/** Room for all writes of a round. */
const highWaterMark = 16 * 1024 * 1024;

const open = {
  sluice: ({ createGzip }) => createGzip({ highWaterMark }).resume(),
  'no-op': () => new Writable({ highWaterMark, write: (chunk, encoding, done) => done() }),
};

async function measure(lib, { implementation }) {
  const stream = open[implementation](lib);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (let i = 0; i < WRITES; i += 1) {
      if (!stream.write(LINE)) throw new Error('no room');
    }
    best = Math.min(best, performance.now() - start);
    while (stream.writableLength > 0) await new Promise(setImmediate);
  }
  stream.destroy();
  return { nanoseconds: (best * 1e6) / WRITES };
}

module.exports = {
  measure,
  sides: () => ['sluice', 'no-op'],
  rows: (ours, theirs) => [
    versus('no-op `Writable`', {
      work: '`write()` of 10 characters into gzip while there is room, the call alone',
      ...perWrite(ours, theirs),
      ...timesFaster(ours, theirs, 'nanoseconds', 1),
    }),
  ],
};
