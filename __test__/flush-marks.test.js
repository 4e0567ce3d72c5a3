'use strict';

// What can be read when a callback runs: all that came of what was written before, and for a flush nothing behind it.

const zlib = require('node:zlib');
const { constants, createDeflate, createGunzip, createGzip, createInflateRaw } = require('..');
const { allTransforms, formats, knownTransforms } = require('./support/codecs');
const { lines, noise, pieces } = require('./support/data');
const { reported } = require('./support/program');
const { closed, collect, destroyAfterEach, nextTurn, thrown, track } = require('./support/streams');

destroyAfterEach();

const { Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH } = constants;

/** All that a stream's read() gives now. */
function readAll(stream) {
  const chunks = [];
  for (let chunk; (chunk = stream.read()) !== null;) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('in the callback of a flush', () => {
  test.each(formats)('$name: what was written before can be read, and no more', async (format) => {
    const stream = track(format.encode());
    const parts = pieces(lines(300), 1500);
    const read = [];
    for (const part of parts) {
      stream.write(part);
      stream.flush(Z_SYNC_FLUSH, () => read.push(readAll(stream)));
    }
    stream.write('the last');
    await new Promise((resolve) => stream.flush(Z_SYNC_FLUSH, resolve));
    stream.end();
    read.push(await collect(stream));
    const options = { finishFlush: Z_SYNC_FLUSH };
    parts.forEach((_, i) => {
      const decoded = format.zlibDecode(Buffer.concat(read.slice(0, i + 1)), options);
      expect(decoded.equals(Buffer.concat(parts.slice(0, i + 1)))).toBe(true);
    });
    const all = Buffer.concat([...parts, Buffer.from('the last')]);
    expect(format.zlibDecode(Buffer.concat(read)).equals(all)).toBe(true);
  });

  test('a reader that flows gets the bytes before it', async () => {
    const stream = track(createGzip());
    const seen = [];
    stream.on('data', (chunk) => seen.push(chunk));
    for (const word of ['one ', 'two ', 'three']) {
      stream.write(word);
      stream.flush(Z_SYNC_FLUSH, () => {
        const text = zlib.gunzipSync(Buffer.concat(seen), { finishFlush: Z_SYNC_FLUSH });
        seen.word = [...(seen.word ?? []), String(text)];
      });
    }
    await new Promise((resolve) => stream.flush(resolve));
    expect(seen.word).toEqual(['one ', 'one two ', 'one two three']);
  });

  test('the last one before the end brings out the end too, as in Node', async () => {
    for (const create of [createGzip, zlib.createGzip]) {
      const stream = track(create());
      let read;
      stream.write(lines(200));
      stream.flush(Z_PARTIAL_FLUSH, () => {
        read = readAll(stream);
      });
      stream.end();
      await new Promise((resolve) => stream.on('finish', resolve));
      expect(zlib.gunzipSync(read).equals(lines(200))).toBe(true);
    }
  });

  test('one whose output a callback before it has thrown away gets the error', async () => {
    const stream = track(createGzip()).on('error', () => {});
    stream.resume().write('abc');
    stream.flush(() => stream.destroy(new Error('boo')));
    stream.write('q');
    const error = await new Promise((resolve) => stream.flush(resolve));
    expect(error?.message).toBe('boo');
  });

  test('a slow reader does not hold it back', async () => {
    const stream = track(createGzip({ level: 0 }));
    stream.write(noise(100_000));
    await new Promise((resolve) => stream.flush(resolve));
    expect(readAll(stream).length).toBeGreaterThan(100_000);
  });

  test('one that throws costs nobody the bytes behind it', async () => {
    const { errors, text } = await reported(`
      const errors = [];
      process.on('uncaughtException', ({ message }) => errors.push(message));
      const stream = sluice.createGzip();
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const text = String(sluice.gunzipSync(Buffer.concat(chunks)));
        console.log(JSON.stringify({ errors, text }));
      });
      stream.write('abc');
      stream.flush(() => {
        throw new Error('mine');
      });
      stream.write('def');
      stream.flush(() => {});
      stream.end();
    `);
    expect({ errors, text }).toEqual({ errors: ['mine'], text: 'abcdef' });
  });
});

describe('in the callback of a write', () => {
  test.each([100, 5000, 60_000])(
    'what a decoder made of its %d bytes can be read',
    async (size) => {
      const data = noise(size);
      const packed = zlib.deflateRawSync(data);
      for (let i = 0; i < 20; i += 1) {
        const stream = track(createInflateRaw());
        const read = new Promise((resolve) => {
          stream.write(packed, () => resolve(readAll(stream)));
        });
        expect((await read).equals(data)).toBe(true);
      }
    },
  );

  test('an encoder without compression has given the header, even before a flush', async () => {
    const stream = track(createDeflate({ level: 0 }));
    const read = await new Promise((resolve) => {
      stream.write('x', () => stream.flush(Z_NO_FLUSH, () => resolve(stream.read())));
    });
    expect(read).toEqual(Buffer.from([0x78, 0x01]));
  });
});

describe('kinds of flush', () => {
  test.each(knownTransforms)('$name refuses what Node 26 refuses', ({ name, create }) => {
    const most = name.startsWith('Brotli') ? 3 : name.startsWith('Zstd') ? 2 : 5;
    const range = `It must be >= 0 and <= ${most}`;
    for (const kind of [-1, most + 1, 1e9]) {
      const message = `The value of "kind" is out of range. ${range}. Received ${kind}`;
      const error = thrown(() => track(create()).flush(kind));
      expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE', message });
    }
    for (const kind of ['2', null, {}, 1.5]) {
      const error = thrown(() => track(create()).flush(kind));
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    }
  });

  test.each(allTransforms)('$name takes each of its own', async ({ name, create }) => {
    const most = name.startsWith('Brotli') ? 3 : name.startsWith('Zstd') ? 2 : 5;
    for (const kind of [undefined, NaN, ...Array.from({ length: most + 1 }, (_, i) => i)]) {
      const stream = track(create()).resume();
      stream.on('error', () => {});
      await new Promise((resolve) => stream.flush(kind, resolve));
      stream.destroy();
    }
  });

  test('Z_FINISH ends the compressed data, and not the stream', async () => {
    const stream = track(createGzip());
    stream.write('abc');
    const read = await new Promise((resolve) => {
      stream.flush(constants.Z_FINISH, () => resolve(readAll(stream)));
    });
    expect(zlib.gunzipSync(read).toString()).toBe('abc');
    expect(stream.writableEnded).toBe(false);
  });
});

describe('the option flush', () => {
  test.each(formats)('$name: behind every write', async (format) => {
    const stream = track(format.encode({ flush: Z_SYNC_FLUSH }));
    const read = [];
    const parts = ['one ', 'two ', '', 'three'];
    for (const part of parts) {
      await new Promise((resolve) => stream.write(part, resolve));
      read.push(readAll(stream));
      const options = { finishFlush: Z_SYNC_FLUSH };
      const decoded = format.zlibDecode(Buffer.concat(read), options).toString();
      expect(decoded).toBe(parts.slice(0, read.length).join(''));
    }
    stream.end('!');
    read.push(await collect(stream));
    expect(format.zlibDecode(Buffer.concat(read)).toString()).toBe('one two three!');
  });

  test('of brotli and zstd too, by their own numbers', async () => {
    for (const { name, create } of allTransforms.filter((one) => /[di]Compress$/.test(one.name))) {
      const stream = track(create({ flush: 1 }));
      await new Promise((resolve) => stream.write('some text', resolve));
      expect([name, readAll(stream).length > 9]).toEqual([name, true]);
    }
  });

  test('and finishFlush: a decoder that is not strict about the end', async () => {
    const packed = zlib.gzipSync(lines(1000));
    const options = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
    const stream = track(createGunzip(options));
    const output = collect(stream);
    stream.end(packed.subarray(0, -20));
    expect((await output).equals(zlib.gunzipSync(packed.subarray(0, -20), options))).toBe(true);
  });
});

describe('flush() on a stream', () => {
  test('that is destroyed calls back with an error, as in Node', async () => {
    for (const create of [createGzip, zlib.createGzip]) {
      const stream = track(create().on('error', () => {})).destroy();
      const error = await new Promise((resolve) => stream.flush(resolve));
      expect(error).toMatchObject({ code: 'ERR_STREAM_DESTROYED' });
    }
  });

  test("that is ended calls back at 'end', one that has finished in a tick", async () => {
    const stream = track(createGzip({ autoDestroy: false }));
    const seen = [];
    stream.on('end', () => seen.push('end'));
    stream.end('x');
    stream.flush(() => seen.push('flushed'));
    await nextTurn();
    expect(seen).toEqual([]);
    stream.resume();
    await new Promise((resolve) => stream.on('end', resolve));
    stream.flush(() => seen.push('again'));
    await nextTurn();
    expect(seen).toEqual(['end', 'flushed', 'again']);
    stream.destroy();
    await closed(stream);
  });
});
