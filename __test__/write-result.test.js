'use strict';

const { createGunzip, createGzip, createSlowWritableStream } = require('..');
const { gunzipSync } = require('node:zlib');
const { lines, pieces } = require('./support/data');
const {
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  stuckWritable,
} = require('./support/streams');

destroyAfterEach();

describe('3. write() returns whether there is room', () => {
  test('false after an error, when the stream does not destroy itself', async () => {
    const stream = createGunzip({ autoDestroy: false }).resume();
    const failed = failure(stream);
    stream.write('nonsense');
    await failed;
    const callback = jest.fn();
    expect(stream.write('x')).toBe(false);
    expect(stream.write('x', callback)).toBe(false);
    expect(stream.write(Buffer.alloc(1e6))).toBe(false);
    stream.destroy();
    await nextTurn();
    expect(callback).toHaveBeenCalledTimes(1);
    expect(callback.mock.calls[0][0]).toHaveProperty('code');
  });

  test.each([
    ['one byte below the mark', 99, true],
    ['at the mark', 100, false],
    ['one byte above the mark', 101, false],
  ])('%s', (_, length, result) => {
    const stream = stuckWritable({ highWaterMark: 100 });
    expect(stream.write(Buffer.alloc(length))).toBe(result);
    expect(stream.writableNeedDrain).toBe(!result);
  });

  test.each([
    ['with a callback', (stream) => stream.write(Buffer.alloc(1), () => {})],
    ['with an encoding', (stream) => stream.write('6a', 'hex')],
    ['with a long string', (stream) => stream.write('x'.repeat(3000))],
    ['of a string', (stream) => stream.write('x')],
    ['while corked', (stream) => stream.cork() || stream.write('x')],
  ])('a write %s counts the same', (_, write) => {
    const stream = stuckWritable({ highWaterMark: 100 });
    stream.write(Buffer.alloc(98));
    expect(stream.writableLength).toBe(98);
    expect(write(stream)).toBe(stream.writableLength < 100);
    stream.write('y');
    expect(write(stream)).toBe(false);
  });

  test('an empty chunk is accepted, and says what is so already', () => {
    const stream = stuckWritable({ highWaterMark: 10 });
    expect(stream.write('')).toBe(true);
    stream.write(Buffer.alloc(10));
    expect(stream.write('')).toBe(false);
    expect(stream.write(Buffer.alloc(0))).toBe(false);
  });

  test('with a mark of 0 every write that brings bytes returns false', async () => {
    const stream = createSlowWritableStream({ highWaterMark: 0 });
    expect(stream.writableHighWaterMark).toBe(0);
    expect(stream.write('x')).toBe(false);
    await stream.ready();
    stream.end();
  });

  test('ignoring false loses nothing', async () => {
    const stream = createGzip({ highWaterMark: 1000 });
    const bytes = lines(20_000);
    const output = collect(stream);
    for (const piece of pieces(bytes, 100)) stream.write(piece);
    stream.end();
    expect(gunzipSync(await output).equals(bytes)).toBe(true);
    expect(stream.pressure.falseWrites).toBeGreaterThan(0);
  });
});

describe("3. overflow: 'error' makes passing hardLimit an error", () => {
  const options = { highWaterMark: 100, hardLimit: 200, overflow: 'error' };

  test('what fits up to the limit is accepted', () => {
    const stream = stuckWritable(options);
    stream.write(Buffer.alloc(150));
    expect(stream.write(Buffer.alloc(50))).toBe(false);
    expect(stream.writableLength).toBe(200);
    expect(stream.destroyed).toBe(false);
  });

  test.each([
    ['a buffer', (stream, callback) => stream.write(Buffer.alloc(60), callback)],
    ['a string', (stream, callback) => stream.write('x'.repeat(60), callback)],
    ['a long string', (stream, callback) => stream.write('x'.repeat(4000), callback)],
    ['an encoded string', (stream, callback) => stream.write('00'.repeat(60), 'hex', callback)],
  ])('%s past the limit is refused whole, and the stream fails', async (_, write) => {
    const stream = stuckWritable(options);
    stream.write(Buffer.alloc(150));
    const failed = failure(stream);
    const callback = jest.fn();
    write(stream, callback);
    expect(stream.pressure.bytesIn).toBe(150);
    expect(await failed).toMatchObject({ code: 'ERR_SLUICE_OVERFLOW' });
    await nextTurn();
    expect(callback).toHaveBeenCalledTimes(1);
    expect(callback.mock.calls[0][0]).toMatchObject({ code: 'ERR_SLUICE_OVERFLOW' });
  });

  test('the chunk of end() past the limit fails the stream as well', async () => {
    const stream = stuckWritable(options);
    stream.write(Buffer.alloc(150));
    const failed = failure(stream);
    const callback = jest.fn();
    stream.end(Buffer.alloc(60), callback);
    expect(await failed).toMatchObject({ code: 'ERR_SLUICE_OVERFLOW' });
    await nextTurn();
    expect(callback).toHaveBeenCalledTimes(1);
    expect(callback.mock.calls[0][0]).toHaveProperty('code');
  });

  test('without a callback, too, write() returns false and the stream fails', async () => {
    const stream = stuckWritable(options);
    const failed = failure(stream);
    expect(stream.write(Buffer.alloc(201))).toBe(false);
    expect(await failed).toMatchObject({ code: 'ERR_SLUICE_OVERFLOW' });
  });

  test("overflow: 'queue' accepts past hardLimit", () => {
    const stream = stuckWritable({ ...options, overflow: 'queue' });
    expect(stream.write(Buffer.alloc(1000))).toBe(false);
    expect(stream.writableLength).toBe(1000);
    expect(stream.pressure.hardLimit).toBe(200);
  });
});
