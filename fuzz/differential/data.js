'use strict';

// Bytes for cases. A case holds a recipe, which is short to print and to shrink; `bytesOf()` makes the bytes of it.

const fc = require('fast-check');

/**
 * @typedef {{ kind: 'text' | 'noise' | 'zeros' | 'mixed', seed: number, length: number } | { base64: string }} Recipe
 */

const WORDS = 'the of GET POST /items/ 200 404 {"id": function return const => ; \n \t 0x'.split(
  ' ',
);

/** A generator of numbers below 2³¹: the same for the same seed. */
function numbers(seed) {
  let x = (seed % 2147483646) + 1;
  return () => (x = (x * 48271) % 2147483647);
}

const makers = {
  zeros: () => 0,
  noise: (next) => next() >> 8,
  /** Runs of one byte and of noise: blocks of all kinds in one stream. */
  mixed: (next, at) => (at & 1024 ? next() >> 8 : at >> 7),
};

function text(next, length) {
  let result = '';
  while (result.length < length) result += `${WORDS[next() % WORDS.length]}${next() % 64}`;
  return Buffer.from(result.slice(0, length), 'latin1');
}

/** @param {Recipe} recipe */
function bytesOf(recipe) {
  if (recipe.base64 !== undefined) return Buffer.from(recipe.base64, 'base64');
  const next = numbers(recipe.seed);
  if (recipe.kind === 'text') return text(next, recipe.length);
  const make = makers[recipe.kind];
  return Buffer.alloc(recipe.length).map((_, at) => make(next, at));
}

/** Mostly small: a small case says as much, and a large one takes its time. */
const length = (most) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.nat(Math.min(most, 200)) },
    { weight: 3, arbitrary: fc.nat(Math.min(most, 5000)) },
    { weight: 1, arbitrary: fc.nat(most) },
  );

/** @returns {import('fast-check').Arbitrary<Recipe>} */
function recipe(most = 200_000) {
  const kind = fc.constantFrom('text', 'noise', 'zeros', 'mixed');
  const literal = fc.uint8Array({ maxLength: 40 });
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind, seed: fc.nat(1000), length: length(most) }) },
    {
      weight: 1,
      arbitrary: literal.map((bytes) => ({ base64: Buffer.from(bytes).toString('base64') })),
    },
  );
}

/** Where to cut: the sizes of pieces, used in turn until nothing is left. */
const pieceSizes = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 41, max: 5000 }),
    fc.constant(70_000),
  ),
  { minLength: 1, maxLength: 6 },
);

module.exports = { bytesOf, length, pieceSizes, recipe };
