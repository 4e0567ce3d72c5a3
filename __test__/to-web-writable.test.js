'use strict';

const { once } = require('node:events');
const fs = require('node:fs');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { lines, pieces } = require('./support/data');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, nextTurn, stuckWritable, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const bytes = Buffer.from(lines(5000).toString('ascii'), 'ascii');
const ignore = () => {};

/** A writer whose failures a test may leave alone. */
function writerOf(stream) {
  const writer = (
    stream.writable?.getWriter ? stream : { writable: stream.toWeb() }
  ).writable.getWriter();
  writer.closed.catch(ignore);
  writer.ready.catch(ignore);
  return writer;
}

/** Whether a promise is still pending in the next turn. */
async function isPending(promise) {
  const settled = jest.fn();
  promise.then(settled, settled);
  await nextTurn();
  return settled.mock.calls.length === 0;
}

/** What a promise rejects with. */
const reasonOf = (promise) =>
  promise.then(
    () => undefined,
    (reason) => reason,
  );

describe('back-pressure of toWeb() is that of the Rust buffer, in bytes', () => {
  test('a Writable gives a WritableStream of the platform', () => {
    const web = stuckWritable().toWeb();
    expect(web).toBeInstanceOf(WritableStream);
    expect(web.getWriter()).toBeInstanceOf(WritableStreamDefaultWriter);
    expect(web.locked).toBe(true);
  });

  test('desiredSize is the high mark less writableLength, after every write', () => {
    const stream = stuckWritable({ highWaterMark: 1000 });
    const writer = writerOf(stream);
    expect(writer.desiredSize).toBe(1000);
    for (const size of [1, 300, 500, 600, 10]) {
      writer.write(new Uint8Array(size)).catch(ignore);
      expect(writer.desiredSize).toBe(1000 - stream.pressure.bytesIn - (size === 10 ? 10 : 0));
    }
    expect(writer.desiredSize).toBe(-411);
    // What Rust has not been given is the last one, which came when it was full.
    expect(stream.writableLength).toBe(1401);
  });

  test('`ready` waits from the write that fills the buffer, until the low mark', async () => {
    const options = { highWaterMark: 10_000, lowWaterMark: 2000, latency: 30 };
    const stream = track(createSlowWritableStream({ ...options, bytesPerSecond: 100_000 }));
    const writer = writerOf(stream);
    writer.write(new Uint8Array(9999)).catch(ignore);
    expect(await isPending(writer.ready)).toBe(false);
    const filling = writer.write(new Uint8Array(8000));
    expect(stream.writableNeedDrain).toBe(true);
    expect(await isPending(writer.ready)).toBe(true);
    expect(await isPending(filling)).toBe(true);
    await writer.ready;
    expect(stream.writableNeedDrain).toBe(false);
    expect(stream.writableLength).toBeLessThanOrEqual(2000);
    expect(writer.desiredSize).toBe(10_000 - stream.writableLength);
    await filling;
  });

  test('what others write into the stream counts as well', async () => {
    const stream = stuckWritable({ highWaterMark: 1000 });
    const writer = writerOf(stream);
    expect(stream.write(Buffer.alloc(1000))).toBe(false);
    expect(writer.desiredSize).toBe(0);
    const writing = writer.write(new Uint8Array(1));
    expect(writer.desiredSize).toBe(-1);
    expect(await isPending(writing)).toBe(true);
    expect(await isPending(writer.ready)).toBe(true);
  });

  test('a chunk is copied at once while there is room', async () => {
    const path = file('copied');
    const writer = writerOf(createWriteStream(path));
    const chunk = Buffer.from('before');
    writer.write(chunk).catch(ignore);
    chunk.fill('x');
    await writer.close();
    expect(fs.readFileSync(path, 'utf8')).toBe('before');
  });

  test('pipeTo() takes no more from its source than the marks allow', async () => {
    const stream = stuckWritable({ highWaterMark: 1000 });
    let pulled = 0;
    const source = new ReadableStream(
      { pull: (controller) => controller.enqueue(new Uint8Array((pulled += 1) && 100)) },
      { highWaterMark: 0 },
    );
    const piping = source.pipeTo(stream.toWeb());
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(pulled).toBe(10);
    expect(stream.writableLength).toBe(1000);
    stream.destroy();
    expect(await reasonOf(piping)).toMatchObject({ name: 'AbortError' });
  });

  test('writes that ignore it lose nothing, and keep their order among those that do not', async () => {
    const path = file('ignored');
    const writer = writerOf(createWriteStream(path, { highWaterMark: 1000 }));
    const all = pieces(bytes, 333);
    for (const [index, piece] of all.entries()) {
      const chunk = index % 3 === 0 ? piece.toString() : piece;
      const writing = writer.write(index % 7 === 0 ? new Uint8Array(piece).buffer : chunk);
      if (index % 50 === 0) await writing;
    }
    await writer.close();
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
  });

  test('the lock can pass on, and a writer that was released does nothing', async () => {
    const stream = stuckWritable({ highWaterMark: 1000 });
    const web = stream.toWeb();
    const first = web.getWriter();
    first.closed.catch(ignore);
    first.releaseLock();
    expect(await reasonOf(first.write(new Uint8Array(1)))).toMatchObject({ name: 'TypeError' });
    expect(await reasonOf(first.close())).toMatchObject({ name: 'TypeError' });
    expect(() => first.desiredSize).toThrow(expect.objectContaining({ name: 'TypeError' }));
    const second = web.getWriter();
    await second.write(new Uint8Array(10));
    expect(stream.writableLength).toBe(10);
    expect(second.desiredSize).toBe(990);
  });
});

describe('the end of a WritableStream of toWeb()', () => {
  test('close() waits for the file to be written and closed, and desiredSize is 0', async () => {
    const path = file('closed');
    const stream = createWriteStream(path, { flush: true });
    const writer = writerOf(stream);
    for (const piece of pieces(bytes, 10_000)) await writer.write(piece);
    await writer.close();
    expect(stream.writableFinished).toBe(true);
    expect(stream.closed).toBe(true);
    expect(fs.readFileSync(path).equals(bytes)).toBe(true);
    expect(writer.desiredSize).toBe(0);
    await writer.closed;
    expect(await reasonOf(writer.write('more'))).toMatchObject({ name: 'TypeError' });
  });

  test('nothing is written after close(), while that waits', async () => {
    const stream = stuckWritable();
    const writer = writerOf(stream);
    writer.write(new Uint8Array(5)).catch(ignore);
    const closing = writer.close();
    expect(await reasonOf(writer.write(new Uint8Array(7)))).toMatchObject({ name: 'TypeError' });
    expect(stream.pressure.bytesIn).toBe(5);
    expect(await isPending(closing)).toBe(true);
    stream.destroy();
    expect(await reasonOf(closing)).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
  });

  test('abort() destroys the stream with its reason, though a write waits for room', async () => {
    const stream = stuckWritable({ highWaterMark: 100 });
    const writer = writerOf(stream);
    const writing = writer.write(new Uint8Array(200));
    expect(await isPending(writing)).toBe(true);
    const reason = new Error('enough');
    await writer.abort(reason);
    expect(stream.destroyed).toBe(true);
    expect(stream.errored).toBe(reason);
    expect(await reasonOf(writing)).toBe(reason);
    expect(await reasonOf(writer.closed)).toBe(reason);
    expect(writer.desiredSize).toBe(null);
  });

  test('abort() without a reason is an AbortError to the stream, and nothing to the writer', async () => {
    const stream = stuckWritable();
    const failed = once(stream, 'error');
    const writer = writerOf(stream);
    await writer.abort();
    const [error] = await failed;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    expect(await reasonOf(writer.closed)).toBe(undefined);
  });

  test.each([
    ['an error', new Error('broken'), { message: 'broken' }],
    ['nothing', undefined, { name: 'AbortError' }],
  ])('a destroy by %s fails what waits and what comes', async (_, error, expected) => {
    const stream = stuckWritable({ highWaterMark: 100 });
    const writer = writerOf(stream);
    const writing = writer.write(new Uint8Array(200));
    stream.destroy(error);
    const reason = await reasonOf(writing);
    expect(reason).toMatchObject(expected);
    if (error) expect(reason).toBe(error);
    expect(await reasonOf(writer.ready)).toBe(reason);
    expect(await reasonOf(writer.closed)).toBe(reason);
    expect(await reasonOf(writer.write(new Uint8Array(1)))).toBe(reason);
  });

  test("the stream's own failure is the reason", async () => {
    const stream = createWriteStream(file('missing/file'));
    const writer = writerOf(stream);
    writer.write('text').catch(ignore);
    const reason = await reasonOf(writer.closed);
    expect(reason).toMatchObject({ code: 'ENOENT', syscall: 'open' });
    expect(await reasonOf(writer.close())).toMatchObject({ name: 'TypeError' });
  });

  test('a chunk past the hardLimit fails both', async () => {
    const options = { highWaterMark: 100, hardLimit: 150, overflow: 'error' };
    const stream = stuckWritable(options);
    const writer = writerOf(stream);
    expect(await reasonOf(writer.write(new Uint8Array(151)))).toMatchObject({
      code: 'ERR_SLUICE_OVERFLOW',
    });
    expect(await reasonOf(writer.closed)).toMatchObject({ code: 'ERR_SLUICE_OVERFLOW' });
    expect(stream.destroyed).toBe(true);
  });

  test.each([[undefined], [null], [5], [{}]])('%p is no chunk: both fail', async (chunk) => {
    const stream = stuckWritable();
    const writer = writerOf(stream);
    const reason = await reasonOf(writer.write(chunk));
    expect(reason.name).toBe('TypeError');
    expect(await reasonOf(writer.closed)).toBe(reason);
    expect(stream.errored).toBe(reason);
  });

  test('what the program itself has ended is closed, or closes; what failed has failed', async () => {
    const ended = track(createSlowWritableStream());
    ended.end('text');
    await writerOf(ended).closed;
    expect(ended.writableFinished).toBe(true);
    expect(ended.closed).toBe(true);
    await writerOf(ended).closed;

    const failed = stuckWritable().on('error', ignore);
    failed.destroy(new Error('early'));
    await closed(failed);
    expect(await reasonOf(writerOf(failed).closed)).toMatchObject({ message: 'early' });

    const endedLater = track(createSlowWritableStream());
    const writer = writerOf(endedLater);
    endedLater.end();
    expect(await reasonOf(writer.closed)).toMatchObject({ name: 'AbortError' });
  });

  test('a Transform is closed when its codec has finished', async () => {
    const stream = track(createGzip());
    const { writable } = stream.toWeb();
    const writer = writable.getWriter();
    await writer.write(bytes);
    await writer.close();
    expect(stream.writableFinished).toBe(true);
  });
});
