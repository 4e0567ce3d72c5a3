'use strict';

const { once } = require('node:events');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const {
  closed,
  destroyAfterEach,
  nextTurn,
  pausedTransform,
  settled,
  stuckWritable,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const sinks = [
  ['gzip', (options) => track(createGzip(options)).resume()],
  ['a file', (options) => track(createWriteStream(file('target'), options))],
  ['a slow writer', (options) => track(createSlowWritableStream(options))],
];

describe("4. 'drain' fires once for each episode of false", () => {
  test.each(sinks)('%s: as many drains as episodes', async (_, create) => {
    const stream = create({ highWaterMark: 1000 });
    let drains = 0;
    stream.on('drain', () => (drains += 1));
    for (let episode = 1; episode <= 20; episode += 1) {
      const drained = once(stream, 'drain');
      expect(stream.write(Buffer.alloc(900))).toBe(stream.writableLength < 1000);
      // Several times false is still one episode.
      for (let i = 0; i < 3; i += 1) stream.write(Buffer.alloc(1000));
      expect(stream.writableNeedDrain).toBe(true);
      await drained;
      expect(stream.writableNeedDrain).toBe(false);
      await nextTurn();
      expect(drains).toBe(episode);
    }
    expect(stream.pressure.drains).toBe(20);
  });

  test.each(sinks)('%s: never without an episode', async (_, create) => {
    const stream = create({ highWaterMark: 100_000 });
    const drain = jest.fn();
    stream.on('drain', drain);
    for (let i = 0; i < 10; i += 1) {
      await new Promise((resolve) => stream.write(Buffer.alloc(1000), resolve));
    }
    expect(drain).not.toHaveBeenCalled();
  });

  test.each(sinks)('%s: never inside write()', async (_, create) => {
    const stream = create({ highWaterMark: 100 });
    let writing = false;
    stream.on('drain', () => expect(writing).toBe(false));
    for (let i = 0; i < 200; i += 1) {
      writing = true;
      const room = stream.write(Buffer.alloc(150));
      // Gives the consumer the time to be done before write() is over, were it to tell from within.
      const { bytesWritten } = stream;
      writing = false;
      expect(bytesWritten).toBeLessThanOrEqual((i + 1) * 150);
      if (!room) await once(stream, 'drain');
    }
  });

  test.each([
    ['half of the high mark by default', { highWaterMark: 1000 }, 500],
    ['the low mark that was set', { highWaterMark: 1000, lowWaterMark: 10 }, 10],
    ['0', { highWaterMark: 1000, lowWaterMark: 0 }, 0],
    ['the high mark', { highWaterMark: 1000, lowWaterMark: 1000 }, 1000],
  ])('it comes at %s and not before', async (_, marks, low) => {
    const stream = pausedTransform({ readableHighWaterMark: 64, ...marks });
    expect(stream.writableLowWaterMark).toBe(low);
    const lengths = [];
    stream.on('drain', () => lengths.push(stream.writableLength));
    // 64 KiB at a time are more than a codec takes for one reading.
    stream.write(Buffer.alloc(200_000));
    await settled(stream);
    expect(stream.writableLength).toBeGreaterThan(low);
    expect(lengths).toEqual([]);
    const drained = once(stream, 'drain');
    stream.resume();
    await drained;
    expect(lengths).toHaveLength(1);
    expect(lengths[0]).toBeLessThanOrEqual(low);
  });

  test('a slow sink that still holds more than the low mark has not drained', async () => {
    const stream = track(
      createSlowWritableStream({ bytesPerSecond: 20_000, highWaterMark: 1000, lowWaterMark: 200 }),
    );
    stream.write(Buffer.alloc(1500));
    await once(stream, 'drain');
    expect(stream.writableLength).toBeLessThanOrEqual(200);
    expect(stream.bytesWritten).toBeGreaterThanOrEqual(1300);
  });

  test('a listener that fills the stream again begins a new episode', async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 100 }));
    let episodes = 0;
    const done = new Promise((resolve) => {
      stream.on('drain', () => {
        expect(stream.writableLength).toBeLessThanOrEqual(50);
        episodes += 1;
        if (episodes === 100) resolve();
        else expect(stream.write(Buffer.alloc(100))).toBe(false);
      });
    });
    stream.write(Buffer.alloc(100));
    await done;
    await nextTurn();
    expect(episodes).toBe(100);
    expect(stream.pressure).toMatchObject({ drains: 100, falseWrites: 100 });
  });

  test('two listeners hear of it once each, also when the first one writes', async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 100 }));
    const heard = [];
    stream.once('drain', () => {
      heard.push('first');
      stream.write(Buffer.alloc(100));
    });
    stream.on('drain', () => heard.push('second'));
    stream.write(Buffer.alloc(100));
    await once(stream, 'drain');
    await once(stream, 'drain');
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});

describe("4. 'drain' never fires when it is of no use", () => {
  test.each(sinks)('%s: not after end()', async (_, create) => {
    const stream = create({ highWaterMark: 100 });
    const drain = jest.fn();
    stream.on('drain', drain);
    for (let i = 0; i < 10; i += 1) expect(stream.write(Buffer.alloc(10_000))).toBe(false);
    stream.end();
    await once(stream, 'close');
    await nextTurn();
    expect(drain).not.toHaveBeenCalled();
  });

  test('not after destroy(), error or close', async () => {
    for (const error of [undefined, new Error('given up')]) {
      const stream = stuckWritable({ highWaterMark: 10 });
      const drain = jest.fn();
      stream.on('drain', drain).on('error', () => {});
      stream.write(Buffer.alloc(100));
      stream.destroy(error);
      await closed(stream);
      await nextTurn();
      expect(drain).not.toHaveBeenCalled();
    }
  });

  test('not when the listener before it destroys the stream', async () => {
    const stream = track(createSlowWritableStream({ highWaterMark: 10 }));
    const order = [];
    stream.write(Buffer.alloc(5), () => order.push('callback'));
    stream.write(Buffer.alloc(5));
    stream.on('drain', () => {
      order.push('drain');
      stream.destroy();
    });
    await once(stream, 'close');
    expect(order).toEqual(['drain', 'callback']);
  });
});
