'use strict';

// What a soak is made of. Each task runs streams to their end and looks at the bytes, or destroys them under way. Resolves
// to { bytes, destroyed }.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream');
const { setTimeout: sleep } = require('node:timers/promises');
const sluice = require('../..');
const { closed } = require('../../__test__/support/streams');
const { allFormats, bytes, pieces } = require('./round-trips');

const text = Buffer.concat(Array(8).fill(bytes));
/** More than brotli and zstd compress without their threads. */
const long = Buffer.concat(Array(15).fill(text));
const threaded = allFormats.filter(({ name }) => ['brotli', 'zstd'].includes(name));
let isOnThreads = false;
const SHARE_DESTROYED = 5;

let files = 0;
const newFile = (folder) => path.join(folder, `soak-${files++}`);

/** Runs the streams, one piped into the other, to their end; or destroys one of them. `true`: it was destroyed. */
async function runAll(streams, random) {
  const ended = new Promise((resolve) => pipeline(streams, resolve));
  if (random(SHARE_DESTROYED) > 0) {
    const error = await ended;
    if (error) throw error;
    return false;
  }
  const all = streams.map((stream) => (stream.closed ? undefined : closed(stream)));
  await sleep(random(20));
  streams[random(streams.length)].destroy();
  for (const stream of streams) stream.destroy();
  await Promise.all(all);
  return true;
}

/** Reads until the end, or until the stream is destroyed, and keeps nothing. Resolves to how many bytes were `expected`. */
async function readAll(readable, expected) {
  let length = 0;
  for await (const chunk of readable) {
    if (!expected.subarray(length, length + chunk.length).equals(chunk)) break;
    length += chunk.length;
  }
  return length;
}

/** Writes to the first of the streams, in pieces of a size, and reads the last. Fails if other bytes come out. */
async function throughAll(streams, size, random, data = text) {
  const [first, last] = [streams[0], streams.at(-1)];
  const read = readAll(last, data).catch(() => 0);
  const write = async () => {
    for (const piece of pieces(data, size)) {
      if (first.destroyed) return;
      if (!first.write(piece)) await first.ready();
    }
    first.end();
  };
  const written = write().catch(() => {});
  const destroyed = await runAll(streams, random);
  await written;
  const length = await read;
  if (!destroyed) assert.equal(length, data.length, 'other bytes');
  return { bytes: data.length, destroyed };
}

const formatOf = (random) => allFormats[random(allFormats.length)];

const there = ({ random }) => {
  const { encode, decode } = formatOf(random);
  return throughAll([encode(), decode()], [500, 10_000, 200_000][random(3)], random);
};

const smallMarks = ({ random }) => {
  const { encode, decode } = formatOf(random);
  const options = { highWaterMark: 1 + random(5000), readableHighWaterMark: 1 + random(5000) };
  return throughAll([encode(options), decode(options)], 3000, random);
};

/** Those that have threads of their own, one at a time: it takes a hundred megabytes. */
const onThreads = async ({ random }) => {
  const { encode, decode } = threaded[random(threaded.length)];
  if (isOnThreads) return there({ random });
  isOnThreads = true;
  try {
    return await throughAll([encode({ threads: 2 }), decode()], 200_000, random, long);
  } finally {
    isOnThreads = false;
  }
};

const throttled = ({ random }) => {
  const { encode, decode } = formatOf(random);
  const rate = new sluice.Rate({ bytesPerSecond: 2e7 });
  const streams = [sluice.createThrottle({ rate }), encode(), sluice.createThrottle({ rate })];
  return throughAll([...streams, decode()], 20_000, random);
};

const budgeted = ({ random }) => {
  const { encode, decode } = formatOf(random);
  const budget = new sluice.Budget({ bytes: 1 + random(200_000) });
  return throughAll([encode({ budget }), decode({ budget })], 20_000, random);
};

/** A file through an encoder into another, and back. */
async function throughFiles({ folder, random }) {
  const { encode, decodeSync } = formatOf(random);
  const [source, target] = [newFile(folder), newFile(folder)];
  await fs.promises.writeFile(source, text);
  const streams = [sluice.createReadStream(source), encode(), sluice.createWriteStream(target)];
  const destroyed = await runAll(streams, random);
  if (!destroyed) assert.ok(decodeSync(await fs.promises.readFile(target)).equals(text));
  await Promise.all([source, target].map((file) => fs.promises.rm(file, { force: true })));
  return { bytes: text.length, destroyed };
}

/** A sink that takes its time, behind an encoder. */
async function slowly({ random }) {
  const { encode } = formatOf(random);
  const encoder = encode();
  encoder.end(text);
  const sink = sluice.createSlowWritableStream({ bytesPerSecond: 5e6, latency: 1 });
  return { bytes: text.length, destroyed: await runAll([encoder, sink], random) };
}

/** Functions that do all in one call, on the JS thread and elsewhere. */
async function atOnce({ random }) {
  const { encodeSync, decodeSync } = formatOf(random);
  const part = text.subarray(0, 1 + random(50_000));
  assert.ok(decodeSync(encodeSync(part)).equals(part));
  const packed = await new Promise((resolve) => sluice.gzip(part, (_, result) => resolve(result)));
  assert.ok(sluice.gunzipSync(packed).equals(part));
  return { bytes: 2 * part.length, destroyed: false };
}

/** A decoder that is given a wrong byte: it fails, or ends. */
async function failing({ random }) {
  const { encodeSync, decode } = formatOf(random);
  const packed = Buffer.from(encodeSync(bytes));
  packed[random(packed.length)] ^= 1 << random(8);
  const decoder = decode().on('error', () => {});
  decoder.resume().end(packed);
  await closed(decoder);
  return { bytes: bytes.length, destroyed: true };
}

const TASKS = Object.entries({
  there,
  smallMarks,
  onThreads,
  throttled,
  budgeted,
  throughFiles,
  slowly,
  atOnce,
  failing,
});

module.exports = { TASKS };
