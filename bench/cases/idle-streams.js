'use strict';

// What a gzip stream costs that was opened, written to once, and waits.

const { setTimeout: sleep } = require('node:timers/promises');
const { perStream, smaller } = require('../rows');

const COUNT = 1000;

async function measure({ createGzip }) {
  const before = process.memoryUsage.rss();
  const streams = Array.from({ length: COUNT }, () => createGzip());
  for (const stream of streams) stream.write('Some data\n');
  await sleep(500);
  const growth = process.memoryUsage.rss() - before;
  for (const stream of streams) stream.destroy();
  return { growth: growth / COUNT };
}

module.exports = {
  measure,
  rows: (sluice, node) => [
    {
      work: `memory of one of ${COUNT.toLocaleString('en-US')} waiting gzip streams`,
      ...perStream(sluice, node),
      ...smaller(sluice, node, 'growth'),
    },
  ],
};
