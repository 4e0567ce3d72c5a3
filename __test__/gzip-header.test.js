'use strict';

const { spawnSync } = require('node:child_process');
const zlib = require('node:zlib');
const {
  createGunzip,
  createGzip,
  createInflate,
  createUnzip,
  gunzipSync,
  gzip,
  gzipSync,
} = require('..');
const { hasGzip } = require('./support/command');
const { lines, noise, pieces } = require('./support/data');
const {
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  through,
  track,
} = require('./support/streams');

destroyAfterEach();

/** The headers that a decoder tells of, and all that it gives. */
async function read(bytes, { create = createGunzip, size = Infinity } = {}) {
  const stream = track(create());
  const headers = [];
  const order = [];
  stream.on('header', (header) => {
    headers.push(header);
    order.push('header');
  });
  stream.on('data', () => order.at(-1) === 'data' || order.push('data'));
  const output = await through(stream, pieces(bytes, size));
  return { headers, order, output };
}

const header = {
  name: 'Übung.txt',
  comment: 'for people\nto read',
  mtime: new Date('2024-02-29T12:00:00.999Z'),
  extra: Buffer.from([65, 66, 2, 0, 1, 0]),
};
const told = {
  name: 'Übung.txt',
  comment: 'for people\nto read',
  mtime: Date.UTC(2024, 1, 29, 12) / 1000,
  extra: header.extra,
  os: 3,
  text: false,
};

describe('a header that is written', () => {
  const text = lines(100);

  test('is read, by us and by zlib', async () => {
    const packed = await through(track(createGzip({ header })), [text]);
    expect(zlib.gunzipSync(packed).equals(text)).toBe(true);
    const { headers, output } = await read(packed);
    expect(headers).toEqual([told]);
    expect(output.equals(text)).toBe(true);
  });

  test('is written by the one-shot functions too', async () => {
    const packed = gzipSync(text, { header });
    expect((await read(packed)).headers).toEqual([told]);
    const other = await new Promise((resolve) =>
      gzip(text, { header }, (_, bytes) => resolve(bytes)),
    );
    expect((await read(other)).headers).toEqual([told]);
    expect(gunzipSync(packed).equals(text)).toBe(true);
    // One that was given once is not kept for the next call.
    expect((await read(gzipSync(text))).headers[0].name).toBe(undefined);
  });

  test.each([
    [{}, { mtime: 0 }],
    [{ name: '' }, { name: '' }],
    [{ mtime: 1.9 }, { mtime: 1 }],
    [{ mtime: 2 ** 32 - 1 }, { mtime: 2 ** 32 - 1 }],
    [{ extra: new Uint16Array([1, 2]) }, { extra: Buffer.from([1, 0, 2, 0]) }],
    [{ extra: new ArrayBuffer(3) }, { extra: Buffer.alloc(3) }],
    [{ extra: noise(65_535) }, { extra: noise(65_535) }],
    [
      { name: 'x'.repeat(60_000), comment: 'ÿ' },
      { name: 'x'.repeat(60_000), comment: 'ÿ' },
    ],
  ])('%#', async (given, expected) => {
    const packed = await through(track(createGzip({ header: given })), [text]);
    expect(zlib.gunzipSync(packed).equals(text)).toBe(true);
    expect((await read(packed)).headers).toEqual([
      {
        name: undefined,
        comment: undefined,
        extra: undefined,
        mtime: 0,
        os: 3,
        text: false,
        ...expected,
      },
    ]);
  });

  test('is copied: what becomes of its memory changes nothing', async () => {
    const extra = Buffer.from('before');
    const stream = track(createGzip({ header: { extra } }));
    extra.write('behind');
    const [first] = (await read(await through(stream, [text]))).headers;
    expect(String(first.extra)).toBe('before');
  });

  test('comes again after a reset', async () => {
    const stream = track(createGzip({ header }));
    stream.reset();
    expect((await read(await through(stream, [text]))).headers).toEqual([told]);
  });

  (hasGzip ? test : test.skip)('is what the gzip command shows', () => {
    const { stdout, status } = spawnSync('gzip', ['-lNv'], {
      input: gzipSync('x', { header: { name: 'a name' } }),
    });
    expect(status).toBe(0);
    expect(String(stdout)).toContain('a name');
  });
});

describe("'header'", () => {
  const packed = gzipSync(lines(2000), { header });

  test.each([Infinity, 1000, 7, 1])(
    "comes once, before the first 'data', fed by %d bytes",
    async (size) => {
      const bytes = size === 1 ? packed.subarray(0, 3000) : packed;
      const stream = track(createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }));
      const order = [];
      stream.on('header', (fields) => order.push(fields.name));
      stream.on('data', () => order.at(-1) === 'data' || order.push('data'));
      await through(stream, pieces(bytes, size));
      expect(order).toEqual(['Übung.txt', 'data']);
    },
  );

  test('comes before what read() gives, too', async () => {
    const stream = track(createGunzip());
    const seen = [];
    stream.on('header', ({ name }) => seen.push(name));
    stream.end(packed);
    while (stream.read() === null) await new Promise(setImmediate);
    expect(seen).toEqual(['Übung.txt']);
  });

  test('comes without a reader, as soon as the header is complete', async () => {
    const stream = track(createGunzip());
    const seen = new Promise((resolve) => stream.on('header', resolve));
    stream.write(packed.subarray(0, 100));
    expect((await seen).comment).toBe('for people\nto read');
  });

  test('is that of the first member', async () => {
    const members = ['one', 'two'].map((name) => gzipSync(name, { header: { name } }));
    const { headers, output } = await read(Buffer.concat(members));
    expect(headers.map(({ name }) => name)).toEqual(['one']);
    expect(String(output)).toBe('onetwo');
  });

  test('comes for nothing at all, and not for a header that is bad or incomplete', async () => {
    expect((await read(gzipSync(''))).headers).toHaveLength(1);
    for (const bytes of [packed.subarray(0, 20), Buffer.from('no gzip')]) {
      const stream = track(createGunzip()).resume();
      const headers = [];
      stream.on('header', (fields) => headers.push(fields));
      stream.end(bytes);
      await failure(stream);
      expect(headers).toEqual([]);
    }
  });

  test('of unzip too, where the data is gzip', async () => {
    const { headers } = await read(packed, { create: createUnzip });
    expect(headers).toEqual([told]);
    const deflated = zlib.deflateSync('x');
    expect((await read(deflated, { create: createUnzip })).headers).toEqual([]);
    expect((await read(deflated, { create: createInflate })).headers).toEqual([]);
  });

  test('may destroy the stream', async () => {
    for (const act of [
      (s) => s.resume(),
      (s) => s.on('readable', () => s.read()),
      (s) => s.read(),
    ]) {
      const stream = track(createGunzip());
      const data = [];
      stream.on('header', () => stream.destroy());
      stream.on('data', (chunk) => data.push(chunk)).pause();
      stream.end(packed);
      await nextTurn();
      act(stream);
      if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
      expect(data).toEqual([]);
    }
  });

  test('is no affair of a program that does not listen', async () => {
    const stream = track(createGunzip());
    const output = collect(stream);
    stream.end(packed);
    expect((await output).equals(lines(2000))).toBe(true);
  });
});
