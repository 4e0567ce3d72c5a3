'use strict';

const { createGunzip, createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { constants } = require('..');
const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const {
  closed,
  collect,
  destroyAfterEach,
  nextTurn,
  pausedTransform,
  settled,
  stuckWritable,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

describe('5. The callback of write() fires when its bytes are consumed', () => {
  test.each([
    ['gzip', (options) => track(createGzip(options)).resume()],
    ['a file', (options) => track(createWriteStream(file('target'), options))],
    ['a slow writer', (options) => track(createSlowWritableStream(options))],
  ])('%s: in order, once each, not before', async (_, create) => {
    const stream = create({ highWaterMark: 1000 });
    const called = [];
    let position = 0;
    for (let i = 0; i < 200; i += 1) {
      position += 100 + i;
      const due = position;
      stream.write(Buffer.alloc(100 + i), (error) => {
        expect(error ?? null).toBe(null);
        expect(stream.bytesWritten).toBeGreaterThanOrEqual(due);
        called.push(i);
      });
    }
    expect(called).toEqual([]);
    stream.end();
    await once(stream, 'finish');
    await nextTurn();
    expect(called).toEqual(Array.from({ length: 200 }, (__, i) => i));
  });

  test('not while a codec waits for its reader', async () => {
    const stream = pausedTransform();
    const callback = jest.fn();
    stream.write(Buffer.alloc(200_000), callback);
    await settled(stream);
    expect(callback).not.toHaveBeenCalled();
    stream.resume();
    await once(stream, 'drain');
    expect(stream.bytesWritten).toBeGreaterThan(0);
    stream.end();
    await once(stream, 'end');
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('of an empty chunk as well, behind those before it, and never inside write()', async () => {
    const stream = track(createSlowWritableStream());
    const called = [];
    stream.write('a', () => called.push('a'));
    stream.write('', () => called.push('empty'));
    stream.write('b', () => called.push('b'));
    expect(called).toEqual([]);
    await new Promise((resolve) => stream.write(Buffer.alloc(0), resolve));
    expect(called).toEqual(['a', 'empty', 'b']);
  });

  test('also where an encoding comes before it', async () => {
    const stream = track(createSlowWritableStream());
    await new Promise((resolve) => stream.write('6869', 'hex', resolve));
    expect(stream.bytesWritten).toBe(2);
  });

  test('a callback may write and end', async () => {
    const path = file('target');
    const stream = track(createWriteStream(path));
    stream.write('one', () => stream.write(' two', () => stream.end(' three')));
    await once(stream, 'close');
    expect(require('node:fs').readFileSync(path, 'utf8')).toBe('one two three');
  });

  test('on destroy with the error, once each, in order', async () => {
    const given = new Error('given up');
    for (const [reason, code] of [
      [undefined, 'ERR_STREAM_DESTROYED'],
      [Object.assign(given, { code: 'GIVEN' }), 'GIVEN'],
    ]) {
      const stream = stuckWritable();
      stream.on('error', () => {});
      const called = [];
      for (let i = 0; i < 3; i += 1) stream.write('x', (error) => called.push([i, error.code]));
      stream.destroy(reason);
      expect(called).toEqual([]);
      await closed(stream);
      await nextTurn();
      expect(called).toEqual([0, 1, 2].map((i) => [i, code]));
    }
  });

  test('on failure with the error, where the bytes were not consumed', async () => {
    const stream = track(createWriteStream(file('missing/target')));
    const called = [];
    stream.write('a', (error) => called.push(error.code));
    stream.write('b', (error) => called.push(error.code));
    await once(stream, 'error');
    await nextTurn();
    expect(called).toEqual(['ENOENT', 'ENOENT']);
    const gunzip = track(createGunzip());
    gunzip.write('not gzip', (error) => called.push(error?.code));
    gunzip.write(Buffer.alloc(1000), (error) => called.push(error?.code));
    await once(gunzip, 'error');
    await nextTurn();
    expect(called).toHaveLength(4);
    expect(called[3]).toBe('Z_DATA_ERROR');
  });

  test('after end and after destroy it gets the error of the call', async () => {
    const stream = track(createSlowWritableStream());
    stream.on('error', () => {});
    stream.end();
    const late = await new Promise((resolve) => stream.write('x', resolve));
    expect(late).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' });
    const other = track(createSlowWritableStream()).destroy();
    const dead = await new Promise((resolve) => other.write('x', resolve));
    expect(dead).toMatchObject({ code: 'ERR_STREAM_DESTROYED' });
  });
});

describe('5. The callback of flush() fires when the flush is done', () => {
  test.each([
    ['flush(cb)', (stream, callback) => stream.flush(callback)],
    ['partial', (stream, callback) => stream.flush(constants.Z_PARTIAL_FLUSH, callback)],
    ['sync', (stream, callback) => stream.flush(constants.Z_SYNC_FLUSH, callback)],
    ['full', (stream, callback) => stream.flush(constants.Z_FULL_FLUSH, callback)],
  ])('%s: what came before can be decoded', async (_, flush) => {
    const stream = track(createGzip());
    const output = [];
    stream.on('data', (chunk) => output.push(chunk));
    const bytes = lines(500);
    stream.write(bytes);
    await new Promise((resolve) => flush(stream, resolve));
    expect(stream.bytesWritten).toBe(bytes.length);
    await nextTurn();
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    expect(gunzipSync(Buffer.concat(output), options).equals(bytes)).toBe(true);
  });

  test('without anything to flush, after the end, and after a destroy', async () => {
    const stream = track(createGzip()).resume();
    await new Promise((resolve) => stream.flush(constants.Z_NO_FLUSH, resolve));
    await new Promise((resolve) => stream.flush(resolve));
    stream.end();
    await new Promise((resolve) => stream.flush(resolve));
    stream.destroy();
    await new Promise((resolve) => stream.flush(resolve));
    const other = track(createGzip()).destroy();
    await new Promise((resolve) => other.flush(resolve));
  });

  test('writes and flushes keep their order', async () => {
    const stream = track(createGzip());
    const order = [];
    stream.write('a', () => order.push('write a'));
    stream.flush(() => order.push('flush'));
    stream.write('b', () => order.push('write b'));
    stream.end(() => order.push('end'));
    expect(gunzipSync(await collect(stream)).toString()).toBe('ab');
    expect(order).toEqual(['write a', 'flush', 'write b', 'end']);
  });

  test.each([['2'], [-1], [6], [1.5], [Infinity]])('flush(%p) is no kind of flush', (kind) => {
    expect(() => track(createGzip()).flush(kind)).toThrow();
  });
});
