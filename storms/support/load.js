'use strict';

// A load that is to leave nothing behind: once to warm up, and then in full.

const { setImmediate: turn } = require('node:timers/promises');
const { footprint, returnsTo } = require('./footprint');

/**
 * Does `work(n)` so often, after a tenth of it, and waits until the process is back where it was then, but for so many
 * megabytes.
 * @returns {Promise<string>} what it holds
 */
async function leavesNothing(count, megabytes, work) {
  const repeat = async (times) => {
    for (let n = 0; n < times; n += 1) await work(n);
  };
  await repeat(Math.ceil(count / 10));
  const before = await footprint();
  await repeat(count);
  return returnsTo(before, megabytes);
}

/** Collects all that V8 may. What the first one finds of buffers is freed by another thread, for which the second waits. */
function collect() {
  globalThis.gc();
  globalThis.gc();
}

/** Bytes of resident memory by which the process has grown at most while `work` was done, without what V8 may collect. */
async function growth(work) {
  collect();
  const before = process.memoryUsage.rss();
  let most = 0;
  const look = () => {
    collect();
    most = Math.max(most, process.memoryUsage.rss() - before);
  };
  const sampler = setInterval(look, 100);
  await work();
  clearInterval(sampler);
  look();
  return most;
}

module.exports = { growth, leavesNothing, turn };
