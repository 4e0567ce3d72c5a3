'use strict';

// Input of decoders: what the oracle's encoder made of some bytes, and what happened to it on its way.

const fc = require('fast-check');
const zlib = require('node:zlib');
const { bytesOf, recipe } = require('./data');
const { without } = require('./differences');
const { formats } = require('./formats');
const { decoderOptions, dictionary, encoderOptions, realOptions } = require('./options');

/** Places are parts of a million of the length: they mean something for every length, and shrink towards its start. */
const place = fc.oneof(
  fc.nat(1_000_000),
  fc.integer({ min: 990_000, max: 1_000_000 }),
  fc.nat(1000),
);
const position = (bytes, at) => Math.floor((bytes.length * at) / 1_000_000);

const accident = fc.oneof(
  fc.record({ op: fc.constant('cut'), at: place }),
  fc.record({ op: fc.constant('flip'), at: place, bit: fc.nat(7) }),
  fc.record({ op: fc.constant('append'), bytes: recipe(300) }),
  fc.record({ op: fc.constant('insert'), at: place, bytes: recipe(20) }),
  fc.constant({ op: 'double' }),
);

function happen(bytes, { op, at, bit, bytes: more }) {
  if (op === 'double') return Buffer.concat([bytes, bytes]);
  if (op === 'append') return Buffer.concat([bytes, bytesOf(more)]);
  const here = position(bytes, at);
  if (op === 'cut') return bytes.subarray(0, here);
  if (op === 'insert') {
    return Buffer.concat([bytes.subarray(0, here), bytesOf(more), bytes.subarray(here)]);
  }
  const flipped = Buffer.from(bytes);
  if (here < flipped.length) flipped[here] ^= 1 << bit;
  return flipped;
}

/** Encoded bytes of a format, with the options of who decodes them. */
function encoded(format) {
  const finished = encoderOptions(format).map((options) =>
    without(options, 'finishFlush', 'flush'),
  );
  return fc.record({
    format: fc.constant(format.name),
    input: recipe(),
    encoder: finished,
    decoder: decoderOptions(format),
    dictionary: fc.oneof(
      { weight: 4, arbitrary: fc.constant('same') },
      fc.constant('none'),
      dictionary,
    ),
    accidents: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      fc.array(accident, { minLength: 1, maxLength: 2 }),
    ),
  });
}

/** Whether the oracle's brotli heeds a dictionary; older versions of Node pass it over. */
const knowsBrotliDictionary = (() => {
  const bytes = Buffer.from(
    'what a dictionary holds need not be said again, but for where it stands',
  );
  const { length } = zlib.brotliCompressSync(bytes, { dictionary: bytes });
  return length < zlib.brotliCompressSync(bytes).length;
})();

/** The bytes of a recipe, and the decoder's options. */
function encodedInput(made) {
  const { encode } = formats.find(({ name }) => name === made.format);
  const whole = zlib[`${encode}Sync`](bytesOf(made.input), realOptions(made.encoder));
  const options = { ...made.decoder };
  // Without a header that tells the window, whether a distance is too far depends on how much output one call makes.
  if (options.windowBits && made.format !== 'deflate') {
    options.windowBits = Math.max(options.windowBits, made.encoder.windowBits ?? 15);
  }
  const given = made.dictionary === 'same' ? made.encoder.dictionary : made.dictionary;
  const isHeeded = knowsBrotliDictionary || !made.format.startsWith('brotli');
  if (isHeeded && given && given !== 'none') options.dictionary = given;
  return { bytes: made.accidents.reduce(happen, whole), options };
}

module.exports = { encoded, encodedInput };
