'use strict';

// Zstd by several threads: the option, the bytes, and what a program sees of it.

const zlib = require('node:zlib');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const {
  constants,
  createZstdCompress,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} = require('..');
const { lines, noise, pieces } = require('./support/data');
const { closed, destroyAfterEach, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const MIB = 1024 * 1024;
/** Some jobs of a megabyte, and a part of one. */
const data = Buffer.concat([lines(40_000), noise(1_500_000), lines(20_000)]);

describe('the option', () => {
  test.each(['auto', undefined, 1, 2, 1000, Number.MAX_SAFE_INTEGER])('may be %p', (threads) => {
    expect(thrown(() => track(createZstdCompress({ threads })))).toBeUndefined();
    expect(thrown(() => track(createZstdDecompress({ threads })))).toBeUndefined();
  });

  test.each([
    [0, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    ['2', 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('may not be %p', (threads, code) => {
    expect(thrown(() => createZstdCompress({ threads }))).toMatchObject({ code });
  });
});

test('the bytes are the same whatever the number of threads and the pieces', async () => {
  const expected = await through(createZstdCompress({ threads: 2 }), [data]);
  expect(zstdDecompressSync(expected).equals(data)).toBe(true);
  for (const [threads, size] of [
    [2, 10_000],
    [5, 100_000],
    [1000, data.length],
  ]) {
    const output = await through(createZstdCompress({ threads }), pieces(data, size));
    expect(output.equals(expected)).toBe(true);
  }
  const alone = await through(createZstdCompress(), [data]);
  const auto = await through(createZstdCompress({ threads: 'auto' }), [data]);
  expect(auto.equals(alone)).toBe(true);
  expect(expected.length).toBeLessThan(alone.length * 1.01);
});

test("zstd's own words stand above it, as node:zlib takes them", async () => {
  const { ZSTD_c_nbWorkers, ZSTD_c_jobSize, ZSTD_c_overlapLog } = constants;
  const two = await through(createZstdCompress({ threads: 2 }), [data]);
  const params = { [ZSTD_c_nbWorkers]: 2, [ZSTD_c_jobSize]: MIB, [ZSTD_c_overlapLog]: 7 };
  expect((await through(createZstdCompress({ params }), [data])).equals(two)).toBe(true);
  const alone = await through(createZstdCompress(), [data]);
  const none = createZstdCompress({ threads: 4, params: { [ZSTD_c_nbWorkers]: 0 } });
  expect((await through(none, [data])).equals(alone)).toBe(true);
  if (!zlib.zstdCompressSync) return;
  // The jobs are larger than the data: only in its header does a stream differ, which does not know the size.
  const ours = zstdCompressSync(data, { params: { [ZSTD_c_nbWorkers]: 2 } });
  expect(zlib.zstdDecompressSync(ours).equals(data)).toBe(true);
  expect(zlib.zstdDecompressSync(two).equals(data)).toBe(true);
});

test('a flush brings out all that was written', async () => {
  const compress = track(createZstdCompress({ threads: 2 }));
  const decompress = track(createZstdDecompress());
  let decoded = 0;
  compress.on('data', (chunk) => decompress.write(chunk));
  decompress.on('data', (chunk) => {
    expect(data.subarray(decoded, decoded + chunk.length).equals(chunk)).toBe(true);
    decoded += chunk.length;
  });
  for (const part of pieces(data, 1_300_000)) {
    const before = decoded;
    compress.write(part);
    await new Promise((resolve) => compress.flush(resolve));
    while (decoded < before + part.length) await once(decompress, 'data');
  }
  expect(decoded).toBe(data.length);
});

test('a reader that stops stops the stream, with a few jobs on their way', async () => {
  const threads = 2;
  const compress = track(createZstdCompress({ threads }));
  const parts = pieces(noise(16 * MIB), MIB);
  let written = 0;
  compress.on('error', () => {});
  for (;;) {
    const part = parts[written / MIB];
    written += MIB;
    if (compress.write(part)) continue;
    const drained = await Promise.race([once(compress, 'drain'), sleep(1000)]);
    if (drained === undefined) break;
  }
  expect(compress.writableLength).toBeGreaterThan(0);
  expect(compress.bytesWritten + compress.writableLength).toBe(written);
  // Jobs, and as much that has come of others and waits for the reader.
  expect(compress.bytesWritten).toBeLessThan(2 * (threads + 2) * MIB);
});

test('many at once, beside streams of other kinds', async () => {
  const expected = await through(createZstdCompress({ threads: 2 }), [data]);
  const all = Array.from({ length: 12 }, async (_, n) => {
    const parts = Readable.from(pieces(data, 64 * 1024 + n));
    const [compress, decompress] = [createZstdCompress({ threads: 3 }), createZstdDecompress()];
    const chunks = [];
    await pipeline(parts, compress, decompress, async (source) => {
      for await (const chunk of source) chunks.push(chunk);
    });
    return Buffer.concat(chunks).equals(data);
  });
  expect(await Promise.all(all)).toEqual(all.map(() => true));
  expect((await through(createZstdCompress({ threads: 2 }), [data])).equals(expected)).toBe(true);
});

test('destroyed at any moment it closes, with the callbacks of its writes', async () => {
  for (let n = 0; n < 30; n += 1) {
    const compress = track(createZstdCompress({ threads: 2 }));
    compress.resume();
    const written = new Promise((resolve) => compress.write(data, resolve));
    await sleep(n);
    compress.destroy();
    await closed(compress);
    await written;
    expect(compress.writableFinished).toBe(false);
  }
});

test('a reset begins anew', async () => {
  const expected = await through(createZstdCompress({ threads: 2 }), [data]);
  const compress = track(createZstdCompress({ threads: 2 }));
  const chunks = [];
  compress.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => compress.write(noise(3_000_000), resolve));
  compress.reset();
  compress.end(data);
  await once(compress, 'end');
  expect(Buffer.concat(chunks).subarray(-expected.length).equals(expected)).toBe(true);
});
