'use strict';

// Gzip members by the hundred thousand behind one another, gzip in gzip in gzip, and decoders piped into decoders.

const assert = require('node:assert');
const sluice = require('..');
const { pieces } = require('../__test__/support/data');
const { collect, through } = require('../__test__/support/streams');
const { growth, leavesNothing } = require('./support/load');

const EMPTY = sluice.gzipSync('');
const MEMBER = sluice.gzipSync('member ');

/** A file of so many members, half of them empty, decoded from pieces of a size. */
async function behindOneAnother(count, size) {
  const file = Buffer.concat(Array.from({ length: count / 2 }, () => [EMPTY, MEMBER]).flat());
  const decoded = await through(sluice.createGunzip(), pieces(file, size));
  assert.equal(decoded.toString(), 'member '.repeat(count / 2));
}

function nest(depth) {
  let packed = Buffer.from('innermost');
  for (let n = 0; n < depth; n += 1) packed = sluice.gzipSync(packed, { level: 1 });
  return packed;
}

/** Takes it apart, one after the other. */
function unnest(packed, depth) {
  for (let n = 0; n < depth; n += 1) packed = sluice.gunzipSync(packed);
  assert.equal(packed.toString(), 'innermost');
}

/** Takes it apart by a chain of streams. */
async function chain(packed, depth) {
  const first = sluice.createGunzip();
  let last = first;
  for (let n = 1; n < depth; n += 1) last = last.pipe(sluice.createGunzip());
  first.end(packed);
  assert.equal((await collect(last)).toString(), 'innermost');
}

async function run({ short }) {
  const count = short ? 4000 : 200_000;
  const depth = short ? 500 : 10_000;
  const length = short ? 50 : 500;
  const [deep, long] = [nest(depth), nest(length)];
  const left = await leavesNothing(1, 32, async () => {
    const grown = await growth(async () => {
      for (const size of [7, 1000, 100_000]) await behindOneAnother(count, size);
      unnest(deep, depth);
    });
    assert.ok(grown < 200e6, `${grown} bytes for members`);
    await chain(long, length);
  });
  return `${3 * count} members, ${depth} in one another, a chain of ${length} decoders; ${left}`;
}

module.exports = { run };
