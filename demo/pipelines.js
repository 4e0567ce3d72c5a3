'use strict';

// What the demo runs. Everything is joined by readable.pipe(), as any program would, and every function takes the
// streams' module as an argument, so that Sluice and Node run the very same code.

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { finished } = require('node:stream/promises');

/** Bytes; the same for Sluice and Node, whose own default is a quarter of a chunk of a file. */
const FILE_MARK = 64 * 1024;

/** Pipes the streams in order and waits for all of them; the first failure destroys the others. */
async function pipeAll(streams) {
  const last = streams.length - 1;
  const ends = streams.map((stream, i) => finished(stream, { readable: i < last }));
  for (let i = 0; i < last; i += 1) streams[i].pipe(streams[i + 1]);
  try {
    await Promise.all(ends);
  } catch (error) {
    for (const stream of streams) stream.destroy();
    await Promise.allSettled(ends);
    throw error;
  }
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * source file -> gzip -> target file.
 * @param {{ createGzip: Function, createWriteStream: Function }} lib
 */
async function compress(lib, source, target, onStart = () => {}) {
  const gzip = lib.createGzip();
  const file = lib.createWriteStream(target, { highWaterMark: FILE_MARK });
  onStart({ gzip, file });
  const milliseconds = await timed(() => pipeAll([fs.createReadStream(source), gzip, file]));
  return { gzip, file, milliseconds, bytes: fs.statSync(target).size };
}

/** file -> a slow writer. */
async function send(lib, source, options, onStart = () => {}) {
  const file = fs.createReadStream(source);
  const slow = lib.createSlowWritableStream(options);
  onStart({ file, slow });
  const milliseconds = await timed(() => pipeAll([file, slow]));
  return { slow, milliseconds };
}

/** gzip'ed file -> gunzip -> SHA-256, as hex. */
async function decodeAndHash(lib, source) {
  const gunzip = lib.createGunzip();
  const hash = createHash('sha256');
  const milliseconds = await timed(() => pipeAll([fs.createReadStream(source), gunzip, hash]));
  return { gunzip, milliseconds, sha256: hash.read().toString('hex') };
}

/** file -> SHA-256, as hex. */
async function hashFile(source) {
  const hash = createHash('sha256');
  await pipeAll([fs.createReadStream(source), hash]);
  return hash.read().toString('hex');
}

module.exports = { compress, decodeAndHash, hashFile, send };
