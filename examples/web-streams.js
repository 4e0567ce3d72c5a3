'use strict';

// Web Streams on top of Sluice: writer.ready waits for room in the Rust buffer, and desiredSize says how much there is.
//
//   node examples/web-streams.js [COUNT]

const { CompressionStream, createGunzip, createSlowWritableStream } = require('sluice');

/** writer.ready settles when there is room: the Web's word for 'drain'. */
async function writeWithReady(count) {
  const slow = createSlowWritableStream({ bytesPerSecond: 4e6, latency: 5 });
  const writer = slow.toWeb().getWriter();
  const chunk = new Uint8Array(16 * 1024);
  let waits = 0;
  for (let i = 0; i < count; i += 1) {
    if (writer.desiredSize <= 0) waits += 1;
    await writer.ready;
    writer.write(chunk).catch(() => {}); // A failure comes out of `ready` and `close()`, too.
  }
  await writer.close();
  return { delivered: slow.bytesWritten, waits };
}

/** The Web's own CompressionStream, but Sluice's, and a Transform of Sluice as the pair that pipeThrough() takes. */
async function throughGzip(text) {
  const decoded = new Blob([text])
    .stream()
    .pipeThrough(new CompressionStream('gzip'))
    .pipeThrough(createGunzip().toWeb());
  return new Response(decoded).text();
}

async function main(count = '200') {
  const { delivered, waits } = await writeWithReady(Number(count));
  console.log(`delivered ${delivered} bytes, writer.ready was waited for ${waits} times`);

  const text = 'Some data\n'.repeat(10000);
  const same = (await throughGzip(text)) === text;
  console.log(`through CompressionStream and gunzip: ${same ? 'identical' : 'NOT identical'}`);
  if (!same) process.exitCode = 1;
}

main(...process.argv.slice(2));
