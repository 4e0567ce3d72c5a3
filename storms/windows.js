'use strict';

// Frames that ask for the largest windows there are: they are refused, or take no memory that nothing is written to.

const assert = require('node:assert');
const sluice = require('..');
const { growth, leavesNothing } = require('./support/load');

const { BROTLI_DECODER_PARAM_LARGE_WINDOW, BROTLI_PARAM_LARGE_WINDOW, BROTLI_PARAM_LGWIN } =
  sluice.constants;
const { ZSTD_d_windowLogMax } = sluice.constants;

/** A zstd frame that asks for a window of 2^log bytes, up to a block that says that more follows. */
const zstdFrame = (log) =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, 0x0a, 0, 0, 97]);

const brotliFrame = sluice.brotliCompressSync('a window of a gigabyte', {
  params: { [BROTLI_PARAM_LARGE_WINDOW]: 1, [BROTLI_PARAM_LGWIN]: 30 },
});
const large = { params: { [BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 } };

/** Feeds a frame to a decoder and gives it time to take memory. Resolves to its error's code, if it fails. */
async function hold(decoder, frame) {
  decoder.resume();
  const failed = new Promise((resolve) => decoder.once('error', ({ code }) => resolve(code)));
  const taken = new Promise((resolve) => decoder.write(frame, () => setImmediate(resolve)));
  return Promise.race([failed, taken]);
}

/** So many decoders at once that hold such a frame. */
async function holdMany(count, make, frame) {
  const decoders = Array.from({ length: count }, make);
  const codes = await Promise.all(decoders.map((decoder) => hold(decoder, frame)));
  for (const decoder of decoders) decoder.destroy();
  return new Set(codes);
}

async function run({ short }) {
  const count = short ? 10 : 100;
  const rounds = short ? 1 : 10;
  const unzstd = (log) => () =>
    sluice.createZstdDecompress({ params: { [ZSTD_d_windowLogMax]: log } });
  const left = await leavesNothing(rounds, 32, async () => {
    const grown = await growth(async () => {
      const refused = await holdMany(count, () => sluice.createZstdDecompress(), zstdFrame(31));
      assert.deepEqual([...refused], ['ZSTD_error_frameParameter_windowTooLarge']);
      assert.deepEqual([...(await holdMany(count, unzstd(27), zstdFrame(27)))], [undefined]);
      // Where the system has not so much to promise, it is an error.
      for (const code of await holdMany(count, unzstd(31), zstdFrame(31))) {
        assert.ok(code === undefined || code === 'ZSTD_error_memory_allocation', code);
      }
      const narrow = await holdMany(count, () => sluice.createBrotliDecompress(), brotliFrame);
      assert.deepEqual([...narrow], ['ERR__ERROR_FORMAT_WINDOW_BITS']);
      await holdMany(count, () => sluice.createBrotliDecompress(large), brotliFrame);
    });
    assert.ok(grown < count * 1e6, `${grown} bytes for windows`);
  });
  return `${5 * count * rounds} frames with windows of up to 2 GiB, ${count} at a time; ${left}`;
}

module.exports = { run };
