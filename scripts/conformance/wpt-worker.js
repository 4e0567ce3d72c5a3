'use strict';

// Runs one file of the Web Platform Tests in this worker: gives it the globals that a page would have, and tells its
// parent how each test went.

const { readFileSync } = require('node:fs');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { runInThisContext } = require('node:vm');
const { parentPort, workerData } = require('node:worker_threads');
const { CompressionStream, DecompressionStream } = require('../..');

const { root, url, scripts } = workerData;

/** testharness.js's numbers. */
const TEST_STATUS = ['pass', 'fail', 'timeout', 'notrun', 'skip'];
const HARNESS_STATUS = ['pass', 'fail', 'timeout', 'skip'];

/** Defined as the platform defines its own. */
function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

/** Reads what a server would serve: the tests' own files. */
async function fetch(resource) {
  return new Response(await readFile(path.join(root, new URL(resource, url).pathname)));
}

/** A message to nobody, which takes what it transfers away from the sender all the same. */
function postMessage(message, targetOrigin, transfer) {
  structuredClone(message, { transfer });
}

define('CompressionStream', CompressionStream);
define('DecompressionStream', DecompressionStream);
define('self', globalThis);
define('location', new URL(url));
define('fetch', fetch);
define('postMessage', postMessage);
define('GLOBAL', { isWindow: () => true, isWorker: () => false, isShadowRealm: () => false });
// The IDL tests look for it to see what should be exposed here.
define('Window', Object.getPrototypeOf(globalThis).constructor);

// Scripts beside the tests use it; Node 20 has not got it.
Array.fromAsync ??= async (source) => {
  const items = [];
  for await (const item of source) items.push(item);
  return items;
};

const [harness, ...rest] = scripts;
const run = (filename) => runInThisContext(readFileSync(filename, 'utf8'), { filename });

run(harness);
globalThis.add_result_callback(({ name, status, message }) => {
  parentPort.postMessage({ name, status: TEST_STATUS[status], message: message ?? undefined });
});
globalThis.add_completion_callback((tests, { status, message }) => {
  const outcome = { status: HARNESS_STATUS[status], message: message ?? undefined };
  parentPort.postMessage({ complete: true, ...outcome });
});
// A test that waits for what never comes would end the worker; its harness has a timeout.
setInterval(() => {}, 1000);
rest.forEach(run);
