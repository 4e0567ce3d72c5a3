'use strict';

// Versions of a file that can be told apart, and whole ones from torn ones: a number, bytes, and the hash of both.

const { createHash, randomBytes, randomInt } = require('node:crypto');

const HASH = 32;
const LARGEST = 2_000_000;

const hash = (bytes) => createHash('sha256').update(bytes).digest();

function version(number) {
  const bytes = randomBytes(4 + randomInt(LARGEST));
  bytes.writeUInt32LE(number);
  return Buffer.concat([bytes, hash(bytes)]);
}

const versionOf = (bytes) => (bytes.length >= 4 ? bytes.readUInt32LE() : -1);

const isComplete = (bytes) =>
  bytes.length >= 4 + HASH && hash(bytes.subarray(0, -HASH)).equals(bytes.subarray(-HASH));

module.exports = { isComplete, version, versionOf };
