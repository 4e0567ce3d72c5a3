'use strict';

const { PassThrough, Readable, finished } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const { createGunzip, createUnzip, gunzip, gunzipSync, unzipSync } = require('..');
const { lines, noise, pieces } = require('./support/data');
const {
  closed,
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  track,
} = require('./support/streams');

destroyAfterEach();

const members = 'first';
const text = lines(1000);
const first = zlib.gzipSync(text);
const others = {
  'another member': zlib.gzipSync('another'),
  noise: noise(200_000),
  nothing: Buffer.alloc(0),
  zeros: Buffer.alloc(100),
  'a broken member': Buffer.from([0x1f, 0x8b, 0xff, 0xff]),
};

describe.each([
  ['gunzip', createGunzip],
  ['unzip', createUnzip],
])('%s', (_, create) => {
  describe.each(Object.entries(others))('followed by %s', (__, other) => {
    test.each([Infinity, 5000, 100])('in pieces of %d bytes: the rest is left', async (size) => {
      const stream = track(create({ members }));
      const output = collect(stream);
      const unwritten = pieces(Buffer.concat([first, other]), size);
      expect(stream.rest).toBe(null);
      while (unwritten.length > 0 && !stream.writableEnded) {
        stream.write(unwritten.shift());
        if (unwritten.length % 7 === 0) await new Promise(setImmediate);
      }
      expect((await output).equals(text)).toBe(true);
      expect(stream.bytesConsumed).toBe(first.length);
      expect(Buffer.concat([stream.rest, ...unwritten]).equals(other)).toBe(true);
      expect(stream).toMatchObject({ writableFinished: true, writableLength: 0 });
    });
  });
});

test('a source is unpiped, and goes on with what it has', async () => {
  const bytes = Buffer.concat([first, noise(1_000_000)]);
  const source = track(Readable.from(pieces(bytes, 50_000)));
  const stream = track(createGunzip({ members }));
  const unpiped = [];
  stream.on('unpipe', (from) => unpiped.push(from));
  source.pipe(stream);
  expect((await collect(stream)).equals(text)).toBe(true);
  expect(unpiped).toEqual([source]);
  expect(source.isPaused()).toBe(true);
  const rest = Buffer.concat([stream.rest, await collect(source)]);
  expect(rest.equals(bytes.subarray(first.length))).toBe(true);
});

test('members can be read one after the other', async () => {
  const names = ['one', 'two', '', 'four'.repeat(100_000)];
  const source = track(new PassThrough());
  source.end(Buffer.concat(names.map((name) => zlib.gzipSync(name))));
  const seen = [];
  let rest = Buffer.alloc(0);
  while (rest.length > 0 || source.readableLength > 0) {
    const stream = track(createGunzip({ members }));
    stream.write(rest);
    source.pipe(stream);
    seen.push(String(await collect(stream)));
    ({ rest } = stream);
  }
  expect(seen).toEqual(names);
});

test('pipeline() wants its source read to the end: it is no way to read a part of one', async () => {
  const source = Readable.from(pieces(Buffer.concat([first, noise(500_000)]), 10_000));
  const done = pipeline(source, createGunzip({ members }), new PassThrough().resume());
  await expect(done).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
});

test('callbacks that wait for bytes of the rest are called, without an error', async () => {
  const stream = track(createGunzip({ members })).resume();
  const called = [];
  const note = (name) => (error) => called.push(error ?? name);
  stream.write(first, note('first'));
  stream.write(noise(100_000), note('rest'));
  stream.write('more', note('more'));
  stream.flush(note('flush'));
  await new Promise((resolve) => finished(stream, resolve));
  expect(called).toEqual(['first', 'rest', 'more', 'flush']);
  expect(stream.rest.length).toBe(100_004);
});

test('a slow reader gets all of it', async () => {
  const large = noise(1_000_000);
  const stream = track(createGunzip({ members }));
  stream.write(Buffer.concat([zlib.gzipSync(large), Buffer.from('rest')]));
  await nextTurn();
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    await nextTurn();
  }
  expect(Buffer.concat(chunks).equals(large)).toBe(true);
  expect(String(stream.rest)).toBe('rest');
});

test('what the program ended itself ends the same', async () => {
  const stream = track(createGunzip({ members }));
  stream.end(Buffer.concat([first, Buffer.from('rest')]));
  expect((await collect(stream)).equals(text)).toBe(true);
  expect(String(stream.rest)).toBe('rest');
});

test('a write behind the member is a write after the end', async () => {
  const stream = track(createGunzip({ members, autoDestroy: false })).resume();
  stream.write(first);
  await new Promise((resolve) => stream.on('finish', resolve));
  stream.write('more');
  expect(await failure(stream)).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' });
  expect(stream.rest).toHaveLength(0);
});

test('a member that is cut short, or bad, is an error; a zlib stream has no members', async () => {
  for (const bytes of [first.subarray(0, -1), Buffer.from('no gzip')]) {
    const stream = track(createGunzip({ members })).resume();
    stream.end(bytes);
    expect((await failure(stream)).code).toMatch(/^Z_(BUF|DATA)_ERROR$/);
    expect(stream.rest).toBe(null);
  }
  const stream = track(createUnzip({ members }));
  stream.end(zlib.deflateSync(text));
  expect((await collect(stream)).equals(text)).toBe(true);
});

test('a destroy in the middle leaves no rest', async () => {
  const stream = track(createGunzip({ members }));
  stream.write(Buffer.concat([first, noise(100_000)]));
  stream.destroy();
  await closed(stream);
  expect(stream.rest).toBe(null);
});

test('without the option all members are read', async () => {
  const stream = track(createGunzip({ members: 'all' }));
  stream.end(Buffer.concat([first, first]));
  expect((await collect(stream)).equals(Buffer.concat([text, text]))).toBe(true);
  expect(stream.rest).toBe(null);
});

describe('the one-shot functions', () => {
  const input = Buffer.concat([first, Buffer.from('rest')]);

  test('say how much they have read, and leave the rest', async () => {
    for (const runSync of [gunzipSync, unzipSync]) {
      const { buffer, engine } = runSync(input, { members, info: true });
      expect(buffer.equals(text)).toBe(true);
      expect(engine.bytesConsumed).toBe(first.length);
      expect(String(engine.rest)).toBe('rest');
    }
    const { buffer, engine } = await new Promise((resolve) =>
      gunzip(input, { members, info: true }, (_, result) => resolve(result)),
    );
    expect(buffer.equals(text)).toBe(true);
    expect(engine.bytesConsumed).toBe(first.length);
    expect(String(engine.rest)).toBe('rest');
  });

  test('give the member alone without info', async () => {
    expect(gunzipSync(input, { members }).equals(text)).toBe(true);
    const twice = Buffer.concat([first, first]);
    expect(gunzipSync(twice, { members }).equals(text)).toBe(true);
    expect(gunzipSync(twice).length).toBe(2 * text.length);
  });
});
