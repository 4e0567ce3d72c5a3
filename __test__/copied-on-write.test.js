'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, pausedTransform, settled, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const original = noise(100_000);
const fresh = () => {
  const memory = new ArrayBuffer(original.length);
  const bytes = Buffer.from(memory);
  original.copy(bytes);
  return bytes;
};

/** What a caller may do with its memory once write() has returned. */
const changes = [
  ['overwritten', (bytes) => bytes.fill(0)],
  [
    'transferred away',
    (bytes) => {
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      expect(bytes).toHaveLength(0);
    },
  ],
];

describe.each(changes)('8. write() copies: the memory is %s at once', (_, change) => {
  test.each([
    ['write(chunk)', (stream, bytes) => stream.write(bytes)],
    ['write(chunk, callback)', (stream, bytes) => stream.write(bytes, () => {})],
    ['write() while corked', (stream, bytes) => stream.cork() || stream.write(bytes)],
  ])('%s into gzip that is unread', async (__, write) => {
    const stream = pausedTransform();
    const bytes = fresh();
    write(stream, bytes);
    change(bytes);
    stream.end();
    expect(gunzipSync(await collect(stream)).equals(original)).toBe(true);
  });

  test('end(chunk)', async () => {
    const stream = track(createGzip());
    const bytes = fresh();
    stream.end(bytes);
    change(bytes);
    expect(gunzipSync(await collect(stream)).equals(original)).toBe(true);
  });

  test('a file', async () => {
    const stream = track(createWriteStream(file('target')));
    const bytes = fresh();
    stream.write(bytes);
    stream.end();
    change(bytes);
    await once(stream, 'close');
    expect(fs.readFileSync(file('target')).equals(original)).toBe(true);
  });

  test('a slow file', async () => {
    const options = { bytesPerSecond: 1e6, destination: file('target') };
    const stream = track(createSlowWritableStream(options));
    const bytes = fresh();
    stream.end(bytes);
    change(bytes);
    await once(stream, 'close');
    expect(fs.readFileSync(file('target')).equals(original)).toBe(true);
  });
});

test('8. What was read is JS memory of its own: the codec goes on beside it', async () => {
  const stream = pausedTransform();
  stream.end(original);
  await settled(stream);
  const chunks = [];
  for (let chunk; !stream.readableEnded;) {
    await settled(stream);
    chunk = stream.read();
    if (chunk === null) break;
    chunks.push(Buffer.from(chunk));
    chunk.fill(0);
  }
  expect(gunzipSync(Buffer.concat([...chunks, await collect(stream)])).equals(original)).toBe(true);
});

test('8. One buffer may be written again and again', async () => {
  const stream = track(createGzip());
  const output = collect(stream);
  const scratch = Buffer.alloc(10);
  for (let i = 0; i < 10_000; i += 1) {
    scratch.write(String(i).padStart(9) + '\n');
    if (!stream.write(scratch)) await stream.ready();
  }
  stream.end();
  const expected = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(9) + '\n').join('');
  expect(gunzipSync(await output).toString() === expected).toBe(true);
});
