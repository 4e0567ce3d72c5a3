'use strict';

// Meets a limit of threads that leaves room for so many more, as an unprivileged user, whom alone it binds. Prints
// what each stream came to.

const { execFileSync } = require('node:child_process');
const { readdirSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const sluice = require('..');

const { BROTLI_PARAM_QUALITY } = sluice.constants;

const NOBODY = 65534;
/** More than brotli compresses without its threads. */
const BYTES = Buffer.alloc(9 << 20, 'bytes');
const { room, streams } = JSON.parse(process.argv[2]);

const open = {
  gzip: () => sluice.createGzip(),
  zstd: () => sluice.createZstdCompress({ threads: 2 }),
  brotli: () => sluice.createBrotliCompress({ threads: 2, params: { [BROTLI_PARAM_QUALITY]: 5 } }),
  read: () => sluice.createReadStream(__filename),
};

const name = ({ code, message }) =>
  message.endsWith(', pthread_create') ? `${code} of pthread_create` : `${code}: ${message}`;

/** `'end'`, or the error that the stream throws or emits. */
function outcome(kind) {
  return new Promise((resolve) => {
    try {
      const stream = open[kind]();
      stream.on('error', (error) => resolve(name(error)));
      stream.on('end', () => resolve('end'));
      stream.resume();
      if (kind !== 'read') stream.end(kind === 'brotli' ? BYTES : 'bytes');
    } catch (error) {
      resolve(name(error));
    }
  });
}

async function main() {
  const before = [];
  // Starts the workers of all stages.
  if (streams[0] !== 'gzip') before.push(await outcome('gzip'));
  // A thread that has ended is listed for a moment more.
  await sleep(500);
  const limit = readdirSync('/proc/self/task').length + room;
  execFileSync('prlimit', ['--pid', String(process.pid), `--nproc=${limit}:`]);
  process.setgroups([]);
  process.setgid(NOBODY);
  process.setuid(NOBODY);
  const errors = [];
  for (const kind of streams) errors.push(await outcome(kind));
  process.stdout.write(JSON.stringify({ before, errors }));
}

main();
