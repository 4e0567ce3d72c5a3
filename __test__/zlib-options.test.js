'use strict';

// What node:zlib of this Node refuses is refused with the same error; and what it takes is taken.

const sluice = require('..');
const { createGunzip, createGzip, createUnzip, createZstdCompress } = sluice;
const { knownTransforms } = require('./support/codecs');
const { destroyAfterEach, thrown, track } = require('./support/streams');

destroyAfterEach();

const major = parseInt(process.versions.node, 10);

const values = [
  undefined,
  null,
  NaN,
  Infinity,
  -Infinity,
  -1,
  -0,
  0,
  1.5,
  7,
  8,
  9,
  15,
  16,
  64,
  2 ** 31,
  2 ** 32 + 1,
  2 ** 53,
  1e20,
  -123456789012,
  5n,
  true,
  false,
  '',
  '8',
  "it's",
  'a string of more than twenty-eight characters',
  Symbol('s'),
  [],
  [1],
  {},
  { a: 1 },
  Object.create(null),
  () => {},
  function named() {},
  new Date(0),
  /x/,
  Buffer.from('x'),
  new Uint16Array(2),
  new ArrayBuffer(2),
];

/** How a call ends: what it throws, as a program can see it, or nothing. */
function outcome(call) {
  const error = thrown(call);
  if (error === undefined) return 'taken';
  const { name, code, message } = error;
  return { name, code, message, shown: String(error) };
}

const agree = (name, options, create, zlibCreate) => {
  const ours = outcome(() => track(create(options())));
  expect([name, ours]).toEqual([name, outcome(() => track(zlibCreate(options())))]);
};

const options = [
  'chunkSize',
  'windowBits',
  'level',
  'memLevel',
  'strategy',
  'dictionary',
  'flush',
  'finishFlush',
  'maxOutputLength',
  'info',
  'params',
  'rejectGarbageAfterEnd',
  'pledgedSrcSize',
];

/** What older versions of Node take no notice of. */
const isKnown = (name, option) =>
  (option !== 'dictionary' || !/^(Brotli|Zstd)/.test(name) || major >= 26) &&
  (major >= 26 || !['rejectGarbageAfterEnd', 'pledgedSrcSize'].includes(option));

/** Node makes a buffer of that size at once. */
const isHuge = (option, value) =>
  option === 'chunkSize' && typeof value === 'number' && value > 1e9 && value < 2 ** 50;

describe.each(knownTransforms)('$name', ({ name: format, create, zlibCreate }) => {
  test.each(options.filter((name) => isKnown(format, name)))(
    '%s is what Node takes it for',
    (name) => {
      for (const value of values.filter((one) => !isHuge(name, one))) {
        agree([name, value], () => ({ [name]: value }), create, zlibCreate);
      }
    },
  );

  test('what are no options', () => {
    for (const value of values) {
      agree([value], () => value, create, zlibCreate);
    }
  });

  test('the first of several errors is told', () => {
    const wrong = { chunkSize: 1, flush: 99, finishFlush: 'x', maxOutputLength: 0, memLevel: {} };
    const all = {
      ...wrong,
      windowBits: 99,
      level: 99,
      strategy: null,
      dictionary: 5,
      params: { x: 1 },
    };
    const names = Object.keys(all);
    while (names.length > 0) {
      agree(
        names,
        () => Object.fromEntries(names.map((name) => [name, all[name]])),
        create,
        zlibCreate,
      );
      names.splice(names.length >> 1, 1);
    }
  });

  test('parameters', () => {
    for (const params of [
      { 10000: 0 },
      { '-1': 0 },
      { x: 1 },
      { 1.5: 1 },
      { 0: 0, '00': 0 },
      { 0: -1, '00': 0 },
      { 1: '5' },
      { 1: null },
      { 1: 5n },
      'ab',
      '',
      5,
      [],
      null,
    ]) {
      agree(params, () => ({ params }), create, zlibCreate);
    }
  });
});

describe('what only Sluice knows', () => {
  const code = (create, given) => thrown(() => track(create(given)))?.code;

  test.each([0, 0.99, -1, NaN, -Infinity])(
    'maxOutputRatio %p is out of range',
    (maxOutputRatio) => {
      expect(code(createGunzip, { maxOutputRatio })).toBe('ERR_OUT_OF_RANGE');
    },
  );

  test.each([['10'], [null], [{}], [1n]])('maxOutputRatio %p is no number', (maxOutputRatio) => {
    expect(code(createGunzip, { maxOutputRatio })).toBe('ERR_INVALID_ARG_TYPE');
  });

  test.each([1, 1.5, 1000, Infinity, undefined])('maxOutputRatio %p is taken', (maxOutputRatio) => {
    expect(code(createGunzip, { maxOutputRatio })).toBe(undefined);
  });

  test.each(['last', '', null, 1, true])("members is 'all' or 'first', not %p", (members) => {
    for (const create of [createGunzip, createUnzip]) {
      expect(code(create, { members })).toBe('ERR_INVALID_ARG_VALUE');
    }
    expect(code(createGzip, { members })).toBe(undefined);
  });

  test.each([
    [{ header: null }, 'ERR_INVALID_ARG_TYPE'],
    [{ header: 'name' }, 'ERR_INVALID_ARG_TYPE'],
    [{ header: { name: 5 } }, 'ERR_INVALID_ARG_TYPE'],
    [{ header: { name: 'a\0b' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ header: { comment: 'Ω' } }, 'ERR_INVALID_ARG_VALUE'],
    [{ header: { extra: 'x' } }, 'ERR_INVALID_ARG_TYPE'],
    [{ header: { extra: Buffer.alloc(65_536) } }, 'ERR_OUT_OF_RANGE'],
    [{ header: { extra: Buffer.alloc(65_535) } }, undefined],
    [{ header: { mtime: -1 } }, 'ERR_OUT_OF_RANGE'],
    [{ header: { mtime: 2 ** 32 } }, 'ERR_OUT_OF_RANGE'],
    [{ header: { mtime: new Date(NaN) } }, 'ERR_OUT_OF_RANGE'],
    [{ header: { mtime: new Date(-1) } }, 'ERR_OUT_OF_RANGE'],
    [{ header: { mtime: '2020' } }, 'ERR_INVALID_ARG_TYPE'],
    [{ header: {} }, undefined],
    [{ header: undefined }, undefined],
  ])('%p', (given, expected) => {
    expect(code(createGzip, given)).toBe(expected);
    // Who writes no gzip header has no use for one.
    expect(code(sluice.createDeflate, given)).toBe(undefined);
  });

  test.each([
    ['42', 'ERR_INVALID_ARG_TYPE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [-1, 'ERR_OUT_OF_RANGE'],
    [0, undefined],
    [42, undefined],
  ])('pledgedSrcSize %p, on every Node', (pledgedSrcSize, expected) => {
    expect(code(createZstdCompress, { pledgedSrcSize })).toBe(expected);
  });
});
