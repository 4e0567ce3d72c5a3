'use strict';

// A hundred thousand decoders that fail: each with a code, each closed, and nothing left of it.

const assert = require('node:assert');
const { allTransforms } = require('../__test__/support/codecs');
const { leavesNothing } = require('./support/load');
const { allFormats } = require('./support/round-trips');

const CODE =
  /^(Z_DATA_ERROR|Z_BUF_ERROR|Z_NEED_DICT|ERR__ERROR_\w+|ZSTD_error_\w+|ERR_TRAILING_\w+)$/;
const AT_ONCE = 50;

const decoders = allTransforms.filter(({ name }) => /^(Gun|Unz|Inf|.*Decomp)/.test(name));
const text = Buffer.from('what is to fail '.repeat(200));
const packed = allFormats.map(({ encodeSync }) => encodeSync(text));

/** Something that is no data, or has a wrong byte, or no end. */
function badInput(random) {
  const bytes = Buffer.from(packed[random(packed.length)]);
  switch (random(3)) {
    case 0:
      return Buffer.from(bytes.map(() => random(256)));
    case 1:
      return bytes.subarray(0, random(bytes.length));
    default:
      bytes[random(bytes.length)] ^= 1 << random(8);
      return bytes;
  }
}

/** Whether it failed; a wrong byte may be a right one. */
async function fail({ create, runSync }, bytes, random) {
  if (random(4) === 0) {
    try {
      runSync(bytes);
      return false;
    } catch ({ code }) {
      assert.match(code, CODE);
      return true;
    }
  }
  const stream = create();
  const codes = [];
  stream.on('error', ({ code }) => codes.push(code));
  if (random(2) === 0) stream.resume();
  else stream.on('data', () => {});
  const half = random(bytes.length + 1);
  stream.write(bytes.subarray(0, half));
  stream.end(bytes.subarray(half));
  await new Promise((resolve) => stream.once('close', resolve));
  assert.ok(codes.length <= 1);
  for (const code of codes) assert.match(code, CODE);
  return codes.length > 0;
}

async function run({ short, random }) {
  const count = short ? 5000 : 100_000;
  let failures = 0;
  const left = await leavesNothing(count / AT_ONCE, 32, async () => {
    const some = Array.from({ length: AT_ONCE }, () =>
      fail(decoders[random(decoders.length)], badInput(random), random),
    );
    failures += (await Promise.all(some)).filter(Boolean).length;
  });
  return `${failures} decoders failed, each with a code; ${left}`;
}

module.exports = { run };
