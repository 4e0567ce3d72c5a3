'use strict';

const zlib = require('node:zlib');
const { createGunzip, createInflate, createInflateRaw, createUnzip } = require('..');
const { lines, noise, pieces } = require('./support/data');
const { destroyAfterEach, track, writeAll } = require('./support/streams');

destroyAfterEach();

/** What a decoder gives, and how it ends. */
async function decode(stream, chunks, { slow = false } = {}) {
  track(stream);
  const output = [];
  const result = { ended: false, finished: false, errors: [] };
  stream.on('end', () => (result.ended = true));
  stream.on('finish', () => (result.finished = true));
  stream.on('error', ({ code, errno, message }) => result.errors.push({ code, errno, message }));
  stream.on('data', (chunk) => {
    output.push(chunk);
    if (slow) {
      stream.pause();
      setTimeout(() => stream.resume(), 1);
    }
  });
  const done = new Promise((resolve) => stream.once('close', resolve));
  writeAll(stream, chunks).catch(() => {});
  await done;
  return { ...result, output: Buffer.concat(output) };
}

/** All that zlib can decode of a truncated input. */
const decodable = (input) =>
  input.length < 2
    ? Buffer.alloc(0)
    : zlib.unzipSync(input, { finishFlush: zlib.constants.Z_SYNC_FLUSH });

const text = lines(3000);
const formats = [
  ['gunzip', createGunzip, zlib.gzipSync],
  ['inflate', createInflate, zlib.deflateSync],
  ['unzip', createUnzip, zlib.gzipSync],
];

describe.each(formats)('a truncated input for %s', (_, create, encode) => {
  const encoded = encode(text);
  const cuts = [1, 2, 3, 5, 9, 10, 11, 20, 100, 1000, encoded.length >> 1];
  cuts.push(...[9, 8, 7, 4, 1].map((missing) => encoded.length - missing));

  test.each(cuts)('cut after %d bytes: Z_BUF_ERROR behind all that can be decoded', async (cut) => {
    const input = encoded.subarray(0, cut);
    for (const size of [Infinity, 100, 1]) {
      if (size === 1 && cut > 1000) continue;
      const result = await decode(create(), pieces(input, size));
      const { output, ...fate } = result;
      expect(fate).toMatchObject({
        ended: false,
        finished: false,
        errors: [{ code: 'Z_BUF_ERROR', errno: -5, message: 'unexpected end of file' }],
      });
      expect(output.equals(decodable(input))).toBe(true);
    }
  });

  test('a slow reader loses nothing of it', async () => {
    const input = encoded.subarray(0, encoded.length - 10);
    const options = { readableHighWaterMark: 1000, chunkSize: 3000 };
    const { output, ended, errors } = await decode(create(options), [input], { slow: true });
    expect(errors).toEqual([expect.objectContaining({ code: 'Z_BUF_ERROR' })]);
    expect(ended).toBe(false);
    expect(output.equals(decodable(input))).toBe(true);
  });
});

describe('a flipped bit', () => {
  const encoded = zlib.gzipSync(text);
  const offsets = [0, 1, 2, 3, 10, 20, 50, 500, 5000, encoded.length - 8, encoded.length - 1];

  test.each(offsets)("at byte %d: zlib's error, behind what came before it", async (offset) => {
    const input = Buffer.from(encoded);
    input[offset] ^= offset === 3 ? 0x80 : 1;
    const theirs = await decode(zlib.createGunzip(), [input]);
    for (const slow of [false, true]) {
      const options = slow ? { readableHighWaterMark: 10_000 } : {};
      const ours = await decode(createGunzip(options), [input], { slow });
      expect(ours.ended).toBe(false);
      expect(ours.finished).toBe(false);
      expect(ours.errors).toHaveLength(1);
      expect(ours.errors[0].code).toBe(theirs.errors[0]?.code ?? 'Z_DATA_ERROR');
      expect(ours.output.length).toBeGreaterThanOrEqual(theirs.output.length);
      // A wrong checksum is found at the end; a wrong code may have been decoded to something.
      if (offset >= encoded.length - 8) expect(ours.output.equals(text)).toBe(true);
    }
  });

  test('in the last of three members: the first two arrive', async () => {
    const members = ['one ', 'two ', 'three'].map((part) => zlib.gzipSync(part));
    members[2][members[2].length - 5] ^= 1;
    const { output, errors, ended } = await decode(createGunzip(), members);
    expect(output.toString()).toBe('one two three');
    expect(errors[0].code).toBe('Z_DATA_ERROR');
    expect(ended).toBe(false);
  });
});

describe('what is no compressed data at all', () => {
  const inputs = [
    ['text', Buffer.from('this is not compressed')],
    ['noise', noise(1000)],
    ['zeros', Buffer.alloc(1000)],
    ['a gzip header with a method that does not exist', Buffer.from('1f8b09000000000000ff', 'hex')],
    ['gzip', zlib.gzipSync('x')],
    ['deflate', zlib.deflateSync('x')],
  ];
  const decoders = [
    ['gunzip', createGunzip, zlib.createGunzip],
    ['inflate', createInflate, zlib.createInflate],
    ['inflateRaw', createInflateRaw, zlib.createInflateRaw],
    ['unzip', createUnzip, zlib.createUnzip],
  ];
  const cases = decoders.flatMap(([name, ours, theirs]) =>
    inputs.map(([what, input]) => [name, what, ours, theirs, input]),
  );

  test.each(cases)("%s is given %s: zlib's error", async (_, __, create, zlibCreate, input) => {
    const ours = await decode(create(), [input]);
    const theirs = await decode(zlibCreate(), [input]);
    const codes = ({ errors }) => errors.map(({ code, errno }) => ({ code, errno }));
    expect(codes(ours)).toEqual(codes(theirs));
    expect(ours.ended).toBe(theirs.ended);
    if (ours.errors.length > 0) expect(ours.finished).toBe(false);
  });

  test.each(decoders)('%s is given nothing: as node:zlib', async (_, create, zlibCreate) => {
    const ours = await decode(create(), []);
    const theirs = await decode(zlibCreate(), []);
    expect(ours.errors.map(({ code }) => code)).toEqual(theirs.errors.map(({ code }) => code));
    expect(ours.ended).toBe(theirs.ended);
  });
});

test('without a reader the error is told all the same', async () => {
  const stream = track(createGunzip());
  const error = await new Promise((resolve) => {
    stream.on('error', resolve);
    stream.write('not gzip');
  });
  expect(error).toMatchObject({ code: 'Z_DATA_ERROR', message: 'incorrect header check' });
});
