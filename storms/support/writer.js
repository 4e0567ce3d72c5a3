'use strict';

// A thread that writes to shared memory, workerData, until it is terminated: now a compressed stream, now anything.

const { workerData } = require('node:worker_threads');
const { gzipSync } = require('node:zlib');
const { lines } = require('../../__test__/support/data');

const shared = new Uint8Array(workerData);
const packed = gzipSync(lines(2000)).subarray(0, shared.length);
for (let n = 0; ; n += 1) {
  if (n % 2 === 0) shared.set(packed);
  else shared.fill(n);
}
