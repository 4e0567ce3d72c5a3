'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { PassThrough, Readable, Writable, compose, pipeline } = require('node:stream');
const { pipeline: pipelined } = require('node:stream/promises');
const { constants, gunzipSync, gzipSync } = require('node:zlib');
const { createGunzip, createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { lines, noise, pieces } = require('./support/data');
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
const bytes = lines(30_000);

describe('pipe()', () => {
  test('from fs through both codecs into a file', async () => {
    fs.writeFileSync(file('source'), bytes);
    const target = track(createWriteStream(file('target')));
    fs.createReadStream(file('source')).pipe(createGzip()).pipe(createGunzip()).pipe(target);
    await once(target, 'close');
    expect(fs.readFileSync(file('target')).equals(bytes)).toBe(true);
  });

  test('stops the source while there is no room, and loses nothing', async () => {
    const source = Readable.from(pieces(bytes, 5000));
    const slow = track(createSlowWritableStream({ highWaterMark: 10_000, destination: file('t') }));
    source.pipe(slow);
    await once(slow, 'close');
    expect(slow.pressure.peak).toBeLessThan(15_000);
    expect(slow.pressure.falseWrites).toBe(slow.pressure.drains + Number(slow.pressure.needDrain));
    expect(fs.readFileSync(file('t')).equals(bytes)).toBe(true);
  });

  test('into two targets goes at the pace of the slower', async () => {
    const source = new PassThrough();
    const fast = track(createGzip());
    const stuck = stuckWritable({ highWaterMark: 1000 });
    source.pipe(fast).resume();
    source.pipe(stuck);
    for (const piece of pieces(bytes, 1000)) source.write(piece);
    await nextTurn();
    expect(stuck.writableLength).toBe(1000);
    expect(fast.pressure.bytesIn).toBe(1000);
    source.unpipe(stuck);
    source.end();
    await once(fast, 'end');
    expect(fast.bytesWritten).toBe(bytes.length);
  });

  test('unpipe() while awaiting drain, then piping elsewhere', async () => {
    const source = new PassThrough();
    const stuck = stuckWritable({ highWaterMark: 1000 });
    source.pipe(stuck);
    source.write(noise(1500));
    await nextTurn();
    expect(stuck.writableNeedDrain).toBe(true);
    expect(source.isPaused()).toBe(true);
    source.unpipe(stuck);
    const target = track(createGzip());
    const output = collect(target);
    source.pipe(target);
    source.end(bytes);
    expect(gunzipSync(await output).equals(bytes)).toBe(true);
    expect(stuck.listenerCount('drain')).toBe(0);
  });

  test('unpipe() and pipe() again into the same target that has no room', async () => {
    const source = new PassThrough();
    const target = pausedTransform({ highWaterMark: 1000 });
    source.pipe(target);
    source.write(noise(200_000));
    await settled(target);
    source.unpipe(target);
    source.pipe(target);
    source.end();
    expect(gunzipSync(await collect(target)).equals(noise(200_000))).toBe(true);
  });

  test("emits 'pipe' and 'unpipe'", async () => {
    const source = new PassThrough();
    const target = stuckWritable();
    const events = [];
    target.on('pipe', (from) => events.push(['pipe', from === source]));
    target.on('unpipe', (from) => events.push(['unpipe', from === source]));
    source.pipe(target);
    source.unpipe();
    expect(events).toEqual([
      ['pipe', true],
      ['unpipe', true],
    ]);
  });
});

describe('pipeline()', () => {
  test('resolves when all has arrived', async () => {
    const target = createWriteStream(file('target'));
    await pipelined(Readable.from(pieces(bytes, 777)), createGzip(), target);
    expect(gunzipSync(fs.readFileSync(file('target'))).equals(bytes)).toBe(true);
  });

  test.each([
    ['the source', 0],
    ['the codec', 1],
    ['the sink', 2],
  ])('an error of %s destroys all', async (_, index) => {
    const streams = [new PassThrough(), createGzip(), stuckWritable()];
    streams[0].write(bytes);
    const result = new Promise((resolve) => pipeline(streams, resolve));
    await nextTurn();
    streams[index].destroy(Object.assign(new Error('broken'), { code: 'BROKEN' }));
    expect(await result).toMatchObject({ code: 'BROKEN' });
    expect(streams.every((stream) => stream.destroyed)).toBe(true);
  });

  test.each([
    [
      'a decoder',
      () => [Readable.from(['not gzip']), createGunzip(), stuckWritable()],
      'Z_DATA_ERROR',
    ],
    [
      'a truncated input',
      () => [
        Readable.from([gzipSync(bytes).subarray(0, 9000)]),
        createGunzip(),
        createSlowWritableStream(),
      ],
      'Z_BUF_ERROR',
    ],
    [
      'a file',
      () => [Readable.from(['x']), createGzip(), createWriteStream(file('no/file'))],
      'ENOENT',
    ],
  ])('fails with the code of %s', async (_, create, code) => {
    const streams = create();
    await expect(pipelined(streams)).rejects.toMatchObject({ code });
    expect(streams.slice(1).every((stream) => stream.destroyed)).toBe(true);
  });

  test('from an async generator into an async function', async () => {
    async function* source() {
      yield* pieces(bytes, 10_000);
    }
    const output = await pipelined(source, createGzip(), createGunzip(), collect);
    expect(output.equals(bytes)).toBe(true);
  });
});

(compose ? test : test.skip)('compose() makes one Duplex of two codecs', async () => {
  const both = compose(createGzip(), createGunzip());
  const output = collect(both);
  both.end(bytes);
  expect((await output).equals(bytes)).toBe(true);
});

describe('for await', () => {
  test('gives all bytes', async () => {
    const gzip = track(createGzip());
    gzip.end(bytes);
    const chunks = [];
    for await (const chunk of gzip) chunks.push(chunk);
    expect(gunzipSync(Buffer.concat(chunks)).equals(bytes)).toBe(true);
    expect(gzip.destroyed).toBe(true);
  });

  test('break destroys the stream', async () => {
    const gzip = track(createGzip({ level: 0, chunkSize: 100 }));
    gzip.write(bytes);
    for await (const chunk of gzip) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(gzip.destroyed).toBe(true);
    if (!gzip.closed) await closed(gzip);
  });

  test('a failure in the middle is thrown after what came before it', async () => {
    const gunzip = track(createGunzip());
    const encoded = gzipSync(bytes);
    gunzip.end(encoded.subarray(0, 9000));
    let total = 0;
    const reading = (async () => {
      for await (const chunk of gunzip) total += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
    const decodable = { finishFlush: constants.Z_SYNC_FLUSH };
    expect(total).toBe(gunzipSync(encoded.subarray(0, 9000), decodable).length);
  });

  test('the writing side of an iterator: Writable and Readable helpers', async () => {
    const gzip = track(createGzip());
    gzip.end('a\nb\n');
    const text = await gzip.pipe(createGunzip()).setEncoding('utf8').toArray();
    expect(text.join('')).toBe('a\nb\n');
    expect(gzip instanceof Writable).toBe(true);
  });
});
