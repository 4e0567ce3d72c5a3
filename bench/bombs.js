'use strict';

// Bombs: little input that decodes to a thousand times as much, and a decoder whose reader has paused.

const { Readable } = require('node:stream');
const { buffer } = require('node:stream/consumers');
const { setTimeout: sleep } = require('node:timers/promises');
const sluice = require('..');

const { BROTLI_PARAM_QUALITY } = sluice.constants;

const FORMATS = {
  gzip: { encoder: 'createGzip', decoder: 'createGunzip' },
  brotli: { encoder: 'createBrotliCompress', decoder: 'createBrotliDecompress' },
  zstd: { encoder: 'createZstdCompress', decoder: 'createZstdDecompress' },
};
const RATIO = 1000;
/** What a bomb decodes to, in bytes. */
const SIZE = 200e6;
const BLOCK = 1e6;
const SAMPLE_EVERY = 20;

/** Blocks of zeros, with as much noise at the front of each as makes the ratio; deflate gives no more for zeros alone. */
function* blocks(format, size) {
  const block = Buffer.alloc(BLOCK);
  const noise = format === 'gzip' ? 0 : (BLOCK / RATIO) * 0.9;
  let x = 1;
  for (let left = size; left > 0; left -= BLOCK) {
    for (let i = 0; i < noise; i += 1) {
      x = (x * 48271) % 2147483647;
      block[i] = x >> 8;
    }
    yield block;
  }
}

/** A bomb that decodes to `size` bytes. It is made in a stream: what is measured next is not to reuse its memory. */
async function makeBomb(format, size = SIZE) {
  const { encoder } = FORMATS[format];
  const options = format === 'brotli' ? { params: { [BROTLI_PARAM_QUALITY]: 5 } } : {};
  const bomb = await buffer(Readable.from(blocks(format, size)).pipe(sluice[encoder](options)));
  if (size / bomb.length < RATIO) throw new Error(`${format}: only ${size / bomb.length}:1`);
  return bomb;
}

/**
 * Feeds a bomb to a decoder whose reader takes one chunk and pauses for so many milliseconds.
 * @returns {Promise<{ growth: number, stream: object, taken: number }>} the most bytes by which resident memory grew
 */
async function holdPaused(lib, format, bomb, milliseconds) {
  const stream = lib[FORMATS[format].decoder]();
  let taken = 0;
  stream.on('data', (chunk) => {
    taken += chunk.length;
    stream.pause();
  });
  await sleep(100);
  const before = process.memoryUsage.rss();
  let growth = 0;
  const sampler = setInterval(() => {
    growth = Math.max(growth, process.memoryUsage.rss() - before);
  }, SAMPLE_EVERY);
  stream.end(bomb);
  await sleep(milliseconds);
  clearInterval(sampler);
  return { growth, stream, taken };
}

module.exports = { FORMATS, RATIO, SIZE, holdPaused, makeBomb };
