'use strict';

/** Standard output as a sink that several sources are written to in turn. */

const fs = require('node:fs');
const { finished } = require('node:stream/promises');
const tty = require('node:tty');
const { createWriteStream } = require('../..');

const STDOUT = 1;

/**
 * A file gets our own sink: `process.stdout` writes to files with one synchronous call a chunk and takes no notice
 * when only a part of it was written, as on a disk that is filling up.
 *
 * @returns {{ name: string, stat: fs.BigIntStats, sink: import('node:stream').Writable, finish: () => Promise<void> }}
 */
function openStandardOutput() {
  const stat = fs.fstatSync(STDOUT, { bigint: true });
  const own = stat.isFile() || (stat.isCharacterDevice() && !tty.isatty(STDOUT));
  const sink = own ? createWriteStream('', { fd: STDOUT, autoClose: false }) : process.stdout;
  // Every failure is reported by the pipeline that met it, or by finish(): it must not end the process before.
  sink.on('error', () => {});
  // Each source's pipeline leaves a few listeners behind.
  sink.setMaxListeners(0);
  return { name: 'stdout', stat, sink, finish: () => (own ? end(sink) : flush(sink)) };
}

async function end(sink) {
  sink.end();
  await finished(sink);
}

/** `process.stdout` cannot be ended. */
function flush(sink) {
  return new Promise((resolve, reject) => {
    sink.write('', (error) => (error ? reject(error) : resolve()));
  });
}

module.exports = { openStandardOutput };
