'use strict';

// Where a Sluice stream is piped into another the bytes go from Rust to Rust, and to the program nothing is different.

const fs = require('node:fs');
const { once } = require('node:events');
const { PassThrough, pipeline } = require('node:stream');
const { pipeline: pipelined } = require('node:stream/promises');
const { promisify } = require('node:util');
const zlib = require('node:zlib');
const sluice = require('..');
const { lines, pieces } = require('./support/data');
const { useFolder } = require('./support/folder');
const { countLinks, until } = require('./support/links');
const { closed, collect, destroyAfterEach, stuckWritable, track } = require('./support/streams');

const { createGunzip, createGzip, createReadStream, createWriteStream } = sluice;

destroyAfterEach();
const file = useFolder();
const counts = countLinks();
const bytes = lines(60_000);

beforeEach(() => fs.writeFileSync(file('source'), bytes));

const source = (options) => track(createReadStream(file('source'), options));
const target = (options) => track(createWriteStream(file('target'), options));
const written = () => fs.readFileSync(file('target'));

const pipes = [
  [
    'pipe()',
    (streams) => {
      streams.reduce((from, to) => from.pipe(to));
      return once(streams.at(-1), 'close');
    },
  ],
  ['pipeline()', (streams) => promisify(pipeline)(streams)],
  ['pipeline() of stream/promises', (streams) => pipelined(streams)],
];

describe.each(pipes)('%s links', (_, join) => {
  test('a file with a file', async () => {
    await join([source(), target()]);
    expect(written().equals(bytes)).toBe(true);
    expect(counts).toEqual({ made: 1, bytes: 0 });
  });

  test.each([
    ['gzip', 'createGzip', 'createGunzip', {}],
    ['brotli', 'createBrotliCompress', 'createBrotliDecompress', { params: { 1: 5 } }],
    ['zstd', 'createZstdCompress', 'createZstdDecompress', {}],
  ])('a file with %s, and that with a file, both ways', async (format, encode, decode, options) => {
    await join([source(), track(sluice[encode](options)), target()]);
    expect(counts).toEqual({ made: 2, bytes: 0 });
    expect(written().length).toBeLessThan(bytes.length / 3);
    fs.renameSync(file('target'), file('coded'));
    await join([createReadStream(file('coded')), track(sluice[decode]()), target()]);
    expect(counts).toEqual({ made: 4, bytes: 0 });
    expect(written().equals(bytes)).toBe(true);
  });

  test('a chain of codecs', async () => {
    await join([source(), createGzip({ level: 1 }), createGunzip(), createGzip(), target()]);
    expect(counts).toEqual({ made: 4, bytes: 0 });
    expect(zlib.gunzipSync(written()).equals(bytes)).toBe(true);
  });
});

describe('a link is made', () => {
  test('behind a codec that JS writes to', async () => {
    const gzip = track(createGzip());
    gzip.pipe(target());
    for (const piece of pieces(bytes, 5000)) if (!gzip.write(piece)) await gzip.ready();
    gzip.end();
    await once(gzip, 'end');
    await until(() => written().length === gzip.pressure.bytesOut);
    expect(counts).toEqual({ made: 1, bytes: 0 });
    expect(zlib.gunzipSync(written()).equals(bytes)).toBe(true);
  });

  test('before a codec that JS reads from', async () => {
    const output = await collect(source().pipe(track(createGzip())));
    expect(counts).toEqual({ made: 1, bytes: output.length });
    expect(zlib.gunzipSync(output).equals(bytes)).toBe(true);
  });

  test('when what was in the way is gone', async () => {
    const from = source({ highWaterMark: 1024 });
    const listener = () => {};
    from.on('data', listener);
    from.pipe(target());
    await until(() => from.bytesRead > 20_000);
    expect(counts.made).toBe(0);
    from.off('data', listener);
    const before = counts.bytes;
    await once(from, 'close');
    expect(counts.made).toBeGreaterThan(0);
    expect(counts.bytes - before).toBeLessThan(bytes.length / 2);
    await until(() => written().equals(bytes));
  });

  test('again after a pipe that had to wait', async () => {
    const from = source({ highWaterMark: 1024 });
    const listener = () => {};
    const slow = track(sluice.createSlowWritableStream({ highWaterMark: 2048, latency: 1 }));
    slow.on('drain', listener);
    from.pipe(slow);
    await until(() => slow.pressure.drains > 3);
    expect(counts.made).toBe(0);
    slow.off('drain', listener);
    await until(() => counts.made === 1);
    const before = counts.bytes;
    await until(() => slow.bytesWritten > bytes.length / 20);
    expect(counts.bytes).toBe(before);
  });
});

/** Pipes that some program watches, each as `[name, (pipe two streams) => …]`. */
const watched = [
  ["has a 'data' listener", (from, to) => from.on('data', () => {}).pipe(to)],
  ["has a 'data' listener for once", (from, to) => from.once('data', () => {}).pipe(to)],
  ['has an encoding', (from, to) => from.setEncoding('utf8').pipe(to)],
  ["has a 'pause' listener", (from, to) => from.on('pause', () => {}).pipe(to)],
  [
    'is piped to another stream too',
    (from, to) => from.pipe(to) && from.pipe(new PassThrough()).resume(),
  ],
  [
    "is piped to a stream with a 'drain' listener",
    (from, to) => from.pipe(to.on('drain', () => {})),
  ],
  ['has a push() of its own', (from, to) => overridden(from, 'push').pipe(to)],
  ['has an emit() of its own', (from, to) => overridden(from, 'emit').pipe(to)],
  ['is piped to a write() of its own', (from, to) => from.pipe(overridden(to, 'write'))],
  ['is piped to a stream that is corked', (from, to) => to.cork() || from.pipe(to)],
];

function overridden(stream, name) {
  const method = stream[name];
  stream[name] = (...args) => method.apply(stream, args);
  return stream;
}

describe('no link is made where the source', () => {
  test.each(watched)('%s', async (_, pipe) => {
    const to = target();
    const from = source({ end: 30_000 });
    const done = closed(to);
    pipe(from, to);
    await until(() => counts.bytes > 0);
    if (to.writableCorked > 0) to.uncork();
    else expect(counts.made).toBe(0);
    await done;
    expect(written().equals(bytes.subarray(0, 30_001))).toBe(true);
  });

  test('flushes behind each write', async () => {
    const gzip = track(createGzip({ flush: zlib.constants.Z_SYNC_FLUSH }));
    source().pipe(gzip).pipe(target());
    await once(gzip, 'end');
    expect(counts.made).toBe(1);
    expect(gzip.pressure.bytesOut).toBeGreaterThan(0);
  });

  test('is piped to a stream that refuses to overflow', async () => {
    const gzip = track(createGzip({ overflow: 'error', hardLimit: 1e6 }));
    source().pipe(gzip).resume();
    await once(gzip, 'end');
    expect(counts.made).toBe(0);
  });

  test('is piped in a ring', async () => {
    const [a, b] = [track(createGzip({ level: 0 })), track(createGunzip())];
    a.pipe(b).pipe(a);
    a.write('round');
    a.flush();
    await until(() => a.pressure.bytesIn > 5);
    expect(counts.made).toBeLessThan(2);
  });
});

describe('what a program can see', () => {
  test('of a link whose reader stands still is what it would see of a pipe', async () => {
    const from = source();
    const stuck = stuckWritable({ highWaterMark: 50_000 });
    from.pipe(stuck);
    await until(() => stuck.writableNeedDrain);
    expect(counts).toEqual({ made: 1, bytes: 0 });
    expect(from.isPaused()).toBe(true);
    expect(from.readableFlowing).toBe(false);
    expect(from.readableDidRead).toBe(true);
    expect(stuck.writableLength).toBe(from.bytesRead);
    expect(stuck.pressure).toMatchObject({ needDrain: true, falseWrites: 1, drains: 0 });
    expect(stuck.pressure.buffered).toBeGreaterThanOrEqual(50_000);
    expect(stuck.pressure.peak).toBeLessThan(50_000 + 65_536);
    expect(from.pressure.readable.buffered).toBeLessThanOrEqual(256 * 1024);
  });

  test.each([
    ['unpipe()', (from, to) => from.unpipe(to)],
    ['pause()', (from) => from.pause()],
    ["a 'data' listener", (from) => from.on('data', () => {})],
  ])('of a full stream when %s ends the link: it needs a drain, which comes', async (_, end) => {
    const from = source();
    const slow = track(sluice.createSlowWritableStream({ bytesPerSecond: 1e6 }));
    from.pipe(slow);
    await until(() => slow.writableNeedDrain);
    end(from, slow);
    expect(slow.writableNeedDrain).toBe(true);
    expect(slow.pressure).toMatchObject({ needDrain: true, drains: 0, falseWrites: 1 });
    const length = await new Promise((resolve) => {
      // Before the pipe's own, which goes on.
      slow.prependOnceListener('drain', () => resolve(slow.writableLength));
    });
    expect(length).toBeLessThanOrEqual(slow.writableLowWaterMark);
    expect(slow.pressure.drains).toBe(1);
    expect(counts.made).toBe(1);
  });

  test('of a link that flows', async () => {
    const from = source();
    const slow = track(sluice.createSlowWritableStream({ bytesPerSecond: 20e6 }));
    from.pipe(slow);
    await until(() => from.bytesRead > 0);
    expect(from.readableFlowing || slow.writableNeedDrain).toBe(true);
    await closed(slow);
    expect(counts).toEqual({ made: 1, bytes: 0 });
    expect(from.bytesRead).toBe(bytes.length);
    expect(slow.bytesWritten).toBe(bytes.length);
    expect(slow.pressure.bytesIn).toBe(bytes.length);
    const { falseWrites, drains, needDrain, peak } = slow.pressure;
    expect(falseWrites).toBeGreaterThan(2);
    expect(falseWrites).toBe(drains + Number(needDrain));
    expect(peak).toBeLessThan(2 * 65_536);
  });

  test('a listener of a gzip header is told before the bytes go', async () => {
    const coded = file('coded');
    fs.writeFileSync(coded, zlib.gzipSync(bytes));
    const gunzip = track(createGunzip());
    const header = once(gunzip, 'header');
    const to = target();
    createReadStream(coded).pipe(gunzip).pipe(to);
    await header;
    await closed(to);
    expect(counts).toEqual({ made: 2, bytes: 0 });
  });

  test('the rest behind a first member is all there', async () => {
    const member = zlib.gzipSync(bytes);
    const coded = file('coded');
    fs.writeFileSync(coded, Buffer.concat([member, Buffer.from('what follows')]));
    const gunzip = track(createGunzip({ members: 'first' }));
    const to = target();
    createReadStream(coded).pipe(gunzip).pipe(to);
    await closed(to);
    expect(written().equals(bytes)).toBe(true);
    expect(gunzip.rest.toString()).toBe('what follows');
    expect(gunzip.bytesWritten).toBe(member.length);
  });
});
