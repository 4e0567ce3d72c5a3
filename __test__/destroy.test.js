'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { addAbortSignal } = require('node:stream');
const { createGunzip, createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const {
  closed,
  destroyAfterEach,
  failure,
  nextTurn,
  record,
  settled,
  thrown,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const all = [
  ['gzip', (options) => track(createGzip(options))],
  ['gunzip', (options) => track(createGunzip(options))],
  ['a file', (options) => track(createWriteStream(file('target'), options))],
  ['a slow writer', (options) => track(createSlowWritableStream(options))],
];

describe.each(all)('destroy() of %s', (_, create) => {
  const moments = [
    ['at once', () => {}],
    ['after a turn', () => nextTurn()],
    ['with bytes on their way', (stream) => void stream.write(noise(300_000))],
    ['when a write() was false', async (stream) => stream.write(noise(300_000)) || nextTurn()],
    ['while ending', (stream) => void stream.end(Buffer.alloc(10))],
    ['while corked', (stream) => stream.cork() || void stream.write('x')],
  ];

  test.each(moments)("%s: 'close', and nothing else", async (__, before) => {
    const stream = create();
    const done = closed(stream);
    const events = record(stream, ['error', 'finish', 'end', 'close', 'drain']);
    stream.removeAllListeners('error').on('error', () => {});
    await before(stream);
    // What came before is no matter here: a decoder may have failed on the noise already.
    events.length = 0;
    const isGone = stream.closed;
    expect(stream.destroy()).toBe(stream);
    expect(stream.destroyed).toBe(true);
    await done;
    await nextTurn();
    expect(events).toEqual(isGone ? [] : ['close']);
    expect(stream).toMatchObject({ closed: true, writable: false });
    expect(stream.write('x')).toBe(false);
  });

  test.each(moments)("%s, with an error: 'error', then 'close'", async (__, before) => {
    const stream = create();
    const done = closed(stream);
    const events = record(stream, ['error', 'finish', 'end', 'close']);
    await before(stream);
    const wasDestroyed = stream.destroyed;
    const error = new Error('given up');
    const twice = [stream.destroy(error), stream.destroy(new Error('too late'))];
    expect(twice).toEqual([stream, stream]);
    await done;
    expect(events).toEqual(['error', 'close']);
    if (!wasDestroyed) expect(stream.errored).toBe(error);
  });

  test('after it has finished does nothing more', async () => {
    const stream = create({ emitClose: true }).on('error', () => {});
    stream.resume?.();
    stream.end();
    await closed(stream);
    const events = record(stream, ['error', 'close']);
    stream.destroy(new Error('too late'));
    await nextTurn();
    expect(events).toEqual([]);
  });

  test("emitClose: false emits no 'close'", async () => {
    const stream = create({ emitClose: false });
    const events = record(stream, ['close', 'error']);
    stream.destroy();
    while (!stream.closed) await nextTurn();
    await nextTurn();
    expect(events).toEqual([]);
  });

  test('an AbortSignal that is aborted already', async () => {
    const stream = create({ signal: AbortSignal.abort() });
    expect(await failure(stream)).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    expect(stream.destroyed).toBe(true);
  });

  test('an AbortSignal that aborts in full flow', async () => {
    const controller = new AbortController();
    const stream = create({ signal: controller.signal });
    const failed = failure(stream);
    const callback = jest.fn();
    stream.write('x'.repeat(9), callback);
    stream.cork();
    for (let i = 0; i < 20; i += 1) stream.write('y', callback);
    controller.abort();
    expect(await failed).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    await nextTurn();
    expect(callback).toHaveBeenCalledTimes(21);
  });

  test('addAbortSignal() from outside', async () => {
    const controller = new AbortController();
    const stream = addAbortSignal(controller.signal, create());
    const failed = failure(stream);
    controller.abort(new Error('why'));
    expect(await failed).toMatchObject({ code: 'ABORT_ERR', cause: { message: 'why' } });
  });

  test('an AbortSignal that aborts after the end does nothing', async () => {
    const controller = new AbortController();
    const stream = create({ signal: controller.signal });
    stream.resume?.();
    stream.on('error', () => {}).end();
    await closed(stream);
    const errored = stream.errored;
    controller.abort();
    await nextTurn();
    expect(stream.errored).toBe(errored);
  });

  test('Symbol.asyncDispose destroys and waits', async () => {
    const stream = create();
    const dispose = stream[Symbol.asyncDispose];
    if (!dispose) return;
    await dispose.call(stream);
    expect(stream.destroyed).toBe(true);
    expect(stream.closed).toBe(true);
  });

  test.each([[null], ['signal'], [{}], [5]])('%p is no signal', (signal) => {
    // fs takes null for none.
    const error = thrown(() => create({ signal }));
    if (error) expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    else expect(signal).toBe(null);
  });
});

test('a file that is destroyed is closed, with the bytes that had been taken', async () => {
  const stream = track(createWriteStream(file('target')));
  await new Promise((resolve) => stream.write('taken', resolve));
  const { fd } = stream;
  stream.cork();
  stream.write('not taken');
  stream.destroy();
  await closed(stream);
  expect(fs.readFileSync(file('target'), 'utf8')).toBe('taken');
  expect(stream.fd).toBe(null);
  expect(() => fs.fstatSync(fd)).toThrow(expect.objectContaining({ code: 'EBADF' }));
});

test('close() of a codec destroys it and calls back', async () => {
  const stream = track(createGzip());
  stream.write('x');
  await new Promise((resolve) => stream.close(resolve));
  expect(stream.destroyed).toBe(true);
  const ended = track(createGzip()).resume();
  ended.end('x');
  await once(ended, 'end');
  await new Promise((resolve) => ended.close(resolve));
});

test("no 'data' comes after that in which the stream is closed, though more was ready", async () => {
  const gzip = createGzip({ level: 0 });
  gzip.end(noise(500_000));
  await settled(gzip);
  let pieces = 0;
  gzip.on('data', () => {
    pieces += 1;
    gzip.close();
  });
  await once(gzip, 'close');
  await nextTurn();
  expect(pieces).toBe(1);
});
