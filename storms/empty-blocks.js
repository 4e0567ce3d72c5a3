'use strict';

// Deflate blocks that are all header: tables for 316 symbols, built anew each time, and no data. It is the most work
// for the least output.

const assert = require('node:assert');
const zlib = require('node:zlib');
const sluice = require('..');
const { pieces } = require('../__test__/support/data');
const { through } = require('../__test__/support/streams');
const { leavesNothing } = require('./support/load');

/** The order in which the lengths of the code for lengths are written, by RFC 1951. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Lengths of 286 literal codes and 30 distance codes, both complete. 256, which ends the block, is of 9 bits. */
const LITERALS = [...Array(226).fill(8), ...Array(60).fill(9)];
const DISTANCES = [...Array(2).fill(4), ...Array(28).fill(5)];
/** These four lengths have codes of two bits, in their order. */
const LENGTHS = [4, 5, 8, 9];

/** The bits of blocks, each a string of 0 and 1 in the order in which they are written. */
const number = (value, bits) => [...value.toString(2).padStart(bits, '0')].reverse().join('');
const code = (value, bits) => value.toString(2).padStart(bits, '0');

function block(isLast) {
  const lengths = ORDER.map((length) => number(LENGTHS.includes(length) ? 2 : 0, 3)).join('');
  const codes = [...LITERALS, ...DISTANCES]
    .map((length) => code(LENGTHS.indexOf(length), 2))
    .join('');
  // The codes of 9 bits begin behind the 226 of 8; 256 is the 31st of them.
  const end = code(226 * 2 + (256 - 226), 9);
  return (
    number(isLast ? 1 : 0, 1) +
    number(2, 2) +
    number(29, 5) +
    number(29, 5) +
    number(15, 4) +
    lengths +
    codes +
    end
  );
}

/** Eight blocks end at a byte's boundary. */
function octet(isLast) {
  const bits = block(false).repeat(7) + block(isLast);
  return Buffer.from(
    bits.match(/.{1,8}/g).map((byte) => parseInt([...byte].reverse().join(''), 2)),
  );
}

async function run({ short }) {
  const count = short ? 20_000 : 400_000;
  const blocks = Buffer.concat([...Array(count / 8 - 1).fill(octet(false)), octet(true)]);
  const reference = Buffer.concat([octet(false), octet(true)]);
  assert.equal(zlib.inflateRawSync(reference).length, 0);
  const left = await leavesNothing(1, 16, async () => {
    assert.equal((await through(sluice.createInflateRaw(), pieces(blocks, 10_000))).length, 0);
    assert.equal(sluice.inflateRawSync(blocks).length, 0);
  });
  return `${2 * count} blocks of ${(blocks.length / count).toFixed(0)} bytes without data; ${left}`;
}

module.exports = { run };
