'use strict';

// Web Streams on top of Sluice: writer.ready waits for room in the Rust buffer.
//
//   node examples/web-streams.js [COUNT]

const { Transform } = require('node:stream');
const { finished } = require('node:stream/promises');
const { createGzip, createSlowWritableStream } = require('sluice');

/**
 * As Writable.toWeb(stream), but right on every Node: up to Node 22, toWeb() takes the high-water mark for a number
 * of chunks, not of bytes, so that writer.ready would let 65,536 chunks pass before it waits once.
 */
function toWeb(stream) {
  const sink = {
    async write(chunk) {
      if (!stream.write(chunk)) await stream.ready();
    },
    async close() {
      stream.end();
      await finished(stream, { readable: false });
    },
    abort: (reason) => void stream.destroy(reason),
    start: (controller) => void stream.once('error', (error) => controller.error(error)),
  };
  const highWaterMark = stream.writableHighWaterMark;
  return new WritableStream(sink, new ByteLengthQueuingStrategy({ highWaterMark }));
}

/** writer.ready settles when there is room: the Web's word for 'drain'. */
async function writeWithReady(count) {
  const slow = createSlowWritableStream({ bytesPerSecond: 4e6, latency: 5 });
  const writer = toWeb(slow).getWriter();
  const chunk = new Uint8Array(16 * 1024);
  let waits = 0;
  for (let i = 0; i < count; i += 1) {
    if (writer.desiredSize <= 0) waits += 1;
    await writer.ready;
    writer.write(chunk).catch(() => {}); // A failure comes out of `ready` and `close()`, too.
  }
  await writer.close();
  return { delivered: slow.pressure.bytesOut, waits };
}

/** A gzip stream as a pair { readable, writable }, as pipeThrough() takes it, undone by the Web's own decoder. */
async function throughGzip(text) {
  const decoded = new Blob([text])
    .stream()
    .pipeThrough(Transform.toWeb(createGzip()))
    .pipeThrough(new DecompressionStream('gzip'));
  return new Response(decoded).text();
}

async function main(count = '200') {
  const { delivered, waits } = await writeWithReady(Number(count));
  console.log(`delivered ${delivered} bytes, writer.ready was waited for ${waits} times`);

  const text = 'Some data\n'.repeat(10000);
  const same = (await throughGzip(text)) === text;
  console.log(`through gzip and DecompressionStream: ${same ? 'identical' : 'NOT identical'}`);
  if (!same) process.exitCode = 1;
}

main(...process.argv.slice(2));
