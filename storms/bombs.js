'use strict';

// Bombs of a thousand to one, many at a time, whose readers are slow or stop: memory stays at the streams' marks.

const assert = require('node:assert');
const { setTimeout: sleep } = require('node:timers/promises');
const sluice = require('..');
const { FORMATS, makeBomb } = require('../bench/bombs');
const { growth, leavesNothing } = require('./support/load');

const SIZE = 50e6;
/** What a decoder holds, in bytes: its window, for the most part. */
const STATE = { gzip: 0.1e6, brotli: 4.5e6, zstd: 2.5e6 };
/** And its stream: the bomb, two buffers up to their marks, and chunks in Node's half. */
const EACH = 0.8e6;
/** What else may come, in bytes. */
const BESIDE = 32e6;
const READS = 20;

/** Decodes a bomb up to its `READS`th chunk, and gives it up. The reader takes its time for each. */
async function explode(format, bomb) {
  const stream = sluice[FORMATS[format].decoder]();
  stream.end(bomb);
  let reads = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.length > 0);
    await sleep(5);
    if ((reads += 1) === READS) break;
  }
  assert.equal(reads, READS);
}

async function run({ short }) {
  const [rounds, crowd] = short ? [1, 20] : [20, 200];
  const bombs = new Map();
  for (const format of Object.keys(FORMATS)) bombs.set(format, await makeBomb(format, SIZE));
  const all = [...bombs];
  let most = 0;
  const left = await leavesNothing(rounds, 48, async () => {
    const grown = await growth(() =>
      Promise.all(Array.from({ length: crowd }, (_, n) => explode(...all[n % all.length]))),
    );
    most = Math.max(most, grown);
  });
  const states = all.reduce((sum, [format]) => sum + STATE[format], 0) / all.length;
  assert.ok(most < BESIDE + crowd * (EACH + states), `${crowd} bombs took ${most} bytes`);
  return `${rounds * crowd} bombs of 50 MB, ${crowd} at a time in ${(most / 1e6).toFixed(0)} MB; ${left}`;
}

module.exports = { run };
