'use strict';

/** Bytes for tests: the same in every run. */

/** Text like a log: compresses about five to one. */
function lines(count) {
  let text = '';
  for (let i = 0; i < count; i += 1) {
    text += `${i} GET /items/${(i * 7919) % 1000}?q=${(i * 31) % 97} 200 ${(i * i) % 4099}µs\n`;
  }
  return Buffer.from(text);
}

/** Bytes that do not compress: xorshift32. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let x = 0x2545f491;
  for (let i = 0; i < length; i += 1) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x;
  }
  return bytes;
}

/** Cuts a buffer in pieces of `size` bytes, the last one shorter. */
function pieces(bytes, size) {
  const result = [];
  for (let at = 0; at < bytes.length; at += size) result.push(bytes.subarray(at, at + size));
  return result;
}

module.exports = { lines, noise, pieces };
