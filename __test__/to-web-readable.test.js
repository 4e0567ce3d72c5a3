'use strict';

const { once } = require('node:events');
const fs = require('node:fs');
const { gunzipSync, gzipSync } = require('node:zlib');
const { createGunzip, createGzip, createReadStream } = require('..');
const { lines, noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { reported } = require('./support/program');
const { collect, destroyAfterEach, settled, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const bytes = lines(5000);
const ignore = () => {};

/** What a promise rejects with. */
const reasonOf = (promise) =>
  promise.then(
    () => undefined,
    (reason) => reason,
  );

/** A decoder that was given all of `input`, with the reader of its web stream. */
function decoding(input, options) {
  const stream = track(createGunzip(options));
  const { readable } = stream.toWeb();
  stream.end(input);
  return { stream, readable };
}

test('a Transform gives a pair of the platform, of which the readable side is a byte stream', () => {
  const { readable, writable } = track(createGzip()).toWeb();
  expect(readable).toBeInstanceOf(ReadableStream);
  expect(writable).toBeInstanceOf(WritableStream);
  expect(readable.getReader({ mode: 'byob' })).toBeInstanceOf(ReadableStreamBYOBReader);
});

test('pairs stand in a pipeThrough(), and give the body of a Response', async () => {
  const web = new Blob([bytes])
    .stream()
    .pipeThrough(track(createGzip()).toWeb())
    .pipeThrough(track(createGunzip()).toWeb());
  const body = await new Response(web).arrayBuffer();
  expect(Buffer.from(body).equals(bytes)).toBe(true);
});

test('chunks are plain Uint8Arrays, whose memory is the reader\u2019s to transfer', async () => {
  const { readable } = decoding(gzipSync(noise(500_000)));
  let total = 0;
  for await (const chunk of readable) {
    expect(Object.getPrototypeOf(chunk)).toBe(Uint8Array.prototype);
    expect(chunk.byteLength).toBe(chunk.buffer.byteLength);
    total += structuredClone(chunk, { transfer: [chunk.buffer] }).length;
  }
  expect(total).toBe(500_000);
});

test('a reader with a buffer of its own gets it filled, however small it is', async () => {
  const { readable } = decoding(gzipSync(bytes));
  const reader = readable.getReader({ mode: 'byob' });
  const parts = [];
  let buffer = new ArrayBuffer(1000);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done) break;
    parts.push(Buffer.from(value));
    buffer = value.buffer;
  }
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  await reader.closed;
});

test('an end within an element of what is read into is an error, and no crash', async () => {
  const { readable } = decoding(gzipSync('odd'));
  const reader = readable.getReader({ mode: 'byob' });
  const reason = await reasonOf(
    (async () => {
      while (!(await reader.read(new Uint16Array(8))).done);
    })(),
  );
  expect(reason.name).toBe('TypeError');
});

test.each([1000, 100_000])('a bomb stays at a readable mark of %d bytes', async (mark) => {
  const input = gzipSync(Buffer.alloc(20_000_000));
  const { stream, readable } = decoding(input, { readableHighWaterMark: mark, chunkSize: 1000 });
  await settled(stream);
  expect(stream.readableLength).toBeLessThanOrEqual(mark + 1000);
  // Nobody has asked yet, and whoever asks for one chunk gets one.
  const reader = readable.getReader();
  for (let read = 0; read < 5; read += 1) {
    const { value } = await reader.read();
    expect(value.length).toBeLessThanOrEqual(mark + 1000);
    await settled(stream);
    const { peak } = stream.pressure.readable;
    expect(peak).toBeLessThanOrEqual(mark);
    expect(stream.pressure.bytesOut).toBeLessThanOrEqual((read + 3) * (mark + 1000));
  }
  expect(stream.writableFinished).toBe(false);
  await reader.cancel();
});

test('memory does not grow with a bomb of 1000:1 whose reader is slow', async () => {
  const { grown, total } = await reported(`
    const bomb = require('node:zlib').gzipSync(Buffer.alloc(300e6), { level: 9 });
    const { readable, writable } = sluice.createGunzip().toWeb();
    const before = process.memoryUsage().rss;
    new Blob([bomb]).stream().pipeTo(writable);
    setTimeout(async () => {
      let total = 0;
      let grown = 0;
      for await (const chunk of readable) {
        if (total < 10e6) await new Promise((resolve) => setTimeout(resolve, 5));
        else if (grown === 0) grown = process.memoryUsage().rss - before;
        total += chunk.length;
      }
      console.log(JSON.stringify({ grown, total }));
    }, 300);
  `);
  expect(total).toBe(300e6);
  expect(grown).toBeLessThan(40e6);
});

test('a failure comes behind what was decoded, and is the one of the stream', async () => {
  const { stream, readable } = decoding(gzipSync(bytes).subarray(0, -5));
  const parts = [];
  const reader = readable.getReader();
  const reason = await reasonOf(
    (async () => {
      for (;;) parts.push((await reader.read()).value);
    })(),
  );
  expect(reason).toMatchObject({ code: 'Z_BUF_ERROR' });
  expect(reason).toBe(stream.errored);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
});

test('a file is read as its reader asks, closed at its end, and by cancel()', async () => {
  const path = file('whole');
  fs.writeFileSync(path, noise(2_000_000));
  const whole = createReadStream(path);
  const web = whole.toWeb();
  expect(web).toBeInstanceOf(ReadableStream);
  const reader = web.getReader();
  const { value } = await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(whole.pressure.bytesIn).toBeLessThan(1_000_000);
  reader.releaseLock();
  const rest = await collect(web);
  expect(Buffer.concat([value, rest]).equals(noise(2_000_000))).toBe(true);
  if (!whole.closed) await once(whole, 'close');

  const left = createReadStream(path);
  const reason = new Error('enough');
  left.on('error', ignore);
  await left.toWeb().cancel(reason);
  expect(left.errored).toBe(reason);
  expect(left.destroyed).toBe(true);
});

test('a file that is not there fails its reader', async () => {
  const reader = createReadStream(file('missing')).toWeb().getReader();
  expect(await reasonOf(reader.read())).toMatchObject({ code: 'ENOENT', syscall: 'open' });
});

test('a destroyed stream fails both sides with the same reason', async () => {
  for (const error of [undefined, new Error('broken')]) {
    const stream = track(createGzip());
    const { readable, writable } = stream.toWeb();
    const writer = writable.getWriter();
    const reading = reasonOf(readable.getReader().read());
    stream.destroy(error);
    const reason = await reading;
    expect(await reasonOf(writer.closed)).toBe(reason);
    if (error) expect(reason).toBe(error);
    else expect(reason).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    expect(reason).toBeInstanceOf(Error);
  }
});

test('cancel() destroys the stream, and its reason reaches the writer', async () => {
  const stream = track(createGzip());
  const { readable, writable } = stream.toWeb();
  const writer = writable.getWriter();
  writer.write(bytes).catch(ignore);
  const reason = new Error('enough');
  await readable.cancel(reason);
  expect(stream.destroyed).toBe(true);
  expect(stream.errored).toBe(reason);
  expect(await reasonOf(writer.closed)).toBe(reason);
});

test('leaving a loop over the chunks destroys the stream', async () => {
  const { stream, readable } = decoding(gzipSync(Buffer.alloc(5_000_000)));
  for await (const chunk of readable) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(stream.destroyed).toBe(true);
});

test('what has been read to its end is closed', async () => {
  const stream = track(createGunzip());
  stream.end(gzipSync('text'));
  expect((await collect(stream)).toString()).toBe('text');
  const { readable, writable } = stream.toWeb();
  await readable.getReader().closed;
  await writable.getWriter().closed;
});

test('the end is told without another read', async () => {
  const { readable } = decoding(gzipSync('text'));
  const reader = readable.getReader();
  const { value } = await reader.read();
  expect(Buffer.from(value).toString()).toBe('text');
  await reader.closed;
});

test('tee() gives both all of it', async () => {
  const stream = track(createGzip());
  const branches = stream.toWeb().readable.tee();
  stream.end(bytes);
  for (const output of await Promise.all(branches.map(collect))) {
    expect(gunzipSync(output).equals(bytes)).toBe(true);
  }
});
