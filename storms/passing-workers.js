'use strict';

// Workers that load the addon one after the other, use it, and end by themselves.

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { footprint, returnsTo } = require('./support/footprint');

const WORKER = path.join(__dirname, 'support', 'passing-worker.js');
const WARM_UP = 10;

function pass() {
  const worker = new Worker(WORKER);
  return new Promise((resolve, reject) => {
    worker.on('error', reject).on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a worker ended with ${code}`));
    });
  });
}

async function run({ short }) {
  const count = short ? 20 : 100;
  for (let n = 0; n < WARM_UP; n += 1) await pass();
  const before = await footprint();
  for (let n = 0; n < count; n += 1) await pass();
  return `${count} workers, one after the other; ${await returnsTo(before, 32)}`;
}

module.exports = { run };
