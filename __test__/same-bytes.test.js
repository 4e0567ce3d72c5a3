'use strict';

const zlib = require('node:zlib');
const { constants, createUnzip, createGunzip } = require('..');
const { formats, knownFormats } = require('./support/codecs');
const { lines, noise, pieces } = require('./support/data');
const { through } = require('./support/streams');

const inputs = [
  ['text', lines(4000)],
  ['noise', noise(150_000)],
  ['zeros', Buffer.alloc(200_000)],
  ['a byte', Buffer.from('x')],
  ['nothing', Buffer.alloc(0)],
];
const sizes = [64 * 1024, 7, 1];

describe.each(knownFormats)('$name', ({ name, encode, decode, zlibEncode, zlibDecode }) => {
  // Its default takes long.
  const fast = name === 'brotli' ? { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } } : {};

  describe.each(inputs)('%s', (_, bytes) => {
    test('is encoded to the same bytes fed whole, by 64 KiB, by 7 bytes and by 1 byte', async () => {
      const whole = await through(encode(fast), [bytes]);
      expect(zlibDecode(whole).equals(bytes)).toBe(true);
      for (const size of sizes) {
        const output = await through(encode(fast), pieces(bytes, size));
        expect(output.equals(whole)).toBe(true);
      }
    });

    test('is decoded to the same bytes fed whole, by 64 KiB, by 7 bytes and by 1 byte', async () => {
      const encoded = zlibEncode(bytes, fast);
      for (const size of [Infinity, ...sizes]) {
        const output = await through(decode(), pieces(encoded, size));
        expect(output.equals(bytes)).toBe(true);
      }
    });

    test('is decoded whatever the marks and the chunk size', async () => {
      const encoded = zlibEncode(bytes, fast);
      for (const mark of [1, 100, 10_000]) {
        const small = bytes.length > 1000 && mark === 1 ? bytes.subarray(0, 1000) : bytes;
        const source = small === bytes ? encoded : zlibEncode(small, fast);
        const options = { ...fast, highWaterMark: mark, chunkSize: Math.max(64, mark) };
        expect((await through(decode({ ...options, params: {} }), [source])).equals(small)).toBe(
          true,
        );
        const output = await through(encode(options), pieces(small, 5000));
        expect(zlibDecode(output).equals(small)).toBe(true);
      }
    });
  });
});

describe.each(formats)('$name', ({ encode, decode, zlibEncode, zlibDecode }) => {
  test.each([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('level %d can be read by zlib', async (level) => {
    const bytes = lines(2000);
    const output = await through(encode({ level }), [bytes]);
    expect(zlibDecode(output).equals(bytes)).toBe(true);
    const allowed = Math.max(zlibEncode(bytes, { level }).length * 1.01, 0);
    expect(output.length).toBeLessThanOrEqual(Math.ceil(allowed));
    expect((await through(decode(), [zlibEncode(bytes, { level })])).equals(bytes)).toBe(true);
  });

  test.each([9, 10, 12, 15])('windowBits %d can be read by zlib', async (windowBits) => {
    const bytes = lines(2000);
    const output = await through(encode({ windowBits }), [bytes]);
    expect(zlibDecode(output, { windowBits }).equals(bytes)).toBe(true);
    const encoded = zlibEncode(bytes, { windowBits });
    expect((await through(decode({ windowBits }), [encoded])).equals(bytes)).toBe(true);
  });
});

describe('unzip', () => {
  const bytes = lines(3000);

  test.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
  ])('reads %s, fed whole, by 7 bytes and by 1 byte', async (_, encode) => {
    for (const size of [Infinity, 7, 1]) {
      const output = await through(createUnzip(), pieces(encode(bytes), size));
      expect(output.equals(bytes)).toBe(true);
    }
  });
});

describe('gunzip', () => {
  test.each([Infinity, 1000, 7, 1])('reads concatenated members, fed by %d bytes', async (size) => {
    const members = [lines(1000), Buffer.alloc(0), noise(5000), Buffer.from('end')];
    const encoded = Buffer.concat(members.map((member) => zlib.gzipSync(member)));
    const output = await through(createGunzip(), pieces(encoded, size));
    expect(output.equals(Buffer.concat(members))).toBe(true);
  });

  test('passes over what follows the last member, as node:zlib does', async () => {
    for (const junk of ['\0'.repeat(1000), 'junk', '\0junk', '\x1f', '\x1f\x8b']) {
      const input = Buffer.concat([zlib.gzipSync('good'), Buffer.from(junk, 'latin1')]);
      const run = (stream) =>
        through(stream, [input]).then(String, ({ code, errno }) => ({ code, errno }));
      expect([junk, await run(createGunzip())]).toEqual([junk, await oracle(input)]);
    }
  });
});

/** What node:zlib's stream makes of the same input. */
function oracle(input) {
  return new Promise((resolve) => {
    const chunks = [];
    const stream = zlib.createGunzip();
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', ({ code, errno }) => resolve({ code, errno }));
    stream.on('end', () => resolve(Buffer.concat(chunks).toString()));
    stream.end(input);
  });
}
