'use strict';

const { PassThrough, Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const sluice = require('..');
const { allFormats, knownTransforms } = require('./support/codecs');
const { noise, pieces } = require('./support/data');
const { collect, destroyAfterEach, failure, thrown, track } = require('./support/streams');

destroyAfterEach();

const tooLarge = (limit) => ({
  name: 'RangeError',
  code: 'ERR_BUFFER_TOO_LARGE',
  message: `Cannot create a Buffer larger than ${limit} bytes`,
});

/** What a stream gives until its error. */
async function untilError(stream, bytes, size = Infinity) {
  const chunks = [];
  track(stream).on('data', (chunk) => chunks.push(chunk));
  const error = failure(stream);
  for (const piece of pieces(bytes, size)) stream.write(piece);
  stream.end();
  return { error: await error, output: Buffer.concat(chunks) };
}

describe.each(allFormats)('$name', ({ name, encode, decode, encodeSync, decodeSync }) => {
  const zeros = Buffer.alloc(3_000_000);
  const bomb = encodeSync(zeros);

  describe('maxOutputLength', () => {
    test.each([1, 100, 65_536, 1_000_000])(
      '%d: a stream fails behind so many bytes',
      async (limit) => {
        const options = { maxOutputLength: limit };
        for (const size of [Infinity, 500]) {
          const { error, output } = await untilError(decode(options), bomb, size);
          expect(error).toMatchObject(tooLarge(limit));
          expect(output.equals(zeros.subarray(0, limit))).toBe(true);
        }
      },
    );

    test('of exactly as much, and of an encoder, and of one-shot functions', async () => {
      const exact = track(decode({ maxOutputLength: zeros.length }));
      exact.end(bomb);
      expect((await collect(exact)).length).toBe(zeros.length);
      const bytes = noise(100_000);
      const { error } = await untilError(encode({ maxOutputLength: 50_000 }), bytes);
      expect(error).toMatchObject(tooLarge(50_000));
      const length = encodeSync(bytes).length;
      expect(encodeSync(bytes, { maxOutputLength: length }).length).toBe(length);
      expect(thrown(() => encodeSync(bytes, { maxOutputLength: length - 1 }))).toMatchObject(
        tooLarge(length - 1),
      );
    });

    test('stops the codec at the limit, not behind all of its output', () => {
      // A gigabyte: a codec that went on would take seconds, and the memory.
      const giant = hugeBomb(name);
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 3; i += 1) {
        const error = thrown(() => decodeSync(giant, { maxOutputLength: 10_000_000 }));
        expect(error).toMatchObject(tooLarge(10_000_000));
      }
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    });
  });

  describe('maxOutputRatio', () => {
    test.each([1, 10, 99.5])('%d: a bomb fails, behind 64 KiB at least', async (ratio) => {
      const { error, output } = await untilError(decode({ maxOutputRatio: ratio }), bomb);
      expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_BUFFER_TOO_LARGE' });
      expect(output.length).toBeGreaterThanOrEqual(65_536);
      expect(output.length).toBeLessThanOrEqual(Math.max(65_536, bomb.length * ratio));
      expect(output.equals(zeros.subarray(0, output.length))).toBe(true);
      expect(thrown(() => decodeSync(bomb, { maxOutputRatio: ratio }))).toMatchObject({
        code: 'ERR_BUFFER_TOO_LARGE',
      });
    });

    test('what is within it, or below 64 KiB, is no bomb', async () => {
      const small = encodeSync(Buffer.alloc(65_536));
      expect(decodeSync(small, { maxOutputRatio: 1 }).length).toBe(65_536);
      const plain = noise(500_000);
      const stream = track(decode({ maxOutputRatio: 1.01 }));
      stream.end(encodeSync(plain));
      expect((await collect(stream)).equals(plain)).toBe(true);
      const ratio = zeros.length / bomb.length;
      expect(decodeSync(bomb, { maxOutputRatio: ratio * 1.01 }).length).toBe(zeros.length);
    });
  });

  test('pipeline() rejects with it', async () => {
    const source = Readable.from(pieces(bomb, 100));
    const target = new PassThrough().resume();
    const limited = decode({ maxOutputLength: 1000 });
    await expect(pipeline(source, limited, target)).rejects.toMatchObject(tooLarge(1000));
  });

  test('a callback is given it, and nothing else', async () => {
    const run = Object.keys(sluice).find((key) => sluice[key] === decodeSync);
    const given = await new Promise((resolve) =>
      sluice[run.slice(0, -'Sync'.length)](bomb, { maxOutputLength: 1000 }, (...args) =>
        resolve(args),
      ),
    );
    expect(given).toEqual([expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' })]);
  });
});

test.each(
  knownTransforms.filter(({ name }) => /^(Gunzip|Inflate|InflateRaw|BrotliD|ZstdD)/.test(name)),
)(
  '$name: the error of node:zlib, from the one-shot functions',
  ({ name, runSync, zlibRunSync }) => {
    const encode = allFormats.find(({ decode }) => decode === sluice[`create${name}`]).encodeSync;
    const packed = encode(Buffer.alloc(1000));
    for (const maxOutputLength of [1, 999]) {
      const theirs = thrown(() => zlibRunSync(packed, { maxOutputLength }));
      const { name: kind, code, message } = theirs;
      const ours = thrown(() => runSync(packed, { maxOutputLength }));
      expect(ours).toMatchObject({ name: kind, code, message });
    }
    expect(runSync(packed, { maxOutputLength: 1000 }).length).toBe(1000);
  },
);

/** A gigabyte of zeros, compressed. */
function hugeBomb(name) {
  const { encodeSync } = allFormats.find((format) => format.name === name);
  const part = Buffer.alloc(1 << 24);
  if (name === 'gzip') return Buffer.concat(Array(64).fill(encodeSync(part)));
  if (name === 'zstd') return Buffer.concat(Array(64).fill(encodeSync(part)));
  return encodeSync(Buffer.alloc(1 << 28));
}
