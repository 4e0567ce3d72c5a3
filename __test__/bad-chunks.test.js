'use strict';

const { PassThrough } = require('node:stream');
const { createGunzip, createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { destroyAfterEach, failure, nextTurn, thrown, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const all = [
  ['gzip', () => track(createGzip())],
  ['gunzip', () => track(createGunzip())],
  ['a file', () => track(createWriteStream(file('target')))],
  ['a slow writer', () => track(createSlowWritableStream())],
];

const chunks = [
  null,
  undefined,
  42,
  0,
  NaN,
  true,
  10n,
  {},
  [],
  [1, 2],
  () => {},
  Symbol('chunk'),
  new ArrayBuffer(5),
  new Date(0),
  new String('boxed'),
];

describe.each(all)('%s', (_, create) => {
  test.each(chunks.map((chunk) => [chunk]))('write(%p) throws what Node throws', (chunk) => {
    for (const rest of [[], [() => {}], ['utf8'], ['utf8', () => {}]]) {
      const stream = create();
      const theirs = thrown(() => new PassThrough().write(chunk, ...rest));
      const ours = thrown(() => stream.write(chunk, ...rest));
      expect(ours).toMatchObject({ name: theirs.name, code: theirs.code });
      expect(stream.writableLength).toBe(0);
      expect(stream.pressure.bytesIn).toBe(0);
    }
  });

  test.each([[42], [{}], [true]])('end(%p) throws what Node throws', (chunk) => {
    const theirs = thrown(() => new PassThrough().end(chunk));
    expect(thrown(() => create().end(chunk))?.code).toBe(theirs?.code);
  });

  test('write() without arguments', () => {
    expect(thrown(() => create().write())?.code).toBe(
      thrown(() => new PassThrough().write())?.code,
    );
  });

  test("write() after end() is false, calls back and emits 'error'", async () => {
    const stream = create();
    stream.resume?.();
    stream.end();
    const failed = failure(stream);
    const callback = jest.fn();
    expect(stream.write('late')).toBe(false);
    expect(stream.write('late', callback)).toBe(false);
    const code = 'ERR_STREAM_WRITE_AFTER_END';
    expect(await failed).toMatchObject({ code });
    await nextTurn();
    expect(callback.mock.calls).toEqual([[expect.objectContaining({ code })]]);
  });

  test("write() after destroy() is false, calls back, and emits no 'error'", async () => {
    const stream = create();
    const wrong = jest.fn();
    stream.on('error', wrong);
    stream.destroy();
    const callback = jest.fn();
    expect(stream.write('late')).toBe(false);
    expect(stream.write('late', callback)).toBe(false);
    expect(stream.write(Buffer.alloc(0))).toBe(false);
    await nextTurn();
    const destroyed = expect.objectContaining({ code: 'ERR_STREAM_DESTROYED' });
    expect(callback.mock.calls).toEqual([[destroyed]]);
    expect(wrong).not.toHaveBeenCalled();
  });

  test('a stream that refused a chunk takes the next', () => {
    const stream = create();
    expect(() => stream.write(42)).toThrow();
    expect(stream.write('good')).toBe(true);
    expect(stream.writableLength + stream.bytesWritten).toBe(4);
  });

  test('views of shared and of no memory', async () => {
    const stream = track(createSlowWritableStream());
    stream.write(new Uint8Array(new SharedArrayBuffer(10)));
    stream.write(new Uint8Array(0));
    const gone = new Uint8Array(10);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    // Not taken for an empty one, by Node neither: what it had would be lost in silence.
    const theirs = thrown(() => track(new PassThrough()).write(gone));
    for (const args of [[gone], [gone, () => {}]]) {
      const error = thrown(() => stream.write(...args));
      expect([error.name, error.message]).toEqual([theirs.name, theirs.message]);
    }
    await new Promise((resolve) => stream.write(Buffer.alloc(0), resolve));
    expect(stream.bytesWritten).toBe(10);
  });
});
