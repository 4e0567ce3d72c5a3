'use strict';

// Workers that are terminated in full flow, several at once: while they load the addon, or at any moment later.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const sluice = require('..');
const { kinds } = require('./support/flows');
const { inFolder } = require('./support/folder');
const { footprint, returnsTo } = require('./support/footprint');
const { severalAtOnce } = require('./support/processes');

const WORKER = path.join(__dirname, 'support', 'flowing-worker.js');
const AT_ONCE = 4;
const FLOWS = 6;
const WARM_UP = 12;

/** Every fourth is not waited for: it is terminated as it loads. Returns whether it was in flow. */
async function terminate(folder, random, n) {
  const own = path.join(folder, String(n));
  const worker = new Worker(WORKER, { workerData: [own, random(kinds), FLOWS] });
  let flows = false;
  const flowing = new Promise((resolve) => worker.once('message', resolve));
  flowing.then(() => (flows = true));
  if (n % 4 > 0) await flowing;
  await sleep(random(50));
  await worker.terminate();
  fs.rmSync(own, { recursive: true, force: true, maxRetries: 10 });
  return flows;
}

async function run({ short, random }) {
  const count = short ? 20 : 1000;
  return inFolder(async (folder) => {
    let flowing = 0;
    const work = async (n) => {
      if (await terminate(folder, random, n)) flowing += 1;
    };
    await severalAtOnce(WARM_UP, AT_ONCE, work);
    const before = await footprint();
    flowing = 0;
    await severalAtOnce(count, AT_ONCE, work);
    // The threads that the workers shared still serve.
    const text = 'alive '.repeat(1e5);
    assert.equal(sluice.gunzipSync(await gzip(text)).toString(), text);
    return `${count} terminated, ${flowing} of them in full flow; ${await returnsTo(before, 64)}`;
  });
}

const gzip = (text) =>
  new Promise((resolve, reject) =>
    sluice.gzip(text, (error, packed) => (error ? reject(error) : resolve(packed))),
  );

module.exports = { run };
