'use strict';

// gzip(), gzipSync() and their like: what they take, give, throw and call back with, beside those of node:zlib.

const { promisify } = require('node:util');
const zlib = require('node:zlib');
const sluice = require('..');
const native = require('../binding.js');
const { allFormats, allTransforms, knownFormats, knownTransforms } = require('./support/codecs');
const { lines, noise } = require('./support/data');
const { thrown } = require('./support/streams');

const text = 'The quick brown fox jumps over the lazy dog. ';
const sizes = [0, 1, 100, 1024, 16_384, 65_535, 65_536, 65_537, 131_072, 1_000_000];

afterEach(() => jest.restoreAllMocks());

/** What a callback is given. */
const called = (run, ...args) =>
  new Promise((resolve) => run(...args, (...given) => resolve(given)));

const isDecoder = (name) => /^(Gunzip|Inflate|Unzip|.*Decompress)/.test(name);

const shown = (error) => error && { code: error.code, errno: error.errno, message: error.message };

describe.each(allFormats)('$name', ({ name, encodeSync, decodeSync }) => {
  const encode = promisify(sluice[encodeSync && nameOf(encodeSync)]);
  const decode = promisify(sluice[nameOf(decodeSync)]);

  function nameOf(run) {
    const found = Object.keys(sluice).find((key) => sluice[key] === run);
    return found.slice(0, -'Sync'.length);
  }

  test.each(sizes)('gives %d bytes back, within the call and by a callback', async (size) => {
    for (const bytes of [noise(size), lines(size / 20).subarray(0, size), Buffer.alloc(size)]) {
      const packed = encodeSync(bytes);
      expect(decodeSync(packed).equals(bytes)).toBe(true);
      expect((await decode(packed)).equals(bytes)).toBe(true);
      const other = await encode(bytes);
      expect(decodeSync(other).equals(bytes)).toBe(true);
    }
  });

  test('one call leaves nothing behind for the next', () => {
    const first = encodeSync(text);
    for (let i = 0; i < 20; i += 1) {
      expect(encodeSync(text).equals(first)).toBe(true);
      expect(encodeSync(text, {}).equals(first)).toBe(true);
      expect(encodeSync(noise(i * 1000)).length).toBeGreaterThan(0);
      expect(thrown(() => decodeSync(first.subarray(0, 9)))).toBeInstanceOf(Error);
      expect(thrown(() => decodeSync('x'))).toBeInstanceOf(Error);
      expect(String(decodeSync(first))).toBe(text);
      expect(String(decodeSync(first, { chunkSize: 64 }))).toBe(text);
    }
  });

  test('what is returned is not touched by later calls', () => {
    const outputs = Array.from({ length: 100 }, (_, i) => decodeSync(encodeSync(`${i} ${text}`)));
    expect(outputs.map(String)).toEqual(Array.from({ length: 100 }, (_, i) => `${i} ${text}`));
  });

  test('with info there is an engine, which is closed', async () => {
    const packed = encodeSync(text, { info: true });
    const results = [
      packed,
      await encode(text, { info: true }),
      decodeSync(packed.buffer, { info: true }),
      await decode(packed.buffer, { info: true }),
    ];
    const classes = results.map(({ engine }) => engine.constructor.name);
    const [encoder, , decoder] = classes;
    expect(classes).toEqual([encoder, encoder, decoder, decoder]);
    expect(encoder).not.toBe(decoder);
    for (const { buffer, engine } of results) {
      const input = buffer.equals(results[2].buffer) ? packed.buffer : text;
      expect(engine.bytesWritten).toBe(Buffer.byteLength(input));
      expect(engine).toMatchObject({ _closed: true, _handle: null });
    }
    expect(String(results[3].buffer)).toBe(text);
    expect(name).toBeTruthy();
  });
});

describe.each(knownFormats)('$name and node:zlib', ({ encodeSync, decodeSync, ...node }) => {
  test('read each other', () => {
    for (const bytes of [Buffer.from(text), noise(100_000), lines(5000), Buffer.alloc(0)]) {
      expect(node.zlibDecode(encodeSync(bytes)).equals(bytes)).toBe(true);
      expect(decodeSync(node.zlibEncode(bytes)).equals(bytes)).toBe(true);
    }
  });
});

/** The same bytes in everything that holds bytes. */
function inputs(bytes) {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return {
    Buffer: bytes,
    Uint8Array: new Uint8Array(buffer),
    Uint8ClampedArray: new Uint8ClampedArray(buffer),
    Int16Array: new Int16Array(buffer),
    Uint32Array: new Uint32Array(buffer),
    Float64Array: new Float64Array(buffer),
    BigInt64Array: new BigInt64Array(buffer),
    DataView: new DataView(buffer),
    ArrayBuffer: buffer,
    'a part of a Buffer': Buffer.concat([Buffer.from('x'), bytes, Buffer.from('x')]).subarray(
      1,
      -1,
    ),
    'a shared Uint8Array': new Uint8Array(shared),
    SharedArrayBuffer: shared,
  };
}

describe.each(allFormats)('$name takes', ({ encodeSync, decodeSync }) => {
  const bytes = Buffer.from(text.repeat(8));
  const decoded = (input) => String(decodeSync(input));
  const asyncOf = (run) =>
    sluice[
      Object.keys(sluice)
        .find((key) => sluice[key] === run)
        .slice(0, -'Sync'.length)
    ];

  test.each(Object.keys(inputs(bytes)))('%s', async (kind) => {
    const input = inputs(bytes)[kind];
    expect(decoded(encodeSync(input))).toBe(String(bytes));
    const [error, packed] = await called(asyncOf(encodeSync), input);
    expect(error).toBe(null);
    expect(decoded(packed)).toBe(String(bytes));
  });

  test('a string as UTF-8', () => {
    expect(decoded(encodeSync('ΩΩ µ \ud83d\ude00 \ud800'))).toBe('ΩΩ µ \ud83d\ude00 \ufffd');
  });
});

describe.each(knownTransforms)('$name', ({ name, run, runSync, zlibRun, zlibRunSync }) => {
  test.each([[undefined], [null], [true], [0], [5n], [{}], [[1]], [() => {}], [Symbol('s')]])(
    '%p is no input, as to Node',
    async (input) => {
      const ours = thrown(() => runSync(input));
      const theirs = thrown(() => zlibRunSync(input));
      expect([ours.name, shown(ours)]).toEqual([theirs.name, shown(theirs)]);
      expect(shown(thrown(() => run(input, () => {})))).toEqual(
        shown(thrown(() => zlibRun(input, () => {}))),
      );
    },
  );

  test.each([[undefined], [null], ['cb'], [{}]])('%p is no callback', (callback) => {
    for (const args of [
      [Buffer.alloc(1), callback],
      [Buffer.alloc(1), {}, callback],
    ]) {
      expect(shown(thrown(() => run(...args)))).toEqual(shown(thrown(() => zlibRun(...args))));
    }
  });

  test('options are checked before the callback, and that before the input', () => {
    const calls = [
      (f) => f(5, { chunkSize: 1 }, 'no callback'),
      (f) => f(5, {}, 'no callback'),
      (f) => f(5, {}, () => {}),
    ];
    for (const call of calls) {
      expect(shown(thrown(() => call(run)))).toEqual(shown(thrown(() => call(zlibRun))));
    }
    const sync = (f) => f(5, { chunkSize: 1 });
    expect(shown(thrown(() => sync(runSync)))).toEqual(shown(thrown(() => sync(zlibRunSync))));
  });

  test('returns nothing, calls back once, and not within the call', async () => {
    let calls = 0;
    const result = new Promise((resolve) => {
      expect(run('x', () => resolve((calls += 1)))).toBe(undefined);
    });
    expect(calls).toBe(0);
    await result;
    await new Promise(setImmediate);
    expect(calls).toBe(1);
  });

  if (!isDecoder(name)) return;

  test.each([
    ['text', Buffer.from('this is not compressed at all')],
    ['noise', noise(300)],
    ['zeros', Buffer.alloc(300)],
    ['nothing', Buffer.alloc(0)],
    ['a byte', Buffer.from([0x1f])],
  ])('%s is refused with the error of Node', async (_, input) => {
    const theirs = thrown(() => zlibRunSync(input));
    expect(shown(thrown(() => runSync(input)))).toEqual(shown(theirs));
    expect(shown(thrown(() => runSync(input, { info: true })))).toEqual(shown(theirs));
    const [ours, ...rest] = await called(run, input);
    expect(shown(ours) ?? undefined).toEqual(shown(theirs));
    if (theirs) expect(rest).toEqual([]);
  });
});

describe('a truncated input', () => {
  test.each(knownFormats)('$name: the error of Node, or what there is', async (format) => {
    const packed = format.zlibEncode(lines(500));
    const isZlib = ['gzip', 'deflate', 'deflateRaw'].includes(format.name);
    const finishFlush = isZlib ? zlib.constants.Z_SYNC_FLUSH : 1;
    for (const length of [1, 2, 5, 11, packed.length >> 1, packed.length - 1]) {
      const input = packed.subarray(0, length);
      const theirs = thrown(() => format.zlibDecode(input));
      expect([length, shown(thrown(() => format.decodeSync(input)))]).toEqual([
        length,
        shown(theirs),
      ]);
      const partial = format.decodeSync(input, { finishFlush });
      expect(partial.equals(format.zlibDecode(input, { finishFlush }))).toBe(true);
    }
  });
});

describe('bytes behind the end', () => {
  test.each(allFormats)(
    '$name: passed over, not counted, or refused',
    ({ encodeSync, decodeSync }) => {
      const packed = encodeSync(text);
      const input = Buffer.concat([packed, Buffer.alloc(10)]);
      const { buffer, engine } = decodeSync(input, { info: true });
      expect(String(buffer)).toBe(text);
      expect(engine.bytesWritten).toBe(packed.length);
      expect(thrown(() => decodeSync(input, { rejectGarbageAfterEnd: true }))).toMatchObject({
        name: 'TypeError',
        code: 'ERR_TRAILING_JUNK_AFTER_STREAM_END',
      });
      expect(String(decodeSync(packed, { rejectGarbageAfterEnd: true }))).toBe(text);
    },
  );
});

/** What a decoder says of 'x'. */
const refusals = { ZstdDecompress: 'ZSTD_error_prefix_unknown' };

test.each(allTransforms)(
  '$name opens no stream where it computes within the call',
  async ({ name, run, runSync }) => {
    const code = isDecoder(name) ? (refusals[name] ?? 'Z_BUF_ERROR') : undefined;
    const openCodec = jest.spyOn(native, 'openCodec');
    for (const options of [undefined, {}, { chunkSize: 64 }, { maxOutputLength: 100 }]) {
      expect(thrown(() => runSync('x', options))?.code).toBe(code);
    }
    expect(openCodec).not.toHaveBeenCalled();
    // With a callback it does, and is seen to.
    const [error] = await called(run, 'x');
    expect(error?.code).toBe(code);
    expect(openCodec).toHaveBeenCalledTimes(1);
  },
);
