'use strict';

// Bytes behind the end of compressed data: the reader gets its 'end' at once, and they count for nothing.

const zlib = require('node:zlib');
const { Readable, finished } = require('node:stream');
const { createGunzip, createInflate } = require('..');
const { allFormats, knownFormats } = require('./support/codecs');
const { lines, pieces } = require('./support/data');
const { collect, destroyAfterEach, failure, nextTurn, track } = require('./support/streams');

destroyAfterEach();

const text = lines(500);
const junk = Buffer.concat([Buffer.alloc(1), Buffer.from('not compressed')]);

const programs = [
  ['write(data), write(junk)', (s, data) => s.write(data) && s.write(junk)],
  ['write(data), end(junk)', (s, data) => s.write(data) && s.end(junk)],
  ['write(both)', (s, data) => s.write(Buffer.concat([data, junk]))],
  ['end(both)', (s, data) => s.end(Buffer.concat([data, junk]))],
  ['byte by byte', (s, data) => pieces(Buffer.concat([data, junk]), 1).map((one) => s.write(one))],
  ['end(data)', (s, data) => s.end(data)],
];

describe.each(allFormats)('$name', ({ encodeSync, decode }) => {
  const packed = encodeSync(text);

  test.each(programs)("%s: 'end', and bytesWritten without them", async (_, program) => {
    const stream = track(decode({ highWaterMark: 1_000_000 }));
    const output = collect(stream);
    program(stream, packed);
    expect((await output).equals(text)).toBe(true);
    expect(stream.bytesWritten).toBe(packed.length);
    expect(stream.bytesConsumed).toBe(packed.length);
  });

  test('callbacks come all the same', async () => {
    const stream = track(decode()).resume();
    const called = [];
    stream.write(packed, () => called.push('data'));
    stream.write(junk, () => called.push('junk'));
    await new Promise((resolve) => stream.write(junk, resolve));
    await new Promise((resolve) => stream.flush(resolve));
    expect(called).toEqual(['data', 'junk']);
    await new Promise((resolve) => stream.end(resolve));
    await nextTurn();
    expect(stream).toMatchObject({ readableEnded: true, writableFinished: true, destroyed: true });
  });

  test('without them the stream waits for its end', async () => {
    const stream = track(decode()).resume();
    await new Promise((resolve) => stream.write(packed, resolve));
    await nextTurn();
    expect(stream.readableEnded).toBe(false);
  });

  test('with rejectGarbageAfterEnd they are an error, behind all that was decoded', async () => {
    const stream = track(decode({ rejectGarbageAfterEnd: true }));
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.write(packed);
    stream.write(junk);
    expect(await failure(stream)).toMatchObject({
      name: 'TypeError',
      code: 'ERR_TRAILING_JUNK_AFTER_STREAM_END',
      message: 'Trailing junk found after the end of the compressed stream',
    });
    expect(Buffer.concat(chunks).equals(text)).toBe(true);
  });
});

test.each(knownFormats)('$name: a source that is piped in is read to its end', async (format) => {
  const packed = format.zlibEncode(text);
  const source = Readable.from(pieces(Buffer.concat([packed, Buffer.alloc(500_000)]), 10_000));
  const chunks = [];
  // Not by an iterator, which destroys the stream at the end of its readable side.
  source.pipe(track(format.decode())).on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => finished(source, resolve));
  expect(Buffer.concat(chunks).equals(text)).toBe(true);
});

test('a paused reader hears of the end when it reads', async () => {
  const stream = track(createInflate());
  stream.write(Buffer.concat([zlib.deflateSync(text), junk]));
  await nextTurn();
  expect(stream.readableEnded).toBe(false);
  expect((await collect(stream)).equals(text)).toBe(true);
});

test('what looks like a member, and is none, is still an error', async () => {
  const stream = track(createGunzip()).resume();
  stream.write(Buffer.concat([zlib.gzipSync('x'), Buffer.from([0x1f, 0x8b, 0xff, 0xff])]));
  expect(await failure(stream)).toMatchObject({
    code: 'Z_DATA_ERROR',
    message: 'unknown compression method',
  });
});
