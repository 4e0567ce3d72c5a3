'use strict';

const { Readable } = require('node:stream');
const zlib = require('node:zlib');
const { perWrite, timesFaster } = require('../rows');
const { digest, digestOfLines, same } = require('../verify');
const { LINE, writeLoop } = require('./write-loop');

// node:zlib gets fewer writes: at some 35 µs each, a million would take over half a minute a round.
const COUNTS = { sluice: 1_000_000, node: 50_000 };

async function measure({ createGzip }, { implementation }) {
  const count = COUNTS[implementation];
  const gzip = createGzip();
  const output = [];
  gzip.on('data', (chunk) => output.push(chunk));
  const milliseconds = await writeLoop(gzip, count, 'end');

  const decoded = await digest(Readable.from(output), zlib.createGunzip());
  same(decoded, digestOfLines(LINE, count), 'lines through gzip');
  return { nanoseconds: (milliseconds * 1e6) / count };
}

module.exports = {
  measure,
  rows: (sluice, node) => [
    {
      work: "1,000,000 × `write('Some data\\n')` into gzip, obeying `'drain'` (Node: 50,000)",
      ...perWrite(sluice, node),
      ...timesFaster(sluice, node, 'nanoseconds', 300),
    },
  ],
};
