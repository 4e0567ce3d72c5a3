'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { finished, pipeline, Readable } = require('node:stream');
const { promisify } = require('node:util');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const {
  closed,
  destroyAfterEach,
  nextTurn,
  pausedTransform,
  settled,
  stuckWritable,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const outcome = (stream, options) =>
  new Promise((resolve) => finished(stream, options ?? {}, (error) => resolve(error?.code)));

describe("6. 'finish' means that all bytes are consumed", () => {
  test('a file has them all', async () => {
    const path = file('target');
    const bytes = lines(20_000);
    const stream = track(createWriteStream(path));
    const seen = new Promise((resolve) => {
      stream.on('finish', () => resolve([fs.statSync(path).size, stream.bytesWritten]));
    });
    stream.end(bytes);
    expect(await seen).toEqual([bytes.length, bytes.length]);
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });

  test('with flush: true, and with a file behind a slow writer', async () => {
    const path = file('durable');
    const durable = track(createWriteStream(path, { flush: true }));
    durable.end('on the disk');
    await once(durable, 'finish');
    expect(fs.readFileSync(path, 'utf8')).toBe('on the disk');
    const slow = track(createSlowWritableStream({ bytesPerSecond: 1e6, destination: path }));
    slow.end(Buffer.alloc(50_000, 'x'));
    await once(slow, 'finish');
    expect(fs.statSync(path).size).toBe(50_000);
  });

  test('a codec has read them, and waits for its reader', async () => {
    const stream = pausedTransform();
    const finish = jest.fn();
    stream.on('finish', finish);
    stream.end(lines(5000));
    await settled(stream);
    expect(finish).not.toHaveBeenCalled();
    expect(stream.writableFinished).toBe(false);
    stream.resume();
    await once(stream, 'finish');
    expect(stream.writableLength).toBe(0);
  });

  test('a sink that takes nothing does not finish', async () => {
    const stream = stuckWritable();
    const finish = jest.fn();
    stream.on('finish', finish);
    stream.end('x');
    await nextTurn();
    expect(finish).not.toHaveBeenCalled();
    expect(stream.writableLength).toBe(1);
  });

  test('it comes once, after the callbacks of the writes', async () => {
    const stream = track(createSlowWritableStream());
    const order = [];
    stream.on('finish', () => order.push('finish'));
    stream.write('a', () => order.push('a'));
    stream.write('b', () => order.push('b'));
    stream.end('c', () => order.push('end'));
    await closed(stream);
    expect([...order].sort()).toEqual(['a', 'b', 'end', 'finish']);
    expect(order.slice(0, 2)).toEqual(['a', 'b']);
  });
});

describe('6. A stream destroyed with unconsumed bytes is no success', () => {
  const busy = [
    ['a sink', () => stuckWritable()],
    ['a codec', () => pausedTransform()],
    ['a file', () => track(createWriteStream(file('target')))],
  ];

  test.each(busy)('%s with bytes: finished() reports it', async (_, create) => {
    const stream = create();
    stream.write(Buffer.alloc(200_000));
    const result = outcome(stream);
    stream.destroy();
    expect(await result).toBe('ERR_STREAM_PREMATURE_CLOSE');
    expect(stream.writableFinished).toBe(false);
  });

  test.each(busy)('%s ended, and destroyed during _final', async (_, create) => {
    const stream = create();
    stream.end(Buffer.alloc(200_000));
    const result = outcome(stream, { readable: false });
    stream.destroy();
    expect(await result).toBe('ERR_STREAM_PREMATURE_CLOSE');
    // Asked afterwards, it says the same.
    expect(await outcome(stream, { readable: false })).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });

  test.each(busy)('%s ended and consumed, but not finished', async (_, create) => {
    const stream = create();
    stream.end();
    const result = outcome(stream, { readable: false });
    stream.destroy();
    expect(await result).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });

  test.each(busy)('%s in a pipeline() that is given up', async (_, create) => {
    const stream = create();
    const source = new Readable({ read() {} });
    source.push(Buffer.alloc(200_000));
    const result = promisify(pipeline)(source, stream);
    await nextTurn();
    stream.destroy();
    await expect(result).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  test("destroy() without an error emits no 'error', and no 'finish'", async () => {
    for (const stream of [stuckWritable(), pausedTransform(), track(createGzip())]) {
      const wrong = jest.fn();
      stream.on('error', wrong).on('finish', wrong).on('end', wrong);
      stream.write('x');
      stream.end();
      stream.destroy();
      await closed(stream);
      await nextTurn();
      expect(wrong).not.toHaveBeenCalled();
    }
  });

  test('after a success a destroy takes nothing back', async () => {
    const stream = track(createSlowWritableStream({ autoDestroy: false }));
    stream.end('x');
    await once(stream, 'finish');
    stream.destroy();
    await closed(stream);
    expect(await outcome(stream)).toBeUndefined();
  });
});
