'use strict';

const zlib = require('node:zlib');
const sluice = require('..');
const { allFormats, formats } = require('./support/codecs');
const { lines } = require('./support/data');
const { destroyAfterEach, failure, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const text = lines(200);
const dictionary = lines(150);
const withDictionary = allFormats.filter(({ name }) => name !== 'gzip');
const [, deflate, deflateRaw] = formats;

describe.each(withDictionary)('$name', ({ encode, decode, encodeSync, decodeSync }) => {
  test('is smaller, and read with the dictionary alone', async () => {
    const packed = encodeSync(text, { dictionary });
    expect(packed.length).toBeLessThan(encodeSync(text).length / 2);
    expect(decodeSync(packed, { dictionary }).equals(text)).toBe(true);
    const streamed = await through(encode({ dictionary }), [text]);
    expect((await through(decode({ dictionary }), [streamed])).equals(text)).toBe(true);
    expect(thrown(() => decodeSync(packed))).toBeInstanceOf(Error);
    const wrong = Buffer.from('something else altogether');
    expect(thrown(() => decodeSync(packed, { dictionary: wrong }))).toBeInstanceOf(Error);
  });

  test('in anything that holds bytes', () => {
    const bytes = dictionary.subarray(0, 4096);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4096);
    const shared = new SharedArrayBuffer(4096);
    new Uint8Array(shared).set(bytes);
    const packed = encodeSync(text, { dictionary: bytes });
    for (const given of [
      buffer,
      new DataView(buffer),
      new Float64Array(buffer),
      new Uint8Array(shared),
      shared,
    ]) {
      expect(decodeSync(packed, { dictionary: given }).equals(text)).toBe(true);
    }
  });

  test('is copied: what becomes of the memory changes nothing', async () => {
    const changes = [
      (bytes) => bytes.fill(0),
      (bytes) => structuredClone(bytes.buffer, { transfer: [bytes.buffer] }),
    ];
    for (const change of changes) {
      const [ours, theirs] = [Uint8Array.from(dictionary), Uint8Array.from(dictionary)];
      const encoder = track(encode({ dictionary: ours }));
      const decoder = track(decode({ dictionary: theirs }));
      change(ours);
      change(theirs);
      const packed = await through(encoder, [text]);
      expect(packed.length).toBeLessThan(encodeSync(text).length / 2);
      expect((await through(decoder, [packed])).equals(text)).toBe(true);
    }
  });

  test('an empty or detached one is none', () => {
    const detached = new Uint8Array(10);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    for (const given of [Buffer.alloc(0), detached]) {
      expect(String(decodeSync(encodeSync('abc', { dictionary: given })))).toBe('abc');
    }
  });
});

describe.each([deflate, deflateRaw])('$name and node:zlib', (format) => {
  test('read each other', () => {
    const options = { dictionary };
    expect(format.zlibDecode(format.encodeSync(text, options), options).equals(text)).toBe(true);
    expect(format.decodeSync(format.zlibEncode(text, options), options).equals(text)).toBe(true);
  });
});

test('without the dictionary, or with another, inflate fails as in Node', async () => {
  const packed = zlib.deflateSync(text, { dictionary });
  for (const options of [{}, { dictionary: Buffer.from('another') }]) {
    const { code, errno, message } = thrown(() => zlib.inflateSync(packed, options));
    expect(thrown(() => sluice.inflateSync(packed, options))).toMatchObject({
      code,
      errno,
      message,
    });
    const stream = track(sluice.createInflate(options));
    stream.end(packed);
    expect(await failure(stream)).toMatchObject({ code, errno, message });
  }
});

test('unzip takes one for zlib, and gzip has no use for any', () => {
  const packed = zlib.deflateSync(text, { dictionary });
  expect(sluice.unzipSync(packed, { dictionary }).equals(text)).toBe(true);
  expect(sluice.gzipSync(text, { dictionary }).equals(sluice.gzipSync(text))).toBe(true);
  expect(sluice.gunzipSync(zlib.gzipSync(text), { dictionary }).equals(text)).toBe(true);
});

test('a dictionary survives a reset', async () => {
  const stream = track(sluice.createDeflate({ dictionary }));
  stream.reset();
  const packed = await through(stream, [text]);
  expect(packed.length).toBeLessThan(sluice.deflateSync(text).length / 2);
  expect(zlib.inflateSync(packed, { dictionary }).equals(text)).toBe(true);
});
