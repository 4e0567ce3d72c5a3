'use strict';

// What each thread of a ring does: streams make chunks, whose memory goes to the next thread, and what comes from the one
// before is looked at and dropped.

const { once } = require('node:events');
const sluice = require('../..');
const { lines, noise } = require('../../__test__/support/data');

const text = Buffer.concat([lines(3000), noise(200_000)]);
const DECODERS = ['createGunzip', 'createInflate', 'createZstdDecompress'];
const ENCODERS = ['createGzip', 'createDeflate', 'createZstdCompress'];
const COLLECT_EVERY = 100;

/** Chunks of a stream that are not pieces of a larger buffer; those can't be transferred. */
const isWhole = (chunk) => chunk.byteLength === chunk.buffer.byteLength;

/** Gives `to` so many chunks at least, each with its sum, and then a last word. */
async function make(number, chunks, to) {
  let given = 0;
  while (given < chunks) {
    const encoder = sluice[ENCODERS[number]]({ chunkSize: 8192 });
    const decoder = encoder.pipe(sluice[DECODERS[number]]({ chunkSize: 8192 }));
    encoder.end(text);
    for await (const chunk of decoder) {
      if (!isWhole(chunk)) continue;
      given += 1;
      to.postMessage({ sum: sluice.crc32(chunk), chunk: chunk.buffer }, [chunk.buffer]);
      if (given % COLLECT_EVERY === 0) globalThis.gc();
    }
  }
  to.postMessage('last');
}

/** Takes and drops what comes, up to the last. Returns how much that was. */
async function drop(from) {
  let count = 0;
  from.on('message', (message) => {
    if (message === 'last') return from.close();
    if (sluice.crc32(new Uint8Array(message.chunk)) !== message.sum) throw new Error('other bytes');
    count += 1;
    if (count % COLLECT_EVERY === 0) globalThis.gc();
    return undefined;
  });
  await once(from, 'close');
  return count;
}

async function takePart({ number, chunks, from, to }) {
  const [count] = await Promise.all([drop(from), make(number, chunks, to)]);
  return count;
}

module.exports = { takePart };
