'use strict';

// Compression by several threads: the option, the bytes, and what a program sees of it.

const zlib = require('node:zlib');
const fc = require('fast-check');
const { createGzip, deflateRawSync, gunzipSync, gzipSync } = require('..');
const { formats } = require('./support/codecs');
const { lines, noise, pieces } = require('./support/data');
const {
  closed,
  collect,
  destroyAfterEach,
  settled,
  through,
  thrown,
  track,
} = require('./support/streams');

destroyAfterEach();

const KIB = 1024;
/** Several blocks of text, of noise, and of text that is like the first. */
const data = Buffer.concat([lines(16_000), noise(300_000), lines(5000)]);

describe('the option', () => {
  test.each(['auto', undefined, 1, 2, 1000, Number.MAX_SAFE_INTEGER, 1e300])(
    'may be %p',
    (threads) => {
      expect(thrown(() => track(createGzip({ threads })))).toBeUndefined();
    },
  );

  test.each([
    [0, 'ERR_OUT_OF_RANGE'],
    [-1, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [NaN, 'ERR_OUT_OF_RANGE'],
    [Infinity, 'ERR_OUT_OF_RANGE'],
    ['2', 'ERR_INVALID_ARG_TYPE'],
    ['', 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
    [true, 'ERR_INVALID_ARG_TYPE'],
    [2n, 'ERR_INVALID_ARG_TYPE'],
  ])('may not be %p', (threads, code) => {
    expect(thrown(() => createGzip({ threads }))).toMatchObject({ code });
  });
});

describe.each(formats)('$name', ({ encode, encodeSync, zlibDecode }) => {
  test.each([1, 6, 9])('level %p gives the same bytes, whoever makes them', async (level) => {
    const alone = encodeSync(data, { level });
    expect(zlibDecode(alone).equals(data)).toBe(true);
    for (const [threads, size] of [
      [1, 100_000],
      [2, 10_000],
      ['auto', data.length],
    ]) {
      const output = await through(encode({ level, threads }), pieces(data, size));
      expect(output.equals(alone)).toBe(true);
    }
  });

  test('is at most 1 % larger than that of Node', async () => {
    for (const level of [1, 6, 9]) {
      const ours = await through(encode({ level }), [data]);
      const name = encode().constructor.name.replace(/^./, (letter) => letter.toLowerCase());
      expect(ours.length).toBeLessThan(zlib[`${name}Sync`](data, { level }).length * 1.01);
    }
  });
});

test('many streams at once give the bytes of one', async () => {
  const alone = gzipSync(data);
  const streams = Array.from({ length: 20 }, () => through(createGzip(), pieces(data, 64 * KIB)));
  for (const output of await Promise.all(streams)) expect(output.equals(alone)).toBe(true);
});

test('a flush brings out all that was written', async () => {
  const gzip = track(createGzip());
  const output = [];
  gzip.on('data', (chunk) => output.push(chunk));
  for (const part of pieces(data, 900_000)) {
    gzip.write(part);
    await new Promise((resolve) => gzip.flush(resolve));
    const finishFlush = zlib.constants.Z_SYNC_FLUSH;
    const decoded = zlib.gunzipSync(Buffer.concat(output), { finishFlush });
    expect(decoded.length).toBe(gzip.bytesWritten);
    expect(decoded.equals(data.subarray(0, decoded.length))).toBe(true);
  }
});

test('params() and reset() hold their place among the blocks', async () => {
  const gzip = track(createGzip({ level: 9 }));
  const reading = collect(gzip);
  // Consumed are those that are gathered into blocks.
  await new Promise((resolve) => gzip.write(data, resolve));
  gzip.reset();
  gzip.write(data);
  gzip.params(0, 0, () => gzip.end(data));
  // What came before the reset is another stream, cut short.
  const output = await reading;
  const start = output.lastIndexOf(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]));
  expect(zlib.gunzipSync(output.subarray(start)).equals(Buffer.concat([data, data]))).toBe(true);
});

test('a reader that stops stops it, with no more than a few blocks taken', async () => {
  // Of few different bytes in any order: it takes long, and with the lead the first block fills the reader's buffer.
  const block = 256 * KIB;
  const bytes = Buffer.concat([data.subarray(0, block), noise(20 * block).map((byte) => byte & 7)]);
  const taken = async (threads) => {
    const gzip = track(createGzip({ level: 9, threads }));
    gzip.write(bytes);
    await settled(gzip);
    expect(gzip.bytesWritten + gzip.writableLength).toBe(bytes.length);
    expect(gzip.pressure.readable.buffered).toBeLessThanOrEqual(gzip.readableHighWaterMark);
    return gzip.bytesWritten / block;
  };
  // A stream that has no other threads compresses a block before it gathers the next.
  const one = await taken(1);
  expect(one).toBeGreaterThan(1);
  expect(one).toBeLessThanOrEqual(1 + 1 + 1);
  // The lead, a block for each thread, two to be ready for them, the one that is handed out, and the next.
  expect(await taken(2)).toBeLessThanOrEqual(1 + 2 + 2 + 1 + 1);
});

test('it can be destroyed at any moment', async () => {
  for (let i = 0; i < 40; i += 1) {
    const gzip = track(createGzip({ level: (i % 9) + 1 }));
    gzip.resume();
    for (let n = 0; n < i % 5; n += 1) gzip.write(data);
    if (i % 3 === 0) gzip.end();
    if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, i % 7));
    gzip.destroy();
    if (!gzip.closed) await closed(gzip);
    expect(gzip.errored).toBeNull();
  }
});

test('a small window holds across the blocks', () => {
  // node:zlib holds a distance against the window only where it reaches behind what the same call put out.
  const decode = (packed) => zlib.inflateRawSync(packed, { windowBits: 9, chunkSize: 64 });
  expect(decode(deflateRawSync(data, { windowBits: 9 })).equals(data)).toBe(true);
  expect(thrown(() => decode(deflateRawSync(data)))).toMatchObject({ code: 'Z_DATA_ERROR' });
});

test('the platform decodes it, and finds one member', async () => {
  const output = await through(createGzip(), pieces(data, 100_000));
  const stream = new Blob([output]).stream().pipeThrough(new DecompressionStream('gzip'));
  expect(Buffer.from(await new Response(stream).arrayBuffer()).equals(data)).toBe(true);
  // Of a member it reads the first alone.
  const { buffer, engine } = gunzipSync(output, { members: 'first', info: true });
  expect(buffer.length).toBe(data.length);
  expect(engine.rest).toHaveLength(0);
});

/** Something to do with a stream, in order with the rest. */
const operations = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 700_000 }) }) },
    { weight: 2, arbitrary: fc.record({ flush: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ level: fc.integer({ min: 0, max: 9 }) }) },
  ),
  { minLength: 1, maxLength: 10 },
);

const { Z_BLOCK, Z_FULL_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH } = zlib.constants;
const kinds = [Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK, Z_SYNC_FLUSH];

test('whatever was done, node:zlib decodes it, and gets the same bytes of any number of threads', async () => {
  const run = async (todo, options, encode) => {
    const stream = encode(options);
    const reading = collect(stream);
    let at = 0;
    for (const { write, flush, level } of todo) {
      if (write !== undefined) {
        stream.write(data.subarray(at, at + write));
        at = Math.min(at + write, data.length);
      } else if (flush !== undefined) {
        stream.flush(kinds[flush - 1]);
      } else {
        await new Promise((resolve) => stream.params(level, 0, resolve));
      }
    }
    stream.end();
    return { output: await reading, written: data.subarray(0, at) };
  };
  const property = fc.asyncProperty(
    operations,
    fc.constantFrom(...formats),
    fc.constantFrom(1, 6, 9),
    async (todo, { encode, zlibDecode }, level) => {
      const { output, written } = await run(todo, { level, threads: 1 }, encode);
      expect(zlibDecode(output).equals(written)).toBe(true);
      for (const threads of [2, 3]) {
        const again = await run(todo, { level, threads }, encode);
        expect(again.output.equals(output)).toBe(true);
      }
    },
  );
  await fc.assert(property, { numRuns: 12 });
});
