'use strict';

const { once } = require('node:events');
const { createGzip, createSlowWritableStream, createWriteStream } = require('..');
const { noise } = require('./support/data');
const { collect, destroyAfterEach, stuckWritable, track } = require('./support/streams');

destroyAfterEach();

describe('pressure', () => {
  const marks = { highWaterMark: 1000, lowWaterMark: 300, hardLimit: 5000 };

  test('of a new stream', () => {
    const quiet = {
      buffered: 0,
      peak: 0,
      ...marks,
      needDrain: false,
      falseWrites: 0,
      drains: 0,
      bytesIn: 0,
      bytesOut: 0,
      awaitsBudget: false,
      budget: { bytes: Infinity, used: expect.any(Number), peak: expect.any(Number), waiting: 0 },
    };
    expect(stuckWritable(marks).pressure).toEqual(quiet);
    const readable = { buffered: 0, peak: 0, highWaterMark: 1000, lowWaterMark: 500 };
    expect(track(createGzip(marks)).pressure).toEqual({ ...quiet, readable });
  });

  test('the defaults are those that are documented', () => {
    const streams = [createGzip(), createSlowWritableStream(), createWriteStream('/dev/null')];
    for (const stream of streams.map(track)) {
      expect(stream.writableHighWaterMark).toBe(65_536);
      expect(stream.writableLowWaterMark).toBe(32_768);
      expect(stream.pressure).toMatchObject({ highWaterMark: 65_536, lowWaterMark: 32_768 });
      expect(stream.pressure.hardLimit).toBe(Infinity);
    }
    expect(streams[0].pressure.readable).toMatchObject({ highWaterMark: 131_072 });
  });

  test('counts as bytes are accepted', () => {
    const stream = stuckWritable(marks);
    stream.write(Buffer.alloc(600));
    const before = stream.pressure;
    stream.write(Buffer.alloc(600));
    stream.write(Buffer.alloc(1));
    expect(stream.pressure).toMatchObject({
      buffered: 1201,
      peak: 1201,
      needDrain: true,
      falseWrites: 2,
      drains: 0,
      bytesIn: 1201,
      bytesOut: 0,
    });
    // A snapshot stays what it was.
    expect(before).toMatchObject({ buffered: 600, bytesIn: 600, needDrain: false });
  });

  test('agrees with what write() returned, with the events and with the bytes', async () => {
    const stream = track(createGzip({ highWaterMark: 5000 }));
    let falses = 0;
    let drains = 0;
    stream.on('drain', () => {
      drains += 1;
      expect(stream.pressure).toMatchObject({ drains, needDrain: false });
    });
    const output = collect(stream);
    const bytes = noise(1000);
    for (let i = 0; i < 300; i += 1) {
      const room = stream.write(bytes);
      expect(stream.pressure.needDrain).toBe(stream.writableNeedDrain);
      if (!room) {
        falses += 1;
        await once(stream, 'drain');
      }
    }
    stream.end();
    const { length } = await output;
    expect(stream.pressure).toMatchObject({
      buffered: 0,
      falseWrites: falses,
      drains,
      bytesIn: 300_000,
      bytesOut: length,
    });
    expect(stream.pressure.peak).toBeGreaterThanOrEqual(5000);
    expect(stream.pressure.peak).toBeLessThan(6000);
    expect(drains).toBe(falses);
  });

  test("a sink's bytesOut are those that it has passed on", async () => {
    const stream = track(createSlowWritableStream());
    stream.end(Buffer.alloc(1234));
    await once(stream, 'finish');
    expect(stream.pressure).toMatchObject({ bytesIn: 1234, bytesOut: 1234, buffered: 0 });
  });
});
