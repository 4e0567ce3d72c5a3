'use strict';

// What a gzip stream costs that has taken 4 KiB and waits for more.

const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { perStream, smaller } = require('../rows');

const COUNT = 1000;

async function measure({ createGzip }, { files }) {
  const piece = Buffer.alloc(4096);
  const file = fs.openSync(files.plain);
  fs.readSync(file, piece, 0, piece.length, 1e6);
  fs.closeSync(file);
  const before = process.memoryUsage.rss();
  const streams = Array.from({ length: COUNT }, () => createGzip().resume());
  await Promise.all(
    streams.map((stream) => new Promise((resolve) => stream.write(piece, resolve))),
  );
  await sleep(200);
  const growth = process.memoryUsage.rss() - before;
  for (const stream of streams) stream.destroy();
  return { growth: growth / COUNT };
}

module.exports = {
  measure,
  rows: (ours, theirs) => [
    {
      work: 'memory of an open gzip stream that has taken 4 KiB',
      ...perStream(ours, theirs),
      ...smaller(ours, theirs, 'growth', 0.25),
    },
  ],
};
