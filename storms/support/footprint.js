'use strict';

// What a process holds, and whether it comes back to what it held before.

const fs = require('node:fs');
const os = require('node:os');
const { setTimeout: sleep } = require('node:timers/promises');

const MB = 1e6;
/** Threads for calls that block go when they have had nothing to do for 5 seconds. */
const PATIENCE = 15_000;
const LOOKS = 20;

const isLinux = process.platform === 'linux';

/** The process's threads, or 0 where nobody tells. */
function countThreads() {
  if (!isLinux) return 0;
  return Number(/^Threads:\s+(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'latin1'))[1]);
}

/** Those of Node, now as ever, with the four of libuv's pool, and Sluice's worker for each core. */
const MOST_THREADS = countThreads() + 4 + os.availableParallelism();

/** Its open descriptors, or 0 where nobody tells. */
const countDescriptors = () => (isLinux ? fs.readdirSync('/proc/self/fd').length : 0);

/** By how many milliseconds a timer is late at best. */
async function delay() {
  let least = Infinity;
  for (let n = 0; n < LOOKS; n += 1) {
    const begin = performance.now();
    await sleep(1);
    least = Math.min(least, performance.now() - begin - 1);
  }
  return least;
}

/** Collects what nobody holds, finalizers included. */
async function collect() {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What the process holds now. */
async function footprint() {
  await collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rss,
    heapUsed,
    external,
    threads: countThreads(),
    descriptors: countDescriptors(),
    resources: process.getActiveResourcesInfo().length,
    delay: await delay(),
  };
}

/** AddressSanitizer does, for a while, so that a use of it is seen: 256 MB by default. */
const KEEPS_WHAT_IS_FREED = process.env.ASAN_ADDON !== undefined;

/** How far `now` is above `before`, in words; empty when it is within bounds. */
function excess(before, now, megabytes) {
  const above = (name, allowance) =>
    now[name] > before[name] + allowance ? [`${name} ${before[name]} -> ${now[name]}`] : [];
  return [
    ...(KEEPS_WHAT_IS_FREED ? [] : above('rss', megabytes * MB)),
    ...above('external', MB),
    ...(now.threads > MOST_THREADS ? [`threads ${MOST_THREADS} -> ${now.threads}`] : []),
    ...above('descriptors', 0),
    ...above('resources', 0),
    ...above('delay', 20),
  ];
}

/**
 * Waits until the process holds no more than `before`, but for so many megabytes of resident memory.
 * @returns {Promise<string>} how much it holds then
 */
async function returnsTo(before, megabytes) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const now = await footprint();
    const left = excess(before, now, megabytes);
    if (left.length === 0) {
      const grown = ((now.rss - before.rss) / MB).toFixed(1);
      return `memory ${grown} MB from where it was, ${now.threads} threads, ${now.descriptors} descriptors`;
    }
    if (Date.now() > deadline) throw new Error(`the process still holds ${left.join(', ')}`);
    await sleep(100);
  }
}

module.exports = { countDescriptors, countThreads, footprint, returnsTo };
