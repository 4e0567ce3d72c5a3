'use strict';

// npm run test:soak [-- MINUTES --seed S]: streams of all kinds in one process, for 20 minutes unless told otherwise, many of
// them destroyed under way. Draws what the process holds into docs/soak.svg. Fails when a byte is wrong, or when it holds
// more in the end than after the first minutes.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { setTimeout: sleep } = require('node:timers/promises');
const { memoryChart } = require('./support/memory-chart');
const { inFolder } = require('./support/folder');
const { countDescriptors, countThreads } = require('./support/footprint');
const { thrifty } = require('./support/processes');
const { makeRandom } = require('./support/random');
const { TASKS } = require('./support/soak-tasks');

const CHART = path.join(__dirname, '..', 'docs', 'soak.svg');
const AT_ONCE = 12;
/** Seconds of warming up, and up to when what follows is compared with. */
const WARM = 120;
const COMPARED = 300;
const COLLECT_EVERY = 10;

function options() {
  const { values, positionals } = parseArgs({
    options: { seed: { type: 'string', default: String(Date.now() % 2 ** 31) } },
    allowPositionals: true,
  });
  const minutes = Number(positionals[0] ?? 20);
  if (!(minutes >= 1)) throw new Error('MINUTES is a number of at least 1');
  return { minutes, seed: Number(values.seed) };
}

/** Does one task after the other until the end. */
async function work(context, counts) {
  while (performance.now() < context.end) {
    const [name, task] = TASKS[context.random(TASKS.length)];
    try {
      const { bytes, destroyed } = await task(context);
      counts.bytes += bytes;
      counts[destroyed ? 'destroyed' : 'ended'] += 1;
    } catch (error) {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    }
  }
}

/** What the process holds, once a second. Collects before every tenth look, so that garbage is not all there is to see. */
async function look(end) {
  const samples = [];
  const begin = performance.now();
  while (performance.now() < end) {
    if (samples.length % COLLECT_EVERY === 0) globalThis.gc();
    const { rss, heapUsed, external } = process.memoryUsage();
    samples.push({
      seconds: (performance.now() - begin) / 1000,
      rss,
      heapUsed,
      external,
      threads: countThreads(),
      descriptors: countDescriptors(),
    });
    await sleep(1000);
  }
  return samples;
}

const median = (samples, name) =>
  samples.map((sample) => sample[name]).sort((a, b) => a - b)[samples.length >> 1];

/** What grew, from the minutes behind the warm-up to the last quarter. A short run is compared by its quarters. */
function growth(samples) {
  const total = samples.at(-1).seconds;
  const [from, to] = total > 2 * COMPARED ? [WARM, COMPARED] : [total / 4, total / 2];
  const first = samples.filter(({ seconds }) => seconds >= from && seconds < to);
  const last = samples.filter(({ seconds }) => seconds >= 0.75 * total);
  const compare = (name, factor, allowance) => {
    const [before, after] = [median(first, name), median(last, name)];
    return { name, before, after, isFlat: after <= before * factor + allowance };
  };
  return [
    compare('rss', 1.1, 8e6),
    compare('heapUsed', 1.1, 8e6),
    compare('external', 1.1, 8e6),
    compare('threads', 1, 8),
    compare('descriptors', 1, 8),
  ];
}

const show = (name, value) => (value > 1e5 ? `${(value / 1e6).toFixed(1)} MB` : String(value));

async function main() {
  const { minutes, seed } = options();
  console.log(`seed ${seed}, Node ${process.version}, ${minutes} minutes`);
  const counts = { bytes: 0, ended: 0, destroyed: 0 };
  const end = performance.now() + minutes * 60_000;
  const samples = await inFolder(async (folder) => {
    const context = { folder, end, random: makeRandom(seed) };
    const lines = Array.from({ length: AT_ONCE }, () => work(context, counts));
    const [seen] = await Promise.all([look(end), ...lines]);
    return seen;
  });
  fs.writeFileSync(CHART, memoryChart(samples));
  const grown = growth(samples);
  console.log(
    `${counts.ended} pipelines ended with the right bytes, ${counts.destroyed} were destroyed; ` +
      `${(counts.bytes / 1e9).toFixed(1)} GB`,
  );
  for (const { name, before, after } of grown) {
    console.log(`${name}: ${show(name, before)} -> ${show(name, after)}`);
  }
  const growing = grown.filter(({ isFlat }) => !isFlat).map(({ name }) => name);
  if (growing.length > 0) throw new Error(`not flat: ${growing.join(', ')}`);
}

/** The same in a process that collects when it is told to, and keeps no memory that nobody holds. */
function begin() {
  const args = ['--expose-gc', __filename, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: thrifty });
  process.exitCode = status ?? 1;
}

if (globalThis.gc === undefined) {
  begin();
} else {
  main().catch((error) => {
    console.error(error.stack);
    process.exit(1);
  });
}
