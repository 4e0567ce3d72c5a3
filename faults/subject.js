'use strict';

// The program that meets the faults: writes or reads a file as its argument says, and prints what became of it.
//
// { write: path, options, chunks, size, destroyedAfter } or { read: path }; destroyedAfter is in milliseconds from the end.

const { createHash } = require('node:crypto');
const { createReadStream, createWriteStream } = require('..');
const { content } = require('./content');

const subject = JSON.parse(process.argv[2]);

/** The events of a stream until it is closed. */
function watch(stream) {
  const events = [];
  const errors = [];
  for (const name of ['open', 'finish', 'end', 'error', 'close']) {
    stream.on(name, () => events.push(name));
  }
  stream.on('error', ({ code, syscall }) => errors.push(`${code} of ${syscall}`));
  return new Promise((resolve) => stream.on('close', () => resolve({ events, errors })));
}

async function write({ write: target, options, chunks, size, destroyedAfter }) {
  const bytes = content(chunks * size);
  const stream = createWriteStream(target, options);
  const watched = watch(stream);
  let taken = 0;
  let told;
  for (let n = 0; n < chunks && !told; n += 1) {
    const chunk = bytes.subarray(n * size, (n + 1) * size);
    // Each on its own, so that each is a call to the system.
    told = await new Promise((resolve) => stream.write(chunk, resolve));
    if (!told) taken += 1;
  }
  if (!told) stream.end();
  if (destroyedAfter !== undefined) {
    const error = Object.assign(new Error('enough'), { code: 'GIVEN_UP', syscall: 'destroy' });
    setTimeout(() => stream.destroy(error), destroyedAfter);
  }
  return { ...(await watched), taken, told: told?.code, bytesWritten: stream.bytesWritten };
}

async function read({ read: origin }) {
  const stream = createReadStream(origin);
  const watched = watch(stream);
  const hash = createHash('sha256');
  let size = 0;
  stream.on('data', (chunk) => {
    size += chunk.length;
    hash.update(chunk);
  });
  return { ...(await watched), size, digest: hash.digest('hex') };
}

async function main() {
  const result = await (subject.write === undefined ? read : write)(subject);
  process.stdout.write(JSON.stringify(result));
}

main();
