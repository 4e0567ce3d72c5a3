'use strict';

const { Duplex, Readable, Writable } = require('node:stream');
const { gunzipSync, gzipSync } = require('node:zlib');
const { createGunzip, createGzip, createSlowWritableStream } = require('..');
const { lines, pieces } = require('./support/data');
const { collect, destroyAfterEach, nextTurn, stuckWritable, track } = require('./support/streams');

destroyAfterEach();
const bytes = lines(5000);

describe('Web Streams', () => {
  test('Writable.toWeb(): a write without room waits, and fails with the stream', async () => {
    const stream = stuckWritable({ highWaterMark: 100 });
    const writer = Writable.toWeb(stream).getWriter();
    writer.closed.catch(() => {});
    const written = jest.fn();
    const writing = writer.write(Buffer.alloc(200)).then(written, (error) => error.code);
    await nextTurn();
    expect(written).not.toHaveBeenCalled();
    stream.destroy();
    expect(await writing).toBe('ABORT_ERR');
  });

  test('Writable.toWeb(): all bytes arrive, and close() waits for them', async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 1000 }));
    const writer = Writable.toWeb(stream).getWriter();
    for (const piece of pieces(bytes, 3000)) {
      await writer.ready;
      await writer.write(piece);
    }
    await writer.close();
    expect(stream.bytesWritten).toBe(bytes.length);
  });

  test('Duplex.toWeb() in a pipeThrough()', async () => {
    const source = Readable.toWeb(Readable.from(pieces(bytes, 3000)));
    const web = source
      .pipeThrough(Duplex.toWeb(createGzip()))
      .pipeThrough(Duplex.toWeb(createGunzip()));
    expect((await collect(web)).equals(bytes)).toBe(true);
  });

  test('Readable.toWeb() of a decoder', async () => {
    const stream = track(createGunzip());
    stream.end(gzipSync(bytes));
    expect((await collect(Readable.toWeb(stream))).equals(bytes)).toBe(true);
  });

  test('our gzip is read by DecompressionStream', async () => {
    const stream = track(createGzip());
    stream.end(bytes);
    const web = Readable.toWeb(stream).pipeThrough(new DecompressionStream('gzip'));
    expect((await collect(web)).equals(bytes)).toBe(true);
    const other = track(createGzip());
    other.end(bytes);
    expect(gunzipSync(await collect(other)).equals(bytes)).toBe(true);
  });
});
