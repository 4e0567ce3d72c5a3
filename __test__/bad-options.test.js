'use strict';

const fs = require('node:fs');
const zlib = require('node:zlib');
const { PassThrough } = require('node:stream');
const { createGunzip, createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { formats, transforms } = require('./support/codecs');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const { destroyAfterEach, through, thrown, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const nonsense = [-1, 1.5, NaN, Infinity, -Infinity, 1e20, '8', '', {}, [], true, null, 8n];
const inFile = (options) => createWriteStream(file('ours'), options);
const inTheirs = (options) => fs.createWriteStream(file('theirs'), options);
// createWriteStream() leaves flags and mode to open(), and that to a later moment.
const opened = ({ flags = 'w', mode }) => {
  fs.closeSync(fs.openSync(file('theirs'), flags, mode));
  return inTheirs({});
};
const codeOf = (create, options) => {
  const error = thrown(() => track(create(options)));
  return error && [error.name, error.code];
};
const show = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** Options, the values to try, who takes them here, and who takes them in Node. */
const oracles = [
  ['highWaterMark', nonsense, createSlowWritableStream, (o) => new PassThrough(o)],
  ['highWaterMark', nonsense, createGzip, (o) => new PassThrough(o)],
  ['signal', [null, undefined, 0, '', 5, {}], createGzip, zlib.createGzip],
  ['readableHighWaterMark', nonsense, createGzip, (o) => new PassThrough(o)],
  ['writableHighWaterMark', nonsense, createGzip, (o) => new PassThrough(o)],
  ['level', [...nonsense, -2, 10, 99, 5], createGzip, zlib.createGzip],
  ['windowBits', [...nonsense, 0, 7, 16, 99, 12], createGzip, zlib.createGzip],
  ['chunkSize', [...nonsense, 0, 1, 63, 64], createGzip, zlib.createGzip],
  ['level', [99], createGunzip, zlib.createGunzip],
  ['flags', [1.5, NaN, Infinity, 1e20, '8', '', {}, [], true, 8n, 'q', 'W'], inFile, opened],
  ['mode', [...nonsense, '9', 2 ** 32, 0o644], inFile, opened],
  ['start', nonsense, inFile, inTheirs],
  ['fd', [-1, 1.5, NaN, Infinity, '8', {}, [], true, 2 ** 31], inFile, inTheirs],
  ['encoding', ['nonsense', 'utf-7', 7, {}, true, '', null], inFile, inTheirs],
  ['flush', ['yes', 1, 0, {}, null, true], inFile, inTheirs],
  ['signal', ['s', 1, {}, true], inFile, inTheirs],
  ['highWaterMark', nonsense, inFile, inTheirs],
];

describe.each(transforms)('windowBits of $name', ({ create, zlibCreate }) => {
  test.each([null, 0, 7, 8, 9, 15, 16, NaN])('%p is what Node takes it for', (windowBits) => {
    expect(codeOf(create, { windowBits })).toEqual(codeOf(zlibCreate, { windowBits }));
  });
});

test.each(formats)(
  'windowBits 8 is 9 to what makes $name, and 8 to what reads it',
  async (format) => {
    const windowBits = format.name === 'gzip' ? 9 : 8;
    const data = lines(2000);
    const ours = await through(format.encode({ windowBits }), [data]);
    expect(format.zlibDecode(ours).equals(data)).toBe(true);
    // zlib's header says 9, which is too large for 8.
    const small = format.zlibEncode('abc', { windowBits });
    const expected = thrown(() => format.zlibDecode(small, { windowBits: 8 }));
    const decoded = through(format.decode({ windowBits: 8 }), [small]);
    if (expected) await expect(decoded).rejects.toMatchObject({ code: expected.code });
    else expect(String(await decoded)).toBe('abc');
  },
);

describe.each(oracles)('%s', (name, values, ours, theirs) => {
  test.each(values.map((value) => [show(value), value]))(
    '%s is what Node takes it for',
    (_, value) => {
      const expected = codeOf(theirs, { [name]: value });
      expect(codeOf(ours, { [name]: value })).toEqual(expected);
    },
  );
});

/** Options that Node does not have. */
const own = [
  ['lowWaterMark', [-1, 1.5, NaN, Infinity], 'ERR_INVALID_ARG_VALUE'],
  ['lowWaterMark', ['8', {}, null, true], 'ERR_INVALID_ARG_TYPE'],
  ['lowWaterMark', [65_537], 'ERR_OUT_OF_RANGE'],
  ['hardLimit', [-1, 0, 100, NaN], 'ERR_OUT_OF_RANGE'],
  ['hardLimit', ['8', {}, null], 'ERR_INVALID_ARG_TYPE'],
  ['overflow', ['drop', '', 1, null, {}], 'ERR_INVALID_ARG_VALUE'],
];

describe.each(own)('%s', (name, values, code) => {
  test.each(values.map((value) => [show(value), value]))(`%s is ${code}`, (_, value) => {
    for (const create of [createGzip, createSlowWritableStream, inFile]) {
      expect(thrown(() => create({ [name]: value }))).toMatchObject({ code });
    }
  });
});

const pace = [
  ['bytesPerSecond', [0, -1, NaN, -Infinity], 'ERR_OUT_OF_RANGE'],
  ['bytesPerSecond', ['fast', null, {}], 'ERR_INVALID_ARG_TYPE'],
  ['latency', [-1, NaN], 'ERR_OUT_OF_RANGE'],
  ['latency', ['slow', null, {}], 'ERR_INVALID_ARG_TYPE'],
  ['destination', [42, true, { path: 42 }, {}], 'ERR_INVALID_ARG_TYPE'],
  ['destination', [{ path: 'x', flags: 'q' }, 'a\0b'], 'ERR_INVALID_ARG_VALUE'],
];

describe.each(pace)('%s', (name, values, code) => {
  test.each(values.map((value) => [show(value), value]))(`%s is ${code}`, (_, value) => {
    const options = { [name]: value };
    expect(thrown(() => createSlowWritableStream(options))).toMatchObject({ code });
  });
});

test('a low mark above the high one is out of range, and the same is not', () => {
  const marks = { highWaterMark: 10, lowWaterMark: 11 };
  expect(thrown(() => createGzip(marks))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  expect(track(createGzip({ ...marks, lowWaterMark: 10 })).writableLowWaterMark).toBe(10);
});

test.each([[42], ['gzip'], [true], [[]]])('%p are no options of a slow sink', (options) => {
  const error = thrown(() => createSlowWritableStream(options));
  expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
});

test.each([[42], [null], [undefined], [{}], ['a\0b'], [new URL('http://x/')], [true]])(
  '%p is no path',
  (path) => {
    const theirs = thrown(() => fs.createWriteStream(path));
    expect(thrown(() => createWriteStream(path))).toMatchObject({ code: theirs.code });
  },
);

test('options that are refused leave nothing behind', () => {
  const target = file('never');
  expect(() => createWriteStream(target, { lowWaterMark: -1 })).toThrow();
  expect(() => createWriteStream(target, { signal: 5 })).toThrow();
  expect(fs.existsSync(target)).toBe(false);
});

test('of two wrong options the one that Node looks at first is told', () => {
  const messageOf = (create, options) => thrown(() => track(create(options))).message;
  const wrong = [
    { chunkSize: 1e10, finishFlush: 9 },
    { chunkSize: 1e10, level: 99 },
    { chunkSize: 1, flush: 99 },
    { finishFlush: 9, maxOutputLength: 0 },
  ];
  for (const options of wrong) {
    expect(messageOf(createGzip, options)).toBe(messageOf(zlib.createGzip, options));
  }
});
