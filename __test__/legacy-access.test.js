'use strict';

// What packages use of node:zlib that its documentation does not name.

const { EventEmitter } = require('node:events');
const { inherits } = require('node:util');
const zlib = require('node:zlib');
const sluice = require('..');
const { allFormats, knownTransforms } = require('./support/codecs');
const { lines, noise, pieces } = require('./support/data');
const { closed, collect, destroyAfterEach, nextTurn, thrown, track } = require('./support/streams');

destroyAfterEach();

const { Z_FINISH, Z_NO_FLUSH, Z_SYNC_FLUSH } = sluice.constants;
const text = lines(500);

describe('_processChunk() without a callback', () => {
  test.each(allFormats)('$name: computes within the call, and closes', async (format) => {
    const { encode, decode, name } = format;
    const finish = ['brotli', 'zstd'].includes(name) ? 2 : Z_FINISH;
    const encoder = track(encode());
    const packed = encoder._processChunk(text, finish);
    expect(format.decodeSync(packed).equals(text)).toBe(true);
    expect(encoder.bytesWritten).toBe(text.length);
    expect(encoder).toMatchObject({ _closed: true, _handle: null, destroyed: false });
    const decoder = track(decode());
    const events = [];
    for (const event of ['close', 'end', 'finish', 'error']) {
      decoder.on(event, () => events.push(event));
    }
    expect(decoder._processChunk(packed, finish).equals(text)).toBe(true);
    await nextTurn();
    expect(events).toEqual([]);
    expect(thrown(() => decoder._processChunk(packed, finish))).toBeInstanceOf(Error);
  });

  test('throws what a stream would fail with', async () => {
    for (const create of [sluice.createGunzip, zlib.createGunzip]) {
      const stream = track(create());
      const error = thrown(() => stream._processChunk(Buffer.from('no gzip'), Z_FINISH));
      expect(error).toMatchObject({ code: 'Z_DATA_ERROR', errno: -3 });
      expect(stream._closed).toBe(true);
      // The listener that it leaves is for this.
      await closed(stream);
    }
    const limited = track(sluice.createGunzip({ maxOutputLength: 10 }));
    const packed = zlib.gzipSync(text);
    expect(thrown(() => limited._processChunk(packed, Z_FINISH))).toMatchObject({
      code: 'ERR_BUFFER_TOO_LARGE',
    });
  });

  test('with the handle kept open, as minizlib does, takes one chunk after the other', () => {
    const run = (stream, chunk, kind) => {
      const handle = stream._handle;
      const { close } = handle;
      handle.close = () => {};
      try {
        return stream._processChunk(chunk, kind);
      } finally {
        stream._handle = handle;
        handle.close = close;
        stream.removeAllListeners('error');
      }
    };
    for (const { encode, decode, zlibDecode } of allFormats.slice(0, 3)) {
      const encoder = track(encode());
      const parts = pieces(text, 3000);
      const packed = parts.map((part) => run(encoder, part, Z_NO_FLUSH));
      packed.push(run(encoder, Buffer.alloc(0), Z_SYNC_FLUSH));
      const flush = encoder.flush;
      encoder.flush = (kind, callback) => {
        packed.push(run(encoder, Buffer.alloc(0), kind));
        callback();
      };
      encoder.params(0, 0, () => {});
      encoder.flush = flush;
      expect(encoder._level).toBe(0);
      packed.push(run(encoder, noise(5000), Z_NO_FLUSH), run(encoder, Buffer.alloc(0), Z_FINISH));
      const all = Buffer.concat([text, noise(5000)]);
      expect(zlibDecode(Buffer.concat(packed)).equals(all)).toBe(true);
      const decoder = track(decode());
      const unpacked = pieces(Buffer.concat(packed), 1000).map((part) =>
        run(decoder, part, Z_NO_FLUSH),
      );
      expect(Buffer.concat(unpacked).equals(all)).toBe(true);
      decoder.reset();
      expect(run(decoder, Buffer.concat(packed), Z_FINISH).equals(all)).toBe(true);
      decoder._handle.close();
    }
  });
});

test('_processChunk() with a callback is a write and a flush', async () => {
  const stream = track(sluice.createGzip());
  await new Promise((resolve) => stream._processChunk(text, Z_SYNC_FLUSH, resolve));
  stream.end();
  expect(zlib.gunzipSync(await collect(stream)).equals(text)).toBe(true);
  await new Promise((resolve) => stream._processChunk(text, Z_SYNC_FLUSH, resolve));
});

describe('_handle', () => {
  test.each(knownTransforms)(
    '$name: null once it is closed, as in Node',
    async ({ create, zlibCreate }) => {
      for (const make of [create, zlibCreate]) {
        const stream = track(make());
        expect(stream._closed).toBe(false);
        expect(stream._handle).toBeInstanceOf(Object.getPrototypeOf(stream._handle).constructor);
        expect(typeof stream._handle.close).toBe('function');
        stream.destroy();
        expect([stream._closed, stream._handle]).toEqual([true, null]);
        await closed(stream);
      }
    },
  );

  test('is null when an error is told', async () => {
    const stream = track(sluice.createInflate());
    stream.write('not compressed');
    await new Promise((resolve) => stream.on('error', resolve));
    expect(stream._closed).toBe(true);
    stream.close();
  });

  test('writeSync() decodes as much as there is room for, as pngjs has it', () => {
    const decode = (create, input, size) => {
      const stream = track(create({ chunkSize: size }));
      let [at, left] = [0, input.length];
      const output = [];
      for (;;) {
        const room = Buffer.alloc(stream._chunkSize);
        stream._handle.writeSync(Z_FINISH, input, at, left, room, 0, room.length);
        const [outLeft, inLeft] = stream._writeState;
        output.push(room.subarray(0, room.length - outLeft));
        at += left - inLeft;
        left = inLeft;
        if (outLeft > 0) break;
      }
      stream._handle.close();
      stream._handle = null;
      return [Buffer.concat(output), left];
    };
    for (const size of [64, 1000, 100_000]) {
      const input = Buffer.concat([zlib.deflateSync(text), Buffer.from('rest')]);
      const [bytes, left] = decode(sluice.createInflate, input, size);
      expect(bytes.equals(text)).toBe(true);
      const [theirs, theirsLeft] = decode(zlib.createInflate, input, size);
      expect(theirs.equals(bytes)).toBe(true);
      expect(left).toBe(theirsLeft);
    }
  });

  test('writeSync() of bad data destroys the stream', async () => {
    const stream = track(sluice.createInflate());
    const error = new Promise((resolve) => stream.on('error', resolve));
    stream._handle.writeSync(Z_FINISH, Buffer.from('bad data'), 0, 8, Buffer.alloc(64), 0, 64);
    expect(await error).toMatchObject({ code: 'Z_DATA_ERROR' });
  });
});

test('the fields that Node sets are there, with its values', () => {
  const options = { chunkSize: 1000, level: 3, strategy: 2, flush: 2, finishFlush: 3, info: true };
  for (const field of [
    '_chunkSize',
    '_level',
    '_strategy',
    '_defaultFlushFlag',
    '_finishFlushFlag',
    '_info',
    '_outOffset',
  ]) {
    const ours = track(sluice.createGzip(options))[field];
    expect([field, ours]).toEqual([field, track(zlib.createGzip(options))[field]]);
  }
  const stream = track(sluice.createGzip({ chunkSize: 1000 }));
  expect(stream._outBuffer).toHaveLength(1000);
  expect(stream._writeState.constructor.name).toBe('Uint32Array');
});

test('a class made by util.inherits around a stream of ours works, as in old packages', async () => {
  function Wrapper() {
    sluice.Deflate.call(this, { level: 1 });
    EventEmitter.call(this);
  }
  inherits(Wrapper, sluice.Deflate);
  const stream = track(new Wrapper());
  stream.end('text');
  expect(zlib.inflateSync(await collect(stream)).toString()).toBe('text');
});
