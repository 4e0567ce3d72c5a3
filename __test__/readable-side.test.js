'use strict';

const { once } = require('node:events');
const { gunzipSync, gzipSync } = require('node:zlib');
const { createGunzip, createGzip, createInflate } = require('..');
const { noise } = require('./support/data');
const { reported } = require('./support/program');
const { collect, destroyAfterEach, pausedTransform, settled, track } = require('./support/streams');

destroyAfterEach();

describe('7. A slow reader stops the codec', () => {
  test('the codec stops consuming, and write() returns false', async () => {
    const stream = pausedTransform({ writableHighWaterMark: 10_000 });
    let writes = 0;
    while (stream.write(Buffer.alloc(1000))) {
      writes += 1;
      await settled(stream);
      expect(writes).toBeLessThan(200);
    }
    await settled(stream);
    const { buffered, readable } = stream.pressure;
    expect(buffered).toBeGreaterThanOrEqual(10_000);
    expect(readable.buffered).toBe(1024);
    expect(readable.highWaterMark).toBe(1024);
    // Each reading lets it go on by so much.
    const before = stream.pressure.bytesOut;
    expect(stream.read(600)).toHaveLength(600);
    await settled(stream);
    expect(stream.pressure.bytesOut).toBeGreaterThan(before);
    expect(stream.pressure.bytesOut).toBeLessThan(before + 5000);
  });

  test.each([1, 64, 1000, 65_536, 1_000_000])(
    'a bomb of 1000:1 stays at a readable mark of %d bytes',
    async (readableHighWaterMark) => {
      const stream = track(createGunzip({ readableHighWaterMark }));
      const bomb = gzipSync(Buffer.alloc(20_000_000));
      const drained = jest.fn();
      stream.on('drain', drained);
      stream.end(bomb);
      await settled(stream);
      const { readable } = stream.pressure;
      expect(readable.peak).toBeLessThanOrEqual(readableHighWaterMark);
      expect(readable.buffered).toBe(readableHighWaterMark);
      expect(stream.readableLength).toBeLessThanOrEqual(readableHighWaterMark);
      expect(stream.writableFinished).toBe(false);
    },
  );

  test('with a reader that takes little, it stays there all along', async () => {
    const stream = track(createGunzip({ readableHighWaterMark: 5000, chunkSize: 1000 }));
    stream.end(gzipSync(Buffer.alloc(400_000)));
    let total = 0;
    stream.on('data', (chunk) => {
      expect(chunk.length).toBeLessThanOrEqual(1000);
      expect(stream.pressure.readable.peak).toBeLessThanOrEqual(5000);
      total += chunk.length;
      stream.pause();
      setImmediate(() => stream.resume());
    });
    await once(stream, 'end');
    expect(total).toBe(400_000);
  });

  test('memory does not grow with the bomb', async () => {
    const { grown, peak, total } = await reported(`
      const zlib = require('node:zlib');
      const bomb = zlib.gzipSync(Buffer.alloc(300e6), { level: 9 });
      const gunzip = sluice.createGunzip();
      const before = process.memoryUsage().rss;
      gunzip.end(bomb);
      setTimeout(async () => {
        const grown = process.memoryUsage().rss - before;
        let total = 0;
        for await (const chunk of gunzip) total += chunk.length;
        console.log(JSON.stringify({ grown, peak: gunzip.pressure.readable.peak, total }));
      }, 300);
    `);
    expect(peak).toBeLessThanOrEqual(131_072);
    expect(grown).toBeLessThan(20e6);
    expect(total).toBe(300e6);
  });

  test('nothing is lost by stopping: paused and resumed at random', async () => {
    const bytes = noise(500_000);
    const stream = track(createGzip({ readableHighWaterMark: 3000, chunkSize: 700 }));
    const chunks = [];
    let n = 0;
    stream.on('data', (chunk) => {
      chunks.push(chunk);
      n += 1;
      if (n % 7 === 0) {
        stream.pause();
        setImmediate(() => stream.resume());
      }
    });
    stream.end(bytes);
    await once(stream, 'end');
    expect(gunzipSync(Buffer.concat(chunks)).equals(bytes)).toBe(true);
  });
});

describe('7. Reading as from any Readable', () => {
  const plain = Buffer.from('one two three '.repeat(100));
  const source = () => {
    const stream = track(createInflate());
    stream.end(require('node:zlib').deflateSync(plain));
    return stream;
  };

  test("read(n) gives n bytes, or what is left at the end, and 'readable' tells", async () => {
    const stream = source();
    const parts = [];
    stream.on('readable', () => {
      for (let part; (part = stream.read(100)) !== null;) parts.push(part);
    });
    await once(stream, 'end');
    expect(parts.every((part) => part.length === 100)).toBe(true);
    expect(Buffer.concat(parts).equals(plain)).toBe(true);
  });

  test('setEncoding() gives strings, and cuts no character in two', async () => {
    const text = '😀é€'.repeat(20_000);
    const stream = track(createInflate({ chunkSize: 101 })).setEncoding('utf8');
    stream.end(require('node:zlib').deflateSync(text));
    let result = '';
    for await (const part of stream) {
      expect(typeof part).toBe('string');
      result += part;
    }
    expect(result === text).toBe(true);
  });

  test('unshift() puts bytes back', async () => {
    const stream = source();
    await once(stream, 'readable');
    const head = stream.read(10);
    stream.unshift(head);
    expect((await collect(stream)).equals(plain)).toBe(true);
  });

  test('the bytes of earlier chunks stay as they were', async () => {
    const stream = track(createGzip({ level: 0, chunkSize: 4096 }));
    const bytes = noise(200_000);
    stream.end(bytes);
    const chunks = [];
    const copies = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      copies.push(Buffer.from(chunk));
    }
    expect(Buffer.concat(chunks).equals(Buffer.concat(copies))).toBe(true);
    expect(gunzipSync(Buffer.concat(chunks)).equals(bytes)).toBe(true);
  });

  test('a small chunk holds no memory but its own, however long a program keeps it', async () => {
    const stream = track(createGunzip({ readableHighWaterMark: 100 }));
    const sizes = [];
    stream.on('data', (chunk) => sizes.push([chunk.length, chunk.buffer.byteLength]));
    stream.end(gzipSync(noise(1000)));
    await once(stream, 'end');
    expect(sizes).toEqual(Array(10).fill([100, 100]));
  });

  test('an input without bytes gives no bytes but the frame', async () => {
    const stream = track(createGzip());
    stream.end();
    expect(gunzipSync(await collect(stream))).toHaveLength(0);
  });
});

describe('a reader that is slower than the codec', () => {
  /** Keeps the thread busy until the codec must have filled its buffer again. */
  const dawdle = () => {
    const end = performance.now() + 1;
    while (performance.now() < end);
  };

  test('lets others have their turn of the event loop', async () => {
    const stream = track(createGunzip());
    let inThisTurn = 0;
    let most = 0;
    const endTurn = () => {
      inThisTurn = 0;
      if (!stream.destroyed) setImmediate(endTurn);
    };
    setImmediate(endTurn);
    stream.on('data', (chunk) => {
      inThisTurn += chunk.length;
      most = Math.max(most, inThisTurn);
      dawdle();
    });
    stream.end(gzipSync(Buffer.alloc(10_000_000)));
    await once(stream, 'end');
    expect(most).toBeLessThan(1_000_000);
  });

  test('hears of an error when it asks for more than was decoded before it', async () => {
    const bytes = noise(100_000);
    const damaged = gzipSync(bytes);
    damaged[damaged.length - 6] ^= 1;
    const stream = track(createGunzip());
    stream.end(damaged);
    const failed = new Promise((resolve) => stream.once('error', resolve));
    let total = 0;
    stream.on('readable', () => {
      for (let chunk; (chunk = stream.read(999)) !== null;) total += chunk.length;
    });
    expect((await failed).code).toBe('Z_DATA_ERROR');
    expect(total).toBe(100_000 - (100_000 % 999));
  });
});
