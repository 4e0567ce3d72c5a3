'use strict';

// Zstd and brotli by several threads of the stream's own: the option, the bytes, and what a program sees of it.

const zlib = require('node:zlib');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const {
  brotliDecompressSync,
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createZstdCompress,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} = require('..');
const { lines, noise, pieces } = require('./support/data');
const { closed, destroyAfterEach, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const { BROTLI_PARAM_QUALITY, ZSTD_c_jobSize, ZSTD_c_nbWorkers, ZSTD_c_overlapLog } = constants;
const MIB = 1024 * 1024;
/** What the threads take one at a time. */
const PART = 4 * MIB;
/** Two parts of text and noise, and some of another. */
const data = Buffer.concat([lines(110_000), noise(3_500_000), lines(50_000)]);

test('there is more data than two threads take at once', () => {
  expect(data.length).toBeGreaterThan(2 * PART);
});

const FORMATS = [
  ['zstd', createZstdCompress, createZstdDecompress, zstdDecompressSync],
  [
    'brotli',
    (options) => createBrotliCompress({ params: { [BROTLI_PARAM_QUALITY]: 5 }, ...options }),
    createBrotliDecompress,
    brotliDecompressSync,
  ],
];

describe.each(FORMATS)('%s', (_name, compressor, decompressor, decompressSync) => {
  test.each(['auto', undefined, 1, 2, 1000, Number.MAX_SAFE_INTEGER])(
    'the option may be %p',
    (threads) => {
      expect(thrown(() => track(compressor({ threads })))).toBeUndefined();
    },
  );

  test.each([
    [0, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    ['2', 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
  ])('the option may not be %p', (threads, code) => {
    expect(thrown(() => compressor({ threads }))).toMatchObject({ code });
  });

  test('the bytes are the same whatever the number of threads and the pieces', async () => {
    // Brotli takes others of its tables where the first piece is larger.
    const largest = MIB - 1;
    const expected = await through(compressor({ threads: 2 }), pieces(data, largest));
    expect(decompressSync(expected).equals(data)).toBe(true);
    for (const [threads, size] of [
      [2, 10_000],
      [5, 100_000],
      [1000, largest],
    ]) {
      const output = await through(compressor({ threads }), pieces(data, size));
      expect(output.equals(expected)).toBe(true);
    }
    const alone = await through(compressor(), pieces(data, 100_000));
    const auto = await through(compressor({ threads: 'auto' }), pieces(data, 100_000));
    expect(auto.equals(alone)).toBe(true);
    expect(expected.length).toBeLessThan(alone.length * 1.01);
  });

  test('a flush brings out all that was written', async () => {
    const [compress, decompress] = [track(compressor({ threads: 2 })), track(decompressor())];
    let decoded = 0;
    compress.on('data', (chunk) => decompress.write(chunk));
    decompress.on('data', (chunk) => {
      expect(data.subarray(decoded, decoded + chunk.length).equals(chunk)).toBe(true);
      decoded += chunk.length;
    });
    for (const part of pieces(data, 3_300_000)) {
      const before = decoded;
      compress.write(part);
      await new Promise((resolve) => compress.flush(resolve));
      while (decoded < before + part.length) await once(decompress, 'data');
    }
    expect(decoded).toBe(data.length);
  });

  test('a reader that stops stops the stream, with a few parts on their way', async () => {
    const threads = 2;
    const compress = track(compressor({ threads }));
    const parts = pieces(noise(64 * MIB), MIB);
    let written = 0;
    for (const part of parts) {
      written += part.length;
      if (compress.write(part)) continue;
      const drained = await Promise.race([once(compress, 'drain'), sleep(2000)]);
      if (drained === undefined) break;
    }
    expect(compress.bytesWritten + compress.writableLength).toBe(written);
    expect(compress.writableLength).toBeGreaterThan(0);
    expect(compress.bytesWritten).toBeLessThan((threads + 3) * PART);
  });

  test('many at once, from one end to the other', async () => {
    const all = Array.from({ length: 8 }, async (_, n) => {
      const chunks = [];
      const parts = Readable.from(pieces(data, 64 * 1024 + n));
      await pipeline(parts, compressor({ threads: 3 }), decompressor(), async (source) => {
        for await (const chunk of source) chunks.push(chunk);
      });
      return Buffer.concat(chunks).equals(data);
    });
    expect(await Promise.all(all)).toEqual(all.map(() => true));
  });

  test('destroyed at any moment it closes, with the callbacks of its writes', async () => {
    for (let n = 0; n < 20; n += 1) {
      const compress = track(compressor({ threads: 2 }));
      compress.resume();
      const written = new Promise((resolve) => compress.write(data, resolve));
      await sleep(8 * n);
      compress.destroy();
      await closed(compress);
      await written;
      expect(compress.writableFinished).toBe(false);
    }
  });

  test('a reset begins anew', async () => {
    const expected = await through(compressor({ threads: 2 }), [data]);
    const compress = track(compressor({ threads: 2 }));
    const chunks = [];
    compress.on('data', (chunk) => chunks.push(chunk));
    await new Promise((resolve) => compress.write(noise(9_000_000), resolve));
    compress.reset();
    compress.end(data);
    await once(compress, 'end');
    expect(Buffer.concat(chunks).subarray(-expected.length).equals(expected)).toBe(true);
  });
});

test("zstd's own words stand above the option, as node:zlib takes them", async () => {
  const two = await through(createZstdCompress({ threads: 2 }), [data]);
  const params = { [ZSTD_c_nbWorkers]: 2, [ZSTD_c_jobSize]: PART, [ZSTD_c_overlapLog]: 9 };
  expect((await through(createZstdCompress({ params }), [data])).equals(two)).toBe(true);
  const alone = await through(createZstdCompress(), [data]);
  const none = createZstdCompress({ threads: 4, params: { [ZSTD_c_nbWorkers]: 0 } });
  expect((await through(none, [data])).equals(alone)).toBe(true);
  if (!zlib.zstdCompressSync) return;
  const options = { params: { [ZSTD_c_nbWorkers]: 2 } };
  const theirs = zlib.zstdCompressSync(data, options);
  expect(zstdCompressSync(data, options).length).toBeLessThan(theirs.length * 1.01);
  expect(zlib.zstdDecompressSync(two).equals(data)).toBe(true);
});

test('brotli at a quality that cannot be cut well has one thread, and so has one with a dictionary', async () => {
  for (const options of [
    { params: { [BROTLI_PARAM_QUALITY]: 1 } },
    { params: { [BROTLI_PARAM_QUALITY]: 5 }, dictionary: Buffer.from('a dictionary') },
  ]) {
    const alone = await through(createBrotliCompress(options), [data]);
    const threads = await through(createBrotliCompress({ ...options, threads: 2 }), [data]);
    expect(threads.equals(alone)).toBe(true);
  }
});
