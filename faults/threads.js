'use strict';

// Threads that the process cannot have: a limit of the user's, as of a container's.

const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { outcome } = require('./run');

const SUBJECT = join(__dirname, 'few-threads.js');
const PATIENCE = 20_000;
const REFUSED = 'EAGAIN of pthread_create';

/** What comes of streams that are opened with room for so many threads. */
function meet(room, streams) {
  const args = [SUBJECT, JSON.stringify({ room, streams })];
  const { stdout, signal, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
    // Tokio says on standard error that it has no thread.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? JSON.parse(stdout) : { errors: [`ended with ${status ?? signal}`] };
}

async function* threads() {
  const each = (count, what) => Array.from({ length: count }, () => what);
  // One core has one worker, and wants room for two. With room for one tokio's first worker is there, its next is not.
  for (const room of [0, 1]) {
    const result = meet(room, ['gzip', 'gzip']);
    const expected = { errors: each(2, REFUSED) };
    yield outcome(`room for ${room} threads, none of which had begun`, result, expected);
  }
  const result = meet(0, ['zstd', 'brotli', 'read']);
  const expected = { before: ['end'], errors: each(3, REFUSED) };
  yield outcome('room for none, two streams with threads and a file', result, expected);
  const own = meet(1, ['brotli']);
  const refused = { before: ['end'], errors: [REFUSED] };
  yield outcome("room for a stream's own thread, none for those that it begins", own, refused);
}

module.exports = { threads };
