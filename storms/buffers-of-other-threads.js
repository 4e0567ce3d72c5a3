'use strict';

// Three threads in a ring, each of which hands the memory of what its streams give to the next, and drops what it is
// handed: so every buffer is collected by a thread that did not make it.

const assert = require('node:assert');
const path = require('node:path');
const { MessageChannel, Worker } = require('node:worker_threads');
const { takePart } = require('./support/ring');

const WORKER = path.join(__dirname, 'support', 'ring-worker.js');

/** A worker of the ring. Resolves to what it has counted. */
function thread(number, chunks, from, to) {
  const worker = new Worker(WORKER, {
    workerData: { number, chunks, from, to },
    transferList: [from, to],
  });
  return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
}

async function run({ short }) {
  const chunks = short ? 500 : 20_000;
  const [first, second, third] = [1, 2, 3].map(() => new MessageChannel());
  const counts = await Promise.all([
    takePart({ number: 0, chunks, from: third.port2, to: first.port1 }),
    thread(1, chunks, first.port2, second.port1),
    thread(2, chunks, second.port2, third.port1),
  ]);
  for (const count of counts) assert.ok(count >= chunks, counts);
  return `${counts.reduce((sum, count) => sum + count)} chunks dropped by another thread than theirs`;
}

module.exports = { run };
