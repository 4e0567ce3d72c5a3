'use strict';

const zlib = require('node:zlib');
const { crc32, gzipSync } = require('..');
const { noise } = require('./support/data');
const { thrown } = require('./support/streams');

test('the known value of RFC 1952', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  expect(crc32('')).toBe(0);
  expect(crc32(Buffer.alloc(0), 0xffffffff)).toBe(0xffffffff);
});

test('that of any length, in parts, and in any view', () => {
  for (let size = 0; size < 3000; size = 2 * size + 7) {
    const bytes = noise(size);
    const whole = crc32(bytes);
    expect(whole).toBe(gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8));
    if (zlib.crc32) expect(whole).toBe(zlib.crc32(bytes));
    for (const cut of [0, 1, size >> 1, size]) {
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(whole);
    }
    const copy = Uint8Array.from(bytes);
    expect(crc32(new DataView(copy.buffer))).toBe(whole);
    if (size % 2 === 0) expect(crc32(new Uint16Array(copy.buffer))).toBe(whole);
  }
});

test('of a string, that of its UTF-8', () => {
  for (const text of ['abc', 'µ', '😀', '\ud800', 'a\0b', 'x'.repeat(10_000)]) {
    expect(crc32(text)).toBe(crc32(Buffer.from(text)));
  }
});

test.each([[undefined], [null], [5], [true], [{}], [[]], [() => {}], [new ArrayBuffer(4)], [5n]])(
  '%p is no data',
  (data) => {
    expect(thrown(() => crc32(data))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      ...message(() => zlib.crc32(data)),
    });
  },
);

test.each([[-1], [1.5], [2 ** 32], [NaN], [Infinity], ['1'], [null], [true], [5n], [{}]])(
  'a start of %p is what Node takes it for',
  (value) => {
    if (!zlib.crc32) return;
    const theirs = thrown(() => zlib.crc32('abc', value));
    const ours = thrown(() => crc32('abc', value));
    expect(ours?.code).toBe(theirs?.code);
    expect(ours?.message).toBe(theirs?.message);
    if (!theirs) expect(crc32('abc', value)).toBe(zlib.crc32('abc', value));
  },
);

test('a start of -0 is 0, where Node 20 aborts', () => {
  expect(crc32('abc', -0)).toBe(crc32('abc'));
});

/** The message of Node, where it has the function. */
function message(call) {
  return zlib.crc32 ? { message: thrown(call).message } : {};
}
