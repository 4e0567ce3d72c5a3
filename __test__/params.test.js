'use strict';

const zlib = require('node:zlib');
const sluice = require('..');
const { constants, createDeflate, createGzip } = sluice;
const { formats, transforms } = require('./support/codecs');
const { lines, noise } = require('./support/data');
const { closed, collect, destroyAfterEach, nextTurn, thrown, track } = require('./support/streams');

destroyAfterEach();

const { Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE } = constants;
const set = (stream, level, strategy) =>
  new Promise((resolve) => stream.params(level, strategy, resolve));

describe.each(formats)('$name', ({ encode, zlibDecode }) => {
  test('changes level and strategy between two writes, and the bytes are the same', async () => {
    const stream = track(encode({ level: 1 }));
    const output = collect(stream);
    const parts = [lines(2000), noise(50_000), lines(3000), Buffer.alloc(100_000), lines(10)];
    const settings = [9, 0, 6, 1, -1].map((level, i) => [level, i % 5]);
    for (const [i, part] of parts.entries()) {
      stream.write(part);
      await set(stream, ...settings[i]);
      expect([stream._level, stream._strategy]).toEqual(settings[i]);
    }
    stream.end('end');
    expect(zlibDecode(await output).equals(Buffer.concat([...parts, Buffer.from('end')]))).toBe(
      true,
    );
  });

  test('takes its place among the bytes, also of those that nobody waits for', async () => {
    const text = lines(3000);
    const size = async (program) => {
      const stream = track(encode({ level: 0 }));
      const output = collect(stream);
      program(stream);
      stream.end();
      const bytes = await output;
      expect(zlibDecode(bytes).equals(Buffer.concat([text, text]))).toBe(true);
      return bytes.length;
    };
    const stored = await size((s) => {
      s.write(text);
      s.write(text);
    });
    const half = await size((s) => {
      s.write(text);
      s.params(9, Z_DEFAULT_STRATEGY, () => {});
      s.write(text);
    });
    expect(half).toBeGreaterThan(stored / 2);
    expect(half).toBeLessThan(stored * 0.8);
  });
});

test('what it brings out can be read in its callback, and no more', async () => {
  const stream = track(createDeflate({ level: 9 }));
  stream.write(lines(100));
  const read = new Promise((resolve) =>
    stream.params(0, Z_DEFAULT_STRATEGY, () => resolve(stream.read())),
  );
  stream.write(Buffer.alloc(100_000));
  const flushed = zlib.inflateSync(await read, { finishFlush: constants.Z_SYNC_FLUSH });
  expect(flushed.equals(lines(100))).toBe(true);
});

test('the strategies make a difference, and are read by zlib', async () => {
  const data = Buffer.concat([lines(1000), Buffer.alloc(10_000)]);
  const sizes = new Set();
  for (const strategy of [Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, constants.Z_FIXED]) {
    const stream = track(createGzip());
    const output = collect(stream);
    await set(stream, 6, strategy);
    stream.end(data);
    const bytes = await output;
    expect(zlib.gunzipSync(bytes).equals(data)).toBe(true);
    sizes.add(bytes.length);
  }
  expect(sizes.size).toBe(4);
});

describe('the same as before', () => {
  test('calls back in a tick, without a flush', async () => {
    const stream = track(createGzip());
    stream.write('abc');
    const seen = [];
    stream.params(-1, 0, () => seen.push('params'));
    process.nextTick(() => seen.push('tick'));
    await nextTurn();
    expect(seen).toEqual(['params', 'tick']);
  });

  test('without a callback it throws, as in Node', () => {
    const error = thrown(() => track(createGzip()).params(-1, 0));
    expect(error).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      message: thrown(() => track(zlib.createGzip()).params(-1, 0)).message,
    });
  });
});

describe.each(transforms)('$name', ({ create, zlibCreate }) => {
  test('refuses what Node refuses', () => {
    for (const args of [
      ['x', 0],
      [null, 0],
      [10, 0],
      [-2, 0],
      [Infinity, 0],
      [1, 'x'],
      [1, 5],
      [1, -1],
      [1, null],
      [1, -Infinity],
      [99, 99],
    ]) {
      const theirs = thrown(() => track(zlibCreate()).params(...args));
      const { name, code, message } = theirs;
      expect(thrown(() => track(create()).params(...args))).toMatchObject({ name, code, message });
    }
  });

  test('without a number, where Node aborts, what was set stays', async () => {
    const stream = track(create({ level: 5 }));
    await set(stream, undefined, 1);
    expect([stream._level, stream._strategy]).toEqual([5, 1]);
    await set(stream, 7, NaN);
    expect([stream._level, stream._strategy]).toEqual([7, 1]);
  });
});

describe('on a stream', () => {
  test('that is ended, it calls back once that is done', async () => {
    const stream = track(createGzip()).resume();
    stream.end('abc');
    await set(stream, 9, 1);
    expect([stream._level, stream._strategy]).toEqual([9, 1]);
  });

  test.each(['Deflate', 'DeflateRaw', 'Gzip'])(
    'of %s that is ended, it fails where zlib would have to flush, as in Node',
    async (name) => {
      const outcome = async (lib, level, strategy) => {
        const stream = track(lib[`create${name}`]({ autoDestroy: false }));
        const failed = new Promise((resolve) => stream.once('error', resolve));
        stream.resume().end('abc');
        const done = new Promise((resolve) => stream.params(level, strategy, resolve));
        const { code, errno, message } = (await Promise.race([failed, done])) ?? {};
        return { code, errno, message };
      };
      for (const settings of [
        ...[0, 1, 3, 4, 5, 9].map((level) => [level, Z_DEFAULT_STRATEGY]),
        ...[-1, 3, 6].map((level) => [level, Z_RLE]),
      ]) {
        const theirs = await outcome(zlib, ...settings);
        expect([...settings, await outcome(sluice, ...settings)]).toEqual([...settings, theirs]);
      }
    },
  );

  test('of deflate that is ended, the callback gets that error, too', async () => {
    const stream = track(sluice.createDeflate()).on('error', () => {});
    stream.resume().end('abc');
    expect(await set(stream, 9, Z_RLE)).toMatchObject({ code: 'Z_STREAM_ERROR' });
    expect(stream.destroyed).toBe(true);
  });

  test('that has finished, it calls back too', async () => {
    const stream = track(createGzip({ autoDestroy: false }));
    stream.resume().end('abc');
    await new Promise((resolve) => stream.on('end', resolve));
    await set(stream, 9, 1);
    expect(stream._level).toBe(9);
  });

  test('that is closed, it throws', async () => {
    const stream = track(createGzip()).resume();
    stream.end('abc');
    await closed(stream);
    const error = thrown(() => stream.params(9, 1, () => {}));
    expect(error).toMatchObject({ code: 'ERR_INTERNAL_ASSERTION' });
    expect(error.message).toContain('zlib binding closed');
  });

  test('that is destroyed while it waits, it calls back with an error', async () => {
    const stream = track(createGzip({ level: 0, readableHighWaterMark: 1000 }));
    stream.write(noise(500_000));
    const error = set(stream, 9, 1);
    stream.destroy();
    expect(await error).toMatchObject({ code: 'ERR_STREAM_DESTROYED' });
    expect(stream._level).toBe(0);
  });

  test('of brotli it is there, as in Node, and zstd has none', () => {
    expect(typeof track(sluice.createBrotliCompress()).params).toBe('function');
    expect(track(sluice.createZstdCompress()).params).toBe(undefined);
  });
});
