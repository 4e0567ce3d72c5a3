'use strict';

// Memory that is overwritten, transferred, resized, or written by another thread as soon as write() has returned, or while
// a one-shot function works: what comes out decodes to what was there during write(), or, where nobody can say what that
// was, to as many bytes.

const assert = require('node:assert');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { allFormats, checkDecoded, text } = require('./support/round-trips');

const SIZES = [1, 100, 5000, 70_000];
const WRITES = 20;

const view = (buffer, bytes) => {
  const chunk = new Uint8Array(buffer);
  chunk.set(bytes);
  return chunk;
};
const fixed = (bytes) => view(new ArrayBuffer(bytes.length), bytes);
const resizable = (bytes) =>
  view(new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length }), bytes);

/** What a chunk is made of, and what becomes of it when write() has returned. */
const CHANGES = [
  // Overwritten.
  [fixed, (chunk) => chunk.fill(0xff)],
  // Transferred.
  [fixed, ({ buffer }) => structuredClone(buffer, { transfer: [buffer] })],
  // Shrunk, to a byte and to none, and grown: the view's length is that of its memory.
  [resizable, ({ buffer }) => buffer.resize(1)],
  [resizable, ({ buffer }) => buffer.resize(0)],
  [resizable, ({ buffer }) => buffer.resize(buffer.maxByteLength)],
];

/** Writes chunks that are changed behind write(). What comes out decodes to what they were. */
async function changeBehind(format, [make, change], random) {
  const stream = format.encode();
  const packed = [];
  const written = [];
  stream.on('data', (chunk) => packed.push(chunk));
  const ended = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
  for (let n = 0; n < WRITES; n += 1) {
    const start = random(1000);
    const bytes = text.subarray(start, start + SIZES[random(SIZES.length)]);
    written.push(bytes);
    const chunk = make(bytes);
    stream.write(chunk);
    change(chunk);
    if (random(4) === 0) await new Promise((resolve) => stream.flush(resolve));
  }
  stream.end();
  await ended;
  checkDecoded(format, Buffer.concat(packed), Buffer.concat(written));
}

/** Chunks in memory that another thread writes to, as fast as it can, and functions that read and fill such memory. */
async function readShared(format, shared) {
  const chunk = new Uint8Array(shared);
  const stream = format.encode();
  const packed = [];
  stream.on('data', (piece) => packed.push(piece));
  const ended = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
  for (let n = 0; n < WRITES; n += 1) stream.write(chunk);
  stream.end();
  await ended;
  const decoded = format.decodeSync(Buffer.concat(packed));
  assert.equal(decoded.length, WRITES * chunk.length);
  assert.equal(format.decodeSync(format.encodeSync(chunk)).length, chunk.length);
  // Whatever it is: an error is as good.
  try {
    format.decodeSync(chunk);
  } catch (error) {
    assert.equal(typeof error.code, 'string');
  }
}

async function run({ short, random }) {
  const rounds = short ? 5 : 200;
  let writes = 0;
  const shared = new SharedArrayBuffer(40_000);
  const writer = new Worker(path.join(__dirname, 'support', 'writer.js'), { workerData: shared });
  for (let n = 0; n < rounds; n += 1) {
    for (const format of allFormats) {
      for (const change of CHANGES) await changeBehind(format, change, random);
      await readShared(format, shared);
      writes += WRITES * (CHANGES.length + 1);
    }
  }
  await writer.terminate();
  return `${writes} chunks that changed behind write()`;
}

module.exports = { run };
