'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const texts = [
  ['short', 'abc'],
  ['empty', ''],
  ['long', 'x'.repeat(100_000)],
  ['of several bytes a character', 'é€😀'.repeat(700)],
  ['long, of several bytes a character', '😀é€'.repeat(30_000)],
  ['with lone surrogates', 'a\ud800b\udc00\ud83d'],
  ['long, with lone surrogates', '\ud83d'.repeat(5000)],
  ['with NULs', 'a\0b\0'],
  ['with a byte order mark', '\ufeffabc'],
  ...[
    1019, 1020, 1021, 1022, 1023, 1024, 1025, 2043, 2044, 2045, 2047, 2048, 2049, 16_383, 16_385,
  ].map((length) => [`of ${length} characters`, 'y'.repeat(length - 1) + '€']),
];

async function compressed(write) {
  const stream = track(createGzip());
  const output = collect(stream);
  write(stream);
  stream.end();
  return gunzipSync(await output);
}

test.each(texts)('a string, %s, is written as UTF-8', async (_, text) => {
  const expected = Buffer.from(text);
  const ways = [
    (stream) => stream.write(text),
    (stream) => stream.write(text, 'utf8'),
    (stream) => stream.write(text, () => {}),
    (stream) => stream.end(text),
  ];
  for (const way of ways) expect((await compressed(way)).equals(expected)).toBe(true);
  const path = file('target');
  const stream = track(createWriteStream(path));
  stream.write(text);
  stream.end();
  await once(stream, 'close');
  expect(fs.readFileSync(path).equals(expected)).toBe(true);
  expect(stream.bytesWritten).toBe(expected.length);
});

test('strings of all lengths side by side keep their order', async () => {
  let expected = '';
  const output = await compressed((stream) => {
    for (let i = 0; i < 3000; i += 1) {
      const text = `${i}€`.repeat(i % 40);
      expected += text;
      stream.write(text);
    }
  });
  expect(output.toString() === expected).toBe(true);
});

const encodings = [
  'latin1',
  'binary',
  'ascii',
  'hex',
  'base64',
  'base64url',
  'utf16le',
  'ucs2',
  'UTF-8',
];

test.each(encodings)('a string in %s', async (encoding) => {
  const text = { hex: '00ff7f', base64: 'AP9/+w==', base64url: 'AP9_-w' }[encoding] ?? 'aé\xff€';
  const expected = Buffer.from(text, encoding);
  const ways = [
    (stream) => stream.write(text, encoding),
    (stream) => stream.write(text, encoding, () => {}),
    (stream) => stream.end(text, encoding),
    (stream) => stream.end(text, encoding, () => {}),
    (stream) => stream.setDefaultEncoding(encoding).write(text),
    (stream) => stream.setDefaultEncoding(encoding).end(text),
  ];
  for (const way of ways) expect((await compressed(way)).equals(expected)).toBe(true);
  for (const options of [encoding, { encoding }, { defaultEncoding: encoding }]) {
    const stream = track(createWriteStream(file('target'), options));
    stream.end(text);
    await once(stream, 'close');
    expect(fs.readFileSync(file('target')).equals(expected)).toBe(true);
  }
});

test('setDefaultEncoding() holds for what follows, and can be taken back', async () => {
  const output = await compressed((stream) => {
    stream.write('é');
    stream.setDefaultEncoding('latin1').write('é');
    stream.setDefaultEncoding('utf8').write('é');
  });
  expect(output.equals(Buffer.from('c3a9e9c3a9', 'hex'))).toBe(true);
});

test('the option defaultEncoding of every stream', async () => {
  const gzip = track(createGzip({ defaultEncoding: 'hex' }));
  gzip.end('6869');
  expect(gunzipSync(await collect(gzip)).toString()).toBe('hi');
  const options = { defaultEncoding: 'hex', destination: file('target') };
  const slow = track(createSlowWritableStream(options));
  slow.end('6869');
  await once(slow, 'close');
  expect(fs.readFileSync(file('target'), 'utf8')).toBe('hi');
});

test.each(['nonsense', 'utf-7', 7])('%p is no encoding', async (encoding) => {
  const stream = track(createSlowWritableStream()).on('error', () => {});
  expect(() => stream.write('x', encoding)).toThrow(
    expect.objectContaining({ code: 'ERR_UNKNOWN_ENCODING' }),
  );
  expect(() => stream.setDefaultEncoding(encoding)).toThrow(
    expect.objectContaining({ code: 'ERR_UNKNOWN_ENCODING' }),
  );
  expect(stream.writableLength).toBe(0);
});
