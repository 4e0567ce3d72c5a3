'use strict';

/** Brotli and zstd: with the same parameters the output is at most 1 % larger than node:zlib's, and at most 1 % smaller. */

const { promisify } = require('node:util');
const zlib = require('node:zlib');
const sluice = require('..');
const { sampleText } = require('./support/command');
const { executable, sources } = require('./support/real-files');
const { through } = require('./support/streams');

/** What takes long per byte is tried on less. */
const files = (bytes) => [
  ['text', sources().subarray(0, bytes)],
  ['a log', sampleText(bytes)],
  ['an executable', executable(bytes)],
];

/** One-shot and stream, each against node:zlib and decoded by it. */
async function compare(name, decode, data, params) {
  const theirs = zlib[`${name}Sync`](data, { params });
  const Name = name[0].toUpperCase() + name.slice(1);
  const streamed = await through(sluice[`create${Name}`]({ params }), [data]);
  for (const ours of [sluice[`${name}Sync`](data, { params }), streamed]) {
    expect(zlib[decode](ours).equals(data)).toBe(true);
    expect(ours.length / theirs.length).toBeLessThanOrEqual(1.01);
    expect(ours.length / theirs.length).toBeGreaterThanOrEqual(0.99);
  }
}

const { constants } = sluice;
/** Parameters by the ends of their names. */
const numbered = (prefix, named) =>
  Object.fromEntries(
    Object.entries(named).map(([name, value]) => [constants[prefix + name], value]),
  );

const BROTLI = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((QUALITY) => ({ QUALITY })),
  { QUALITY: 5, LGWIN: 16 },
  { QUALITY: 5, MODE: 1 },
  { QUALITY: 5, LGBLOCK: 16 },
];
const SLOW_BROTLI = [{ QUALITY: 10 }, { QUALITY: 11 }, {}, { QUALITY: 11, MODE: 2 }];

describe.each(files(400_000))('brotli, %s', (_, data) => {
  test.each(BROTLI)('%j', (named) =>
    compare('brotliCompress', 'brotliDecompressSync', data, numbered('BROTLI_PARAM_', named)),
  );
});

test.each([4, 5, 9])(
  'brotli at quality %d, of a megabyte and a half in one piece',
  async (quality) => {
    const data = executable(1_500_000);
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    await compare('brotliCompress', 'brotliDecompressSync', data, params);
    const [ours, theirs] = await Promise.all(
      [sluice, zlib].map(({ brotliCompress }) => promisify(brotliCompress)(data, { params })),
    );
    expect(Math.abs(ours.length / theirs.length - 1)).toBeLessThanOrEqual(0.01);
  },
);

describe.each(files(60_000))('slow brotli, %s', (_, data) => {
  test.each(SLOW_BROTLI)('%j', (named) =>
    compare('brotliCompress', 'brotliDecompressSync', data, numbered('BROTLI_PARAM_', named)),
  );
});

const ZSTD = [
  ...[-5, 1, 2, 3, 4, 6, 9, 12, 15].map((compressionLevel) => ({ compressionLevel })),
  {},
  { compressionLevel: 3, windowLog: 15 },
  { compressionLevel: 3, strategy: 5, enableLongDistanceMatching: 1, checksumFlag: 1 },
];

// Node has it since 22.15.
('zstdCompressSync' in zlib ? describe : describe.skip).each(files(400_000))(
  'zstd, %s',
  (_, data) => {
    test.each(ZSTD)('%j', (named) =>
      compare('zstdCompress', 'zstdDecompressSync', data, numbered('ZSTD_c_', named)),
    );
  },
);
