'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, failure, nextTurn, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

describe('cork() keeps bytes back until uncork()', () => {
  test('the sink gets nothing before', async () => {
    const stream = track(createWriteStream(file('target')));
    await once(stream, 'ready');
    stream.cork();
    stream.write('one ');
    stream.write('two', () => {});
    await nextTurn();
    expect(stream.writableCorked).toBe(1);
    expect(stream.writableLength).toBe(7);
    expect(stream.bytesWritten).toBe(0);
    await new Promise((resolve) => {
      stream.write(' three', resolve);
      stream.uncork();
    });
    expect(stream.bytesWritten).toBe(13);
    expect(stream.writableCorked).toBe(0);
  });

  test('it nests, and one uncork() too many does no harm', async () => {
    const stream = track(createSlowWritableStream());
    stream.cork();
    stream.cork();
    stream.write('x');
    stream.uncork();
    await nextTurn();
    expect(stream.bytesWritten).toBe(0);
    stream.uncork();
    stream.uncork();
    await new Promise((resolve) => stream.write('y', resolve));
    expect(stream.bytesWritten).toBe(2);
    expect(stream.writableCorked).toBe(0);
  });

  test('end() uncorks, and so do the bytes keep their order', async () => {
    const stream = track(createGzip());
    stream.cork();
    stream.write('a');
    stream.cork();
    stream.write('6263', 'hex');
    stream.end('d');
    expect(gunzipSync(await collect(stream)).toString()).toBe('abcd');
  });

  test('the mark counts while corked, and drain comes after uncork()', async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 10 }));
    stream.cork();
    expect(stream.write(Buffer.alloc(10))).toBe(false);
    await nextTurn();
    expect(stream.writableNeedDrain).toBe(true);
    stream.uncork();
    await once(stream, 'drain');
    expect(stream.writableLength).toBe(0);
  });

  test('_writev or not, a corked thousand is one run of bytes', async () => {
    const stream = track(createWriteStream(file('target')));
    stream.cork();
    for (let i = 0; i < 1000; i += 1) stream.write(`${i} `);
    process.nextTick(() => stream.uncork());
    stream.once('drain', () => {});
    await nextTurn();
    stream.end();
    await once(stream, 'close');
    const expected = Array.from({ length: 1000 }, (_, i) => `${i} `).join('');
    expect(fs.readFileSync(file('target'), 'utf8')).toBe(expected);
  });
});

describe('end()', () => {
  const ways = [
    ['end()', 'w', (s, done) => s.on('finish', done).end()],
    ['end(callback)', 'w', (s, done) => s.end(done)],
    ['end(chunk)', 'wé', (s, done) => s.on('finish', done).end('é')],
    ['end(chunk, callback)', 'wé', (s, done) => s.end('é', done)],
    ['end(chunk, encoding)', 'wé', (s, done) => s.on('finish', done).end('c3a9', 'hex')],
    ['end(chunk, encoding, callback)', 'wé', (s, done) => s.end('c3a9', 'hex', done)],
    ['end(null)', 'w', (s, done) => s.on('finish', done).end(null)],
    ['end(undefined, undefined, callback)', 'w', (s, done) => s.end(undefined, undefined, done)],
    ['end(empty chunk)', 'w', (s, done) => s.end('', done)],
    ['end(DataView)', 'w\0', (s, done) => s.end(new DataView(new ArrayBuffer(1)), done)],
  ];

  test.each(ways)('%s', async (_, text, end) => {
    const stream = track(createWriteStream(file('target')));
    stream.write('w');
    const result = await new Promise((resolve) => end(stream, resolve));
    expect(result ?? null).toBe(null);
    expect(stream).toMatchObject({ writableEnded: true, writableFinished: true, writable: false });
    expect(fs.readFileSync(file('target'), 'utf8')).toBe(text);
    expect(stream.bytesWritten).toBe(Buffer.byteLength(text));
  });

  test('returns the stream', () => {
    const stream = track(createGzip());
    expect(stream.end('x')).toBe(stream);
  });

  test('twice: the callbacks of both, and an error for bytes of the second', async () => {
    const stream = track(createSlowWritableStream());
    const first = jest.fn();
    stream.end('x', first);
    const failed = failure(stream);
    const second = jest.fn();
    stream.end('late', second);
    expect(await failed).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' });
    await nextTurn();
    expect(first).toHaveBeenCalledTimes(1);
    expect(second.mock.calls[0][0]).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' });
  });

  test("after 'finish' it says so to its callback", async () => {
    const stream = track(createSlowWritableStream({ autoDestroy: false }));
    stream.end();
    await once(stream, 'finish');
    const error = await new Promise((resolve) => stream.end(resolve));
    expect(error).toMatchObject({ code: 'ERR_STREAM_ALREADY_FINISHED' });
  });
});
