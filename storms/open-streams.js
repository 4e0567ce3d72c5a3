'use strict';

// Ten thousand streams that are open at once, each with some bytes under way.

const assert = require('node:assert');
const sluice = require('..');
const { closed, collect } = require('../__test__/support/streams');
const { leavesNothing, turn } = require('./support/load');
const { allFormats } = require('./support/round-trips');

const TEXT = Buffer.from('one of ten thousand '.repeat(50));
const packed = new Map(allFormats.map((format) => [format, format.encodeSync(TEXT)]));
const [gzip, deflate, , , zstd] = allFormats;

/** Opens a stream, and writes the first half of what it is for. Returns what ends it. */
function open(n) {
  const format = [gzip, deflate, zstd][n % 3];
  if (n % 2 === 0) {
    const stream = format.encode();
    stream.write(TEXT);
    return async () => {
      stream.end();
      assert.ok(format.decodeSync(await collect(stream)).equals(TEXT));
    };
  }
  const stream = format.decode();
  const bytes = packed.get(format);
  stream.write(bytes.subarray(0, 20));
  return async () => {
    stream.end(bytes.subarray(20));
    assert.ok((await collect(stream)).equals(TEXT));
  };
}

/** Opens a stream of another kind, which is only to be given up. */
function openOther(n) {
  const stream =
    n % 2 === 0
      ? sluice.createSlowWritableStream({ latency: Infinity })
      : sluice.createThrottle({ bytesPerSecond: 1 });
  stream.write(TEXT);
  return async () => {
    stream.destroy();
    await closed(stream);
  };
}

async function run({ short }) {
  const count = short ? 1000 : 10_000;
  const rounds = short ? 1 : 5;
  // What glibc keeps of 10 KB of small pieces for each stream, between others.
  const left = await leavesNothing(rounds, 24 + count / 100, async () => {
    const endings = [];
    for (let n = 0; n < count; n += 1) {
      endings.push(n % 5 === 0 ? openOther(n / 5) : open(n));
      if (n % 100 === 0) await turn();
    }
    await Promise.all(endings.map((end) => end()));
  });
  return `${count} streams open at once, ${rounds} times; ${left}`;
}

module.exports = { run };
