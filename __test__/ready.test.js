'use strict';

const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { collect, destroyAfterEach, nextTurn, stuckWritable, track } = require('./support/streams');

destroyAfterEach();

const full = () => {
  const stream = stuckWritable({ highWaterMark: 10 }).on('error', () => {});
  stream.write(Buffer.alloc(20));
  return stream;
};

describe('ready() settles whatever becomes of the stream', () => {
  test('at once while there is room', async () => {
    await expect(stuckWritable().ready()).resolves.toBeUndefined();
  });

  test("with 'drain' when there is none", async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 10 }));
    stream.write(Buffer.alloc(20));
    const ready = stream.ready();
    expect(stream.ready()).toBe(ready);
    await Promise.all([ready, once(stream, 'drain')]);
    expect(stream.writableLength).toBeLessThanOrEqual(5);
    await stream.ready();
  });

  test('not before there is room', async () => {
    const settled = jest.fn();
    full().ready().then(settled, settled);
    await nextTurn();
    expect(settled).not.toHaveBeenCalled();
  });

  test.each([
    ['destroy()', (stream) => stream.destroy(), 'ERR_STREAM_DESTROYED'],
    [
      'an error',
      (stream) => stream.destroy(Object.assign(new Error('x'), { code: 'GIVEN' })),
      'GIVEN',
    ],
    ['end()', (stream) => stream.end(), 'ERR_STREAM_WRITE_AFTER_END'],
  ])('with an error on %s, waiting and afterwards', async (_, act, code) => {
    const stream = full();
    const waiting = expect(stream.ready()).rejects.toMatchObject({ code });
    act(stream);
    await waiting;
    await expect(stream.ready()).rejects.toMatchObject({ code });
  });

  test('with its error when the stream fails by itself', async () => {
    const stream = track(createWriteStream('/no/such/folder/file', { highWaterMark: 10 }));
    stream.on('error', () => {}).write(Buffer.alloc(20));
    await expect(stream.ready()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a promise that nobody awaits is no unhandled rejection', async () => {
    const { printed } = require('./support/program');
    await printed(`
      const full = () => {
        const s = sluice.createSlowWritableStream({ latency: Infinity, highWaterMark: 1 });
        s.on('error', () => {}).write('xx');
        return s;
      };
      for (const act of [(s) => s.destroy(), (s) => s.destroy(new Error('x')), (s) => s.end()]) {
        const s = full();
        s.ready();
        act(s);
        s.ready();
        s.destroy();
      }
    `);
  });

  test('a loop on ready() writes all', async () => {
    const stream = track(createGzip({ highWaterMark: 100 }));
    const output = collect(stream);
    for (let i = 0; i < 2000; i += 1) {
      await stream.ready();
      stream.write(`${i}\n`);
      expect(stream.writableLength).toBeLessThan(106);
    }
    stream.end();
    expect(
      gunzipSync(await output)
        .toString()
        .split('\n'),
    ).toHaveLength(2001);
  });
});
