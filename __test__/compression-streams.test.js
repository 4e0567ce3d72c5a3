'use strict';

const zlib = require('node:zlib');
const { CompressionStream, DecompressionStream } = require('..');
const { lines, noise, pieces } = require('./support/data');
const { reported } = require('./support/program');
const { collect, nextTurn } = require('./support/streams');

/** The standard's formats, each with zlib's functions for it. */
const formats = [
  ['deflate', zlib.deflateSync, zlib.inflateSync],
  ['deflate-raw', zlib.deflateRawSync, zlib.inflateRawSync],
  ['gzip', zlib.gzipSync, zlib.gunzipSync],
  ['brotli', zlib.brotliCompressSync, zlib.brotliDecompressSync],
  ['zstd', zlib.zstdCompressSync, zlib.zstdDecompressSync],
];
const names = formats.map(([name]) => name);
const both = [CompressionStream, DecompressionStream].map((Class) => [Class.name, Class]);
// More than a block of any format.
const bytes = lines(8000);

/** Both ends of a stream, for a test that looks at each. */
function ends(stream) {
  const ends = { writer: stream.writable.getWriter(), reader: stream.readable.getReader() };
  for (const end of Object.values(ends)) end.closed.catch(() => {});
  return ends;
}

/** What comes out for these chunks. */
function through(stream, chunks) {
  const writer = stream.writable.getWriter();
  const ignored = chunks.map((chunk) => writer.write(chunk).catch(() => {}));
  writer.close().catch(() => {});
  return Promise.all([collect(stream.readable), ...ignored]).then(([output]) => output);
}

describe.each(formats)('%s', (format, encode, decode) => {
  // Node 20 cannot make it.
  const sample = encode ? encode(bytes) : undefined;

  test('comes back through both, in pieces of any size', async () => {
    for (const size of [1, 977, 65_536, bytes.length]) {
      const part = bytes.subarray(0, size * 3000);
      const source = new Blob(pieces(part, size)).stream();
      const web = source
        .pipeThrough(new CompressionStream(format))
        .pipeThrough(new DecompressionStream(format));
      expect((await collect(web)).equals(part)).toBe(true);
    }
  });

  test('is what node:zlib reads and writes', async () => {
    if (sample === undefined) return;
    expect(decode(await through(new CompressionStream(format), [bytes])).equals(bytes)).toBe(true);
    const decoded = await through(new DecompressionStream(format), pieces(sample, 100));
    expect(decoded.equals(bytes)).toBe(true);
  });

  test('nothing may follow the data, in the same chunk or in one of its own', async () => {
    const data = await through(new CompressionStream(format), [bytes]);
    for (const chunks of [[Buffer.concat([data, Buffer.of(0)])], [data, Buffer.of(0)]]) {
      const failing = through(new DecompressionStream(format), chunks);
      await expect(failing).rejects.toBeInstanceOf(TypeError);
    }
  });

  test('what was decoded before an error is read, and then the TypeError, on both sides', async () => {
    const data = await through(new CompressionStream(format), [bytes]);
    const { writer, reader } = ends(new DecompressionStream(format));
    writer.write(data.subarray(0, -1)).catch(() => {});
    const closing = writer.close();
    closing.catch(() => {});
    const parts = [];
    const error = await (async () => {
      for (;;) parts.push((await reader.read()).value);
    })().catch((reason) => reason);
    const decoded = Buffer.concat(parts);
    expect(decoded.length).toBeGreaterThan(0);
    expect(bytes.subarray(0, decoded.length).equals(decoded)).toBe(true);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause.code).toBe(error.code);
    await expect(closing).rejects.toBe(error);
    await expect(writer.closed).rejects.toBe(error);
    await expect(reader.closed).rejects.toBe(error);
  });

  test('an empty input is compressed, and not decompressed', async () => {
    const empty = await through(new CompressionStream(format), []);
    expect(await through(new DecompressionStream(format), [empty])).toHaveLength(0);
    const failing = through(new DecompressionStream(format), []);
    await expect(failing).rejects.toBeInstanceOf(TypeError);
  });

  test('gives plain Uint8Arrays, which share their memory with nobody', async () => {
    const stream = new CompressionStream(format);
    const { writer, reader } = ends(stream);
    writer.write(noise(300_000)).catch(() => {});
    writer.close().catch(() => {});
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      expect(Object.getPrototypeOf(step.value)).toBe(Uint8Array.prototype);
      expect(step.value.buffer.byteLength).toBe(step.value.byteLength);
    }
  });
});

test('gzip: a second member is trailing data, too', async () => {
  const members = Buffer.concat([zlib.gzipSync('one'), zlib.gzipSync('two')]);
  const failing = through(new DecompressionStream('gzip'), [members]);
  await expect(failing).rejects.toBeInstanceOf(TypeError);
});

describe.each(both)('%s', (name, Class) => {
  test.each([
    ['undefined', undefined, 'ERR_INVALID_ARG_TYPE'],
    ['null', null, 'ERR_STREAM_NULL_VALUES'],
    ['a number', 3.14, 'ERR_INVALID_ARG_TYPE'],
    ['a string', 'text', 'ERR_INVALID_ARG_TYPE'],
    ['an object', { byteLength: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['an array', [65], 'ERR_INVALID_ARG_TYPE'],
    ['shared memory', new SharedArrayBuffer(1), 'ERR_INVALID_ARG_TYPE'],
    ['a view of it', new Uint8Array(new SharedArrayBuffer(1)), 'ERR_INVALID_ARG_TYPE'],
  ])('%s is no chunk: a TypeError on both sides', async (_, chunk, code) => {
    const { writer, reader } = ends(new Class('gzip'));
    const reading = reader.read().catch((error) => error);
    const error = await writer.write(chunk).catch((reason) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.code).toBe(code);
    expect(await reading).toBe(error);
    await expect(writer.closed).rejects.toBe(error);
    await expect(writer.write(new Uint8Array(1))).rejects.toBe(error);
    expect(writer.desiredSize).toBe(null);
  });

  test('only the formats are taken, as strings', () => {
    for (const format of ['', 'GZIP', 'deflate_raw', 1, false, {}, null, undefined]) {
      const refusal = expect(() => new Class(format));
      refusal.toThrow(TypeError);
      refusal.toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
    }
    expect(() => new Class(Symbol('gzip'))).toThrow(TypeError);
    expect(() => Class('gzip')).toThrow(TypeError);
    const thrown = new Error('from toString');
    const format = {
      toString() {
        throw thrown;
      },
    };
    expect(() => new Class(format)).toThrow(thrown);
    for (const known of names) expect(new Class({ toString: () => known })).toBeInstanceOf(Class);
  });

  test('has the attributes that Web IDL wants', () => {
    expect(Class).toHaveLength(1);
    expect(Class.name).toBe(name);
    expect(Object.keys(Class.prototype)).toEqual(['readable', 'writable']);
    expect(Object.prototype.toString.call(new Class('gzip'))).toBe(`[object ${name}]`);
    const stream = new Class('gzip');
    expect(stream.readable).toBeInstanceOf(ReadableStream);
    expect(stream.writable).toBeInstanceOf(WritableStream);
    expect(stream.readable).toBe(stream.readable);
    expect(stream.writable).toBe(stream.writable);
    const [[, Other]] = both.filter(([, one]) => one !== Class);
    for (const key of ['readable', 'writable']) {
      const { get, set } = Object.getOwnPropertyDescriptor(Class.prototype, key);
      expect(set).toBe(undefined);
      expect(() => get.call({})).toThrow(TypeError);
      expect(() => get.call(new Other('gzip'))).toThrow(TypeError);
    }
  });

  test.each([[new Error('enough')], ['a string'], [0], [undefined]])(
    'abort(%p) and cancel() reach the other side with their reason',
    async (reason) => {
      const aborted = ends(new Class('gzip'));
      const reading = aborted.reader.read();
      reading.catch(() => {});
      await aborted.writer.abort(reason);
      await expect(reading).rejects.toBe(reason);
      await expect(aborted.reader.closed).rejects.toBe(reason);
      await expect(aborted.writer.closed).rejects.toBe(reason);

      const cancelled = ends(new Class('gzip'));
      await cancelled.reader.cancel(reason);
      await expect(cancelled.writer.closed).rejects.toBe(reason);
      await expect(cancelled.writer.write(new Uint8Array(1))).rejects.toBe(reason);
    },
  );
});

test('a chunk may be any view, or an ArrayBuffer, or empty', async () => {
  const { buffer } = new Uint8Array(Buffer.from('abcdefgh'));
  const views = [new DataView(buffer), new Float64Array(buffer), new Uint16Array(buffer, 2, 2)];
  const chunks = [buffer, ...views, new Uint8Array(0), new ArrayBuffer(0)];
  const output = await through(new CompressionStream('gzip'), chunks);
  expect(zlib.gunzipSync(output).toString()).toBe('abcdefghabcdefghabcdefghcdef');
});

test('a writer that obeys `ready` is held back by a reader that does not come', async () => {
  const stream = new CompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const chunks = pieces(noise(2_000_000), 16_384);
  let written = 0;
  // Until it has stood still for long, or the codec might only have been slow.
  for (let idle = 0; idle < 20 || written <= 65_536; idle += 1) {
    while (writer.desiredSize > 0) {
      idle = 0;
      expect(chunks).not.toHaveLength(0);
      written += chunks[0].length;
      writer.write(chunks.shift()).catch(() => {});
    }
    await nextTurn();
  }
  expect(written).toBeGreaterThan(65_536);
  // And released by one that does.
  const draining = collect(stream.readable);
  await writer.ready;
  expect(writer.desiredSize).toBeGreaterThan(0);
  await writer.abort();
  await draining.catch(() => {});
});

test('a bomb of 1000:1 behind a slow reader takes no more memory than the marks', async () => {
  const { grown, total } = await reported(`
    const bomb = require('node:zlib').gzipSync(Buffer.alloc(300e6), { level: 9 });
    const stream = new sluice.DecompressionStream('gzip');
    const writer = stream.writable.getWriter();
    const before = process.memoryUsage().rss;
    writer.write(bomb);
    writer.close();
    setTimeout(async () => {
      let total = 0;
      let grown = 0;
      for await (const chunk of stream.readable) {
        if (total < 10e6) await new Promise((resolve) => setTimeout(resolve, 5));
        else if (grown === 0) grown = process.memoryUsage().rss - before;
        total += chunk.length;
      }
      console.log(JSON.stringify({ grown, total }));
    }, 300);
  `);
  expect(total).toBe(300e6);
  expect(grown).toBeLessThan(40e6);
});
