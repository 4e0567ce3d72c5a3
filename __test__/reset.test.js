'use strict';

const { once } = require('node:events');
const zlib = require('node:zlib');
const { createDeflate, createGunzip, createGzip } = require('..');
const { allFormats, allTransforms } = require('./support/codecs');
const { lines, noise, pieces } = require('./support/data');
const { collect, destroyAfterEach, failure, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const flush = (stream) => new Promise((resolve) => stream.flush(resolve));
const UNDER_WAY = 'Cannot reset zlib stream while a write is in progress';

describe.each(allFormats)('$name', ({ encode, decode, encodeSync, decodeSync }) => {
  test('an encoder forgets what it was given', async () => {
    const stream = track(encode());
    stream.reset();
    stream.write(lines(500));
    await flush(stream);
    stream.read();
    stream.reset();
    expect(decodeSync(await through(stream, ['again'])).toString()).toBe('again');
  });

  test('a decoder begins with the next stream', async () => {
    const packed = encodeSync(lines(100));
    const stream = track(decode());
    const output = collect(stream);
    await new Promise((resolve) => stream.write(packed.subarray(0, 10), resolve));
    stream.reset();
    stream.end(packed);
    expect((await output).subarray(-lines(100).length).equals(lines(100))).toBe(true);
  });
});

test.each(allFormats)('$name: as often as it is wished', async ({ encode, decodeSync }) => {
  const stream = track(encode());
  stream.reset();
  stream.reset();
  expect(decodeSync(await through(stream, ['once'])).toString()).toBe('once');
});

describe('while a write is under way', () => {
  const programs = [
    ['write()', (s) => s.write('abc')],
    ['a long write()', (s) => s.write(noise(1_000_000))],
    ['flush()', (s) => s.flush()],
    ['write() and flush()', (s) => s.write('abc') && s.flush()],
  ];

  test.each(programs)('%s: it throws, as in Node 26, and harms nothing', async (_, program) => {
    const stream = track(createGzip());
    program(stream);
    expect(thrown(() => stream.reset())).toMatchObject({ name: 'Error', message: UNDER_WAY });
    const output = await through(stream, ['end']);
    expect(zlib.gunzipSync(output).subarray(-3).toString()).toBe('end');
  });

  test("at 'drain', and once output has come, it queues behind the bytes", async () => {
    const stream = track(createDeflate({ level: 1 }));
    const chunks = [];
    let isReset = false;
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      if (!isReset) stream.reset();
      isReset = true;
    });
    stream.write(noise(500_000));
    await once(stream, 'drain');
    stream.reset();
    stream.end('the last');
    await once(stream, 'end');
    const output = Buffer.concat(chunks);
    const last = zlib.deflateSync('the last', { level: 1 });
    expect(zlib.inflateSync(output.subarray(-last.length)).toString()).toBe('the last');
  });
});

describe('whatever the moment', () => {
  const data = pieces(noise(300_000), 30_000);
  const moments = Array.from({ length: 10 }, (_, turns) => turns);

  /** Writes `chunks`, some turns after each of which it resets; gives all that comes out, and which of them were refused. */
  async function resetting(stream, chunks, turns) {
    const output = [];
    const refused = [];
    stream.on('data', (chunk) => output.push(chunk));
    for (const [i, chunk] of chunks.entries()) {
      if (i > 0) {
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
        const error = thrown(() => stream.reset());
        if (error) expect(error.message).toBe(UNDER_WAY);
        refused.push(error !== undefined);
      }
      stream.write(chunk);
    }
    stream.end();
    await once(stream, 'close');
    return { output: Buffer.concat(output), refused };
  }

  test.each(allFormats)('$name: an encoder makes a whole of what came since', async (format) => {
    // Where the last whole begins nothing tells. It is a little longer than its input, which is noise.
    const isWhole = (bytes, input) => {
      for (let more = 0; more < 1000 && input.length + more <= bytes.length; more += 1) {
        const end = bytes.subarray(bytes.length - input.length - more);
        try {
          if (format.decodeSync(end).equals(input)) return true;
        } catch {
          // It does not begin here.
        }
      }
      return false;
    };
    for (const turns of moments) {
      const { output, refused } = await resetting(track(format.encode()), data, turns);
      const last = Buffer.concat(data.slice(refused.lastIndexOf(false) + 1));
      expect([turns, refused, isWhole(output, last)]).toEqual([turns, refused, true]);
    }
  });

  test.each(allFormats)('$name: a decoder loses nothing', async (format) => {
    const packed = data.map((bytes) => format.encodeSync(bytes));
    // Those of gzip and zstd go on behind an end; to the others all is trailing from where a reset was refused.
    const goesOn = ['gzip', 'zstd'].includes(format.name);
    for (const turns of moments) {
      const { output, refused } = await resetting(track(format.decode()), packed, turns);
      const read = goesOn || !refused.includes(true) ? data.length : refused.indexOf(true) + 1;
      expect([turns, refused, output.equals(Buffer.concat(data.slice(0, read)))]).toEqual([
        ...[turns, refused, true],
      ]);
    }
  });

  const decoders = allTransforms.filter(({ name }) =>
    /^(Gunzip|Inflate|Unzip|.*Decomp)/.test(name),
  );

  test.each(decoders)('$name: bad data fail as without it', async ({ create, runSync }) => {
    const { code } = thrown(() => runSync(data[0]));
    for (const turns of moments) {
      const stream = track(create()).resume();
      const failed = failure(stream);
      for (let i = 0; i < 10 && !stream.destroyed; i += 1) {
        stream.write(data[0]);
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
        const error = thrown(() => stream.reset());
        if (error && !stream.destroyed) expect(error.message).toBe(UNDER_WAY);
      }
      stream.end();
      expect(await failed).toMatchObject({ code });
    }
  });
});

test('in the callback of a write, nothing is under way', async () => {
  const stream = track(createGzip());
  stream.write('abc', () => {
    stream.reset();
    stream.end('def');
  });
  const output = await collect(stream);
  // The header of the first stream was out already.
  expect(zlib.gunzipSync(output.subarray(10)).toString()).toBe('def');
});

test('a closed stream has nothing to reset', async () => {
  const stream = track(createGunzip());
  stream.end('no gzip');
  stream.resume();
  await failure(stream);
  for (const closed of [stream, track(createGzip()).destroy()]) {
    const error = thrown(() => closed.reset());
    expect(error).toMatchObject({ code: 'ERR_INTERNAL_ASSERTION' });
    expect(error.message).toBe(thrown(() => zlib.createGzip().destroy().reset()).message);
  }
});
