'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { pipeline } = require('node:stream/promises');
const { gunzipSync } = require('node:zlib');
const { createGzip, createReadStream, createSlowWritableStream } = require('..');
const { lines, noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { reported } = require('./support/program');
const { closed, collect, destroyAfterEach, nextTurn, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onLinux = process.platform === 'linux' ? test : test.skip;
const BYTES = noise(2_000_000);

beforeEach(() => fs.writeFileSync(file('source'), BYTES));
const open = (options) => track(createReadStream(file('source'), options));

/** Resolves when nothing more is read, for want of room. */
async function settled(stream) {
  let last = -1;
  for (let same = 0; same < 3;) {
    const { bytesIn, readable } = stream.pressure;
    same = bytesIn === last && readable.buffered > 0 ? same + 1 : 0;
    last = bytesIn;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Keeps the JS thread to itself until the condition holds, or for much longer than it should take. */
function busyUntil(condition) {
  for (const end = Date.now() + 10_000; Date.now() < end && !condition(););
}

describe('7. A slow reader stops the source', () => {
  test('nothing is read before somebody asks for it', async () => {
    const stream = open();
    await once(stream, 'ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stream.pressure).toMatchObject({ bytesIn: 0, bytesOut: 0 });
    expect(stream.readableLength).toBe(0);
    stream.read(0);
    await settled(stream);
    expect(stream.pressure.bytesIn).toBeGreaterThan(0);
  });

  test.each([1, 1000, 65_536, 131_072, 200_000, 500_000])(
    'a highWaterMark of %d bytes bounds what Rust and Node hold',
    async (highWaterMark) => {
      const stream = open({ highWaterMark });
      await once(stream, 'readable');
      for (let round = 0; round < 5; round += 1) {
        await settled(stream);
        const { readable, bytesIn, bytesOut } = stream.pressure;
        expect(readable.highWaterMark).toBe(
          Math.max(highWaterMark, Math.min(4 * highWaterMark, 262_144)),
        );
        expect(readable.buffered).toBe(bytesIn - bytesOut);
        expect(readable.peak).toBeLessThanOrEqual(readable.highWaterMark);
        expect(stream.bytesRead).toBe(bytesOut);
        const inNode = stream.readableLength - readable.buffered;
        expect(inNode).toBeGreaterThan(0);
        expect(inNode).toBeLessThan(2 * highWaterMark);
        expect(stream.read(1)).toHaveLength(1);
      }
    },
  );

  test('the file is read ahead while the JS thread does something else', async () => {
    const stream = open({ highWaterMark: 100_000 });
    await once(stream, 'data');
    busyUntil(() => stream.pressure.readable.buffered === 200_000);
    expect(stream.pressure.readable.buffered).toBe(200_000);
  });

  onLinux('memory does not grow with the file', async () => {
    const { grown, total } = await reported(`
      const stream = sluice.createReadStream('/dev/zero', { end: 400e6 - 1 });
      const before = process.memoryUsage().rss;
      stream.once('data', async () => {
        stream.pause();
        await new Promise((resolve) => setTimeout(resolve, 300));
        const grown = process.memoryUsage().rss - before;
        let total = stream.bytesRead - stream._readableState.length;
        for await (const chunk of stream) total += chunk.length;
        console.log(JSON.stringify({ grown, total }));
      });
    `);
    expect(grown).toBeLessThan(20e6);
    expect(total).toBe(400e6);
  });

  test('nothing is lost, and chunks stay whole, when it is paused and resumed at random', async () => {
    const stream = open({ highWaterMark: 3000 });
    const chunks = [];
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      if (chunks.length % 7 === 0) {
        stream.pause();
        setTimeout(() => stream.resume(), chunks.length % 3);
      }
    });
    await once(stream, 'end');
    expect(Buffer.concat(chunks).equals(BYTES)).toBe(true);
    expect(chunks.slice(0, -1).every((chunk) => chunk.length === 3000)).toBe(true);
  });
});

describe('readableLength is what can be read', () => {
  test('read(readableLength) gives it, all the way', async () => {
    const stream = open({ highWaterMark: 10_000 });
    let total = 0;
    await once(stream, 'readable');
    while (total < BYTES.length) {
      const { readableLength } = stream;
      if (readableLength === 0) {
        await nextTurn();
        stream.read(0);
        continue;
      }
      const chunk = stream.read(readableLength);
      expect(chunk).toHaveLength(readableLength);
      expect(chunk.equals(BYTES.subarray(total, total + readableLength))).toBe(true);
      total += readableLength;
    }
    stream.resume();
    await once(stream, 'end');
    expect(stream.readableLength).toBe(0);
  });

  test('with what was given so far, it is what was read from the file', async () => {
    const stream = open({ highWaterMark: 5000 });
    await once(stream, 'readable');
    let given = 0;
    for (const n of [1, 999, 4000, 5000, 7000, 12_000]) {
      await settled(stream);
      given += stream.read(n).length;
      await settled(stream);
      expect(given + stream.readableLength).toBe(stream.pressure.bytesIn);
    }
  });

  test('it is 0 after a destroy', async () => {
    const stream = open();
    await once(stream, 'readable');
    await settled(stream);
    stream.destroy();
    await once(stream, 'close');
    expect(stream.pressure.bytesIn).toBeGreaterThan(0);
    expect(stream.readableLength - stream._readableState.length).toBe(0);
  });
});

test('others have their turn of the event loop, however fast the file is', async () => {
  fs.writeFileSync(file('source'), Buffer.alloc(50_000_000));
  const stream = open();
  let since = 0;
  let most = 0;
  stream.on('data', (chunk) => {
    since += chunk.length;
    most = Math.max(most, since);
  });
  const turn = () => {
    since = 0;
    if (!stream.readableEnded) setImmediate(turn);
  };
  turn();
  await once(stream, 'end');
  expect(stream.bytesRead).toBe(50_000_000);
  expect(most).toBeLessThanOrEqual(2 * 262_144);
});

describe('it composes', () => {
  test('with pipeline(), a codec and a slow writer', async () => {
    const text = lines(20_000);
    fs.writeFileSync(file('source'), text);
    const destination = file('target');
    await pipeline(open(), createGzip(), createSlowWritableStream({ destination }));
    expect(gunzipSync(fs.readFileSync(destination)).equals(text)).toBe(true);
  });

  test('with a pipeline that fails: the file is closed', async () => {
    const stream = open();
    const target = createSlowWritableStream({ destination: file('no/target') });
    const done = closed(stream);
    await expect(pipeline(stream, target)).rejects.toMatchObject({ code: 'ENOENT' });
    await done;
    expect(stream).toMatchObject({ destroyed: true, fd: null });
  });

  test('with two readers by pipe(), and unpipe()', async () => {
    const stream = open();
    const [one, two, three] = [createGzip(), createGzip(), createGzip()].map(track);
    stream.pipe(one);
    stream.pipe(two);
    stream.pipe(three);
    stream.unpipe(three);
    const outputs = await Promise.all([one, two].map(collect));
    for (const output of outputs) expect(gunzipSync(output).equals(BYTES)).toBe(true);
    expect(three.writableEnded).toBe(false);
  });

  test('with Web Streams', async () => {
    const web = require('node:stream').Readable.toWeb(open());
    expect((await collect(web)).equals(BYTES)).toBe(true);
  });
});
