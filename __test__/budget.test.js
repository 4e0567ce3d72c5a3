'use strict';

const { once } = require('node:events');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const {
  Budget,
  createGunzip,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createWriteStream,
} = require('..');
const { lines, noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { countLinks } = require('./support/links');
const { reported } = require('./support/program');
const {
  closed,
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  pausedTransform,
  stuckWritable,
  thrown,
  track,
  wait,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const links = countLinks();

const KIB = 1024;
const MIB = 1024 * KIB;
const slow = (options) => track(createSlowWritableStream(options));

/** A stream that holds so many bytes of the budget until it is destroyed. */
function hoard(budget, bytes) {
  const stream = stuckWritable({ budget, highWaterMark: MIB });
  for (let left = bytes; left > 0; left -= KIB) stream.write(Buffer.alloc(Math.min(left, KIB)));
  return stream;
}

describe('11. a budget bounds what many streams hold', () => {
  test('when it is spent write() returns false, whatever the mark of the stream', async () => {
    const budget = new Budget({ bytes: 100 * KIB });
    hoard(budget, 90 * KIB);
    const stream = stuckWritable({ budget, highWaterMark: MIB });
    const results = Array.from({ length: 4 }, () => stream.write(Buffer.alloc(4 * KIB)));
    expect(results).toEqual([true, false, false, false]);
    expect(stream.writableNeedDrain).toBe(true);
    expect(stream.writableLength).toBe(16 * KIB);
    expect(stream.pressure).toMatchObject({ awaitsBudget: true, budget: { bytes: 100 * KIB } });
    expect(budget).toMatchObject({ used: 106 * KIB, peak: 106 * KIB, waiting: 1 });
    expect(stream.pressure.budget).toEqual({
      bytes: 100 * KIB,
      used: 106 * KIB,
      peak: 106 * KIB,
      waiting: 1,
    });
  });

  test('it counts accepted and produced bytes, until they are taken', async () => {
    const budget = new Budget({ bytes: Infinity });
    const gzip = pausedTransform({ budget, highWaterMark: MIB, readableHighWaterMark: 32 * KIB });
    gzip.write(noise(256 * KIB));
    while (gzip.pressure.readable.buffered < 32 * KIB) await wait(1);
    const { buffered, readable } = gzip.pressure;
    expect(Math.abs(budget.used - buffered - readable.buffered)).toBeLessThanOrEqual(20 * KIB);
    const output = collect(gzip);
    gzip.end();
    await output;
    expect(budget.used).toBe(0);
    expect(budget.peak).toBeGreaterThanOrEqual(256 * KIB);
  });

  test("'drain' comes when bytes return, to those that waited, first come, first served", async () => {
    const budget = new Budget({ bytes: 64 * KIB });
    const holders = [1, 2, 3, 4].map(() => hoard(budget, 15 * KIB));
    await nextTurn();
    const order = [];
    const waiting = ['a', 'b', 'c', 'd'].map((name) => {
      const stream = stuckWritable({ budget, highWaterMark: MIB });
      stream.on('drain', () => order.push(name));
      expect(stream.write(Buffer.alloc(6 * KIB))).toBe(false);
      return stream;
    });
    expect(budget.waiting).toBe(4);
    const told = [];
    for (const holder of holders) {
      holder.destroy();
      await closed(holder);
      await nextTurn();
      told.push(order.join(''));
    }
    // What is above the budget has to come back first.
    expect(told).toEqual(['', 'a', 'abcd', 'abcd']);
    expect(waiting.map((stream) => stream.pressure.awaitsBudget)).toEqual(waiting.map(() => false));
  });

  test('a stream whose own bytes are gone goes on although others hold all of it', async () => {
    const budget = new Budget({ bytes: 64 * KIB });
    hoard(budget, 64 * KIB);
    const stream = slow({ budget });
    for (let i = 0; i < 20; i += 1) {
      if (!stream.write(Buffer.alloc(10 * KIB))) await once(stream, 'drain');
    }
    expect(stream.bytesWritten).toBeGreaterThan(100 * KIB);
  });

  test('a write that is not invited is accepted', async () => {
    const budget = new Budget({ bytes: KIB });
    const stream = slow({ budget });
    let written = 0;
    stream.on('finish', () => (written = stream.bytesWritten));
    for (let i = 0; i < 50; i += 1) stream.write(Buffer.alloc(10 * KIB));
    expect(stream.writableNeedDrain).toBe(true);
    stream.end();
    await closed(stream);
    expect(written).toBe(500 * KIB);
    expect(budget.used).toBe(0);
  });

  test("with overflow: 'error' it is refused", async () => {
    const budget = new Budget({ bytes: 20 * KIB });
    const stream = stuckWritable({ budget, overflow: 'error' });
    // The first one comes unasked.
    expect(stream.write(Buffer.alloc(20 * KIB))).toBe(false);
    const failed = failure(stream);
    const callback = jest.fn();
    expect(stream.write(Buffer.alloc(1), callback)).toBe(false);
    const error = await failed;
    expect(error.code).toBe('ERR_SLUICE_OVERFLOW');
    expect(callback.mock.calls).toEqual([[error]]);
  });

  test('a pipeline whose stages share a budget of one byte gets through', async () => {
    const budget = new Budget({ bytes: 1 });
    const data = lines(20_000);
    const path = file('data.gz');
    await pipeline(
      Readable.from([data.subarray(0, 500_000), data.subarray(500_000)]),
      createGzip({ budget }),
      createWriteStream(path, { budget }),
    );
    const decoded = [];
    await pipeline(
      createReadStream(path, { budget }),
      createGunzip({ budget }),
      createGzip({ budget, level: 0 }),
      createGunzip({ budget, chunkSize: 1000 }),
      async (output) => {
        for await (const chunk of output) decoded.push(chunk);
      },
    );
    expect(Buffer.concat(decoded).equals(data)).toBe(true);
    expect(budget).toMatchObject({ used: 0, waiting: 0 });
  });

  test('streams of all kinds under one budget: it is kept, and none of them starves', async () => {
    const streams = 60;
    const bytes = 64 * KIB * streams;
    const budget = new Budget({ bytes });
    const data = noise(256 * KIB);
    const all = [];
    const sinks = [];
    const feed = (stream) => {
      const go = () => {
        let at = 0;
        while (stream.write(data.subarray(at, at + 16 * KIB))) at = (at + 16 * KIB) % data.length;
      };
      stream.on('drain', go);
      go();
    };
    for (let n = 0; all.length < streams; n += 1) {
      const sink = slow({ budget, bytesPerSecond: 100_000 });
      sinks.push(sink);
      all.push(sink);
      if (n % 3 === 0) {
        feed(sink);
      } else {
        const codec = track(createGzip({ budget, level: n % 3 === 1 ? 1 : 0 }));
        all.push(codec);
        codec.pipe(sink);
        feed(codec);
      }
    }
    let held = 0;
    const sample = () => {
      const buffers = all.map(
        ({ pressure }) => pressure.buffered + (pressure.readable?.buffered ?? 0),
      );
      held = Math.max(
        held,
        buffers.reduce((sum, n) => sum + n),
      );
    };
    await wait(500);
    const before = sinks.map(({ bytesWritten }) => bytesWritten);
    for (let i = 0; i < 30; i += 1) {
      sample();
      await wait(50);
    }
    const taken = sinks.map(({ bytesWritten }, n) => bytesWritten - before[n]);
    const mean = taken.reduce((sum, n) => sum + n) / taken.length;
    expect(held).toBeGreaterThan(bytes / 4);
    expect(held).toBeLessThanOrEqual(bytes);
    expect(budget.peak).toBeLessThanOrEqual(bytes);
    expect(Math.min(...taken)).toBeGreaterThanOrEqual(mean / 2);
  });

  test('nothing of a stream counts when it is destroyed, in whatever state', async () => {
    const budget = new Budget({ bytes: 100 * KIB });
    for (const bytes of [0, 10, 5000, 200 * KIB]) {
      for (const moment of [0, 1, 5]) {
        const some = [
          createGzip({ budget }),
          createGzip({ budget }).resume(),
          createSlowWritableStream({ budget, bytesPerSecond: 1000 }),
          createWriteStream(file('target'), { budget }),
        ];
        for (const stream of some) stream.on('error', () => {}).write(Buffer.alloc(bytes));
        if (moment > 0) await wait(moment);
        for (const stream of some) stream.destroy();
        await Promise.all(some.map(closed));
      }
    }
    while (budget.used > 0) await wait(1);
    expect(budget).toMatchObject({ used: 0, waiting: 0 });
  });
});

describe('the bytes of a budget', () => {
  test('may be more while streams are at work: who waits goes on', async () => {
    const budget = new Budget({ bytes: 10 * KIB });
    const stream = stuckWritable({ budget, highWaterMark: MIB });
    expect(stream.write(Buffer.alloc(10 * KIB))).toBe(false);
    const drained = once(stream, 'drain');
    budget.bytes = 20 * KIB;
    await drained;
    expect(stream.write(Buffer.alloc(10 * KIB))).toBe(false);
    budget.bytes = Infinity;
    await once(stream, 'drain');
    expect(budget.bytes).toBe(Infinity);
  });

  test('may be less, but not less than what is in use', async () => {
    const budget = new Budget({ bytes: 100 * KIB });
    const stream = hoard(budget, 50 * KIB);
    const error = thrown(() => (budget.bytes = 50 * KIB - 1));
    expect(error).toMatchObject({ name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
    expect(budget.bytes).toBe(100 * KIB);
    budget.bytes = 50 * KIB;
    expect(budget.bytes).toBe(50 * KIB);
    expect(stream.write(Buffer.alloc(2 * KIB))).toBe(false);
  });

  test.each([
    [undefined, 'ERR_INVALID_ARG_TYPE'],
    [null, 'ERR_INVALID_ARG_TYPE'],
    ['64', 'ERR_INVALID_ARG_TYPE'],
    [64n, 'ERR_INVALID_ARG_TYPE'],
    [0, 'ERR_OUT_OF_RANGE'],
    [-1, 'ERR_OUT_OF_RANGE'],
    [NaN, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [-Infinity, 'ERR_OUT_OF_RANGE'],
    [2 ** 53, 'ERR_OUT_OF_RANGE'],
  ])('%p is refused with %s, and the streams go on', async (bytes, code) => {
    expect(thrown(() => new Budget({ bytes }))).toMatchObject({ code });
    const budget = new Budget({ bytes: 50 * KIB });
    const stream = slow({ budget });
    stream.write(Buffer.alloc(60 * KIB));
    expect(thrown(() => (budget.bytes = bytes))).toMatchObject({ code });
    expect(budget.bytes).toBe(50 * KIB);
    await once(stream, 'drain');
  });

  test('a bound ends the links of its streams, and there are none under it', async () => {
    const budget = new Budget({ bytes: Infinity });
    const source = track(createReadStream(process.execPath, { budget }));
    const gzip = track(createGzip({ budget, level: 0, highWaterMark: MIB }));
    const sink = slow({ budget, bytesPerSecond: 1e6, highWaterMark: MIB });
    source.pipe(gzip).pipe(sink);
    while (links.made === 0 || budget.used < MIB) await wait(1);
    budget.bytes = 4 * MIB;
    const { made, bytes } = links;
    for (let i = 0; i < 50; i += 1) {
      await wait(5);
      expect(budget.used).toBeLessThanOrEqual(4 * MIB);
    }
    while (links.bytes === bytes) await wait(1);
    expect(links.made).toBe(made);
  });

  test('a budget needs options, and the option a Budget', () => {
    for (const options of [undefined, null, 64, '64']) {
      expect(thrown(() => new Budget(options))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    }
    const makers = [
      createGzip,
      createSlowWritableStream,
      (options) => createWriteStream(file('target'), options),
      (options) => createReadStream(__filename, options),
    ];
    for (const make of makers) {
      for (const budget of [null, 64, {}, { bytes: 64 }, Budget, Object.create(Budget.prototype)]) {
        expect(thrown(() => make({ budget }))).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
      }
    }
  });
});

describe('Budget.default', () => {
  test('counts the streams that have no budget of their own', () => {
    const before = Budget.default.used;
    stuckWritable().write(Buffer.alloc(10 * KIB));
    stuckWritable({ budget: undefined }).write(Buffer.alloc(10 * KIB));
    expect(Budget.default.used - before).toBe(20 * KIB);
    stuckWritable({ budget: new Budget({ bytes: MIB }) }).write(Buffer.alloc(10 * KIB));
    expect(Budget.default.used - before).toBe(20 * KIB);
    expect(Budget.default).toBe(Budget.default);
  });

  test('is that of the process: its other threads see it and are bound by it', async () => {
    const result = await reported(`
      const { Worker } = require('node:worker_threads');
      const { Budget } = sluice;
      const stuck = () => sluice.createSlowWritableStream({ latency: Infinity });
      Budget.default.bytes = 100 * 1024;
      stuck().write(Buffer.alloc(90 * 1024));
      const worker = new Worker(\`
        const { parentPort, workerData } = require('node:worker_threads');
        const { Budget, createSlowWritableStream } = require(workerData);
        const { bytes, used } = Budget.default;
        const stream = createSlowWritableStream({ latency: Infinity });
        const room = stream.write(Buffer.alloc(20 * 1024));
        Budget.default.bytes = Infinity;
        stream.on('drain', () => {
          parentPort.postMessage({ bytes, used, room });
          process.exit();
        });
      \`, { eval: true, workerData: ${JSON.stringify(require.resolve('..'))} });
      worker.once('message', (seen) => {
        const end = () => {
          // What the worker's stream held comes back when its stage has seen that it is gone.
          if (Budget.default.used !== 90 * 1024) return setTimeout(end, 5);
          console.log(JSON.stringify({ ...seen, after: Budget.default.bytes }));
          process.exit();
        };
        worker.once('exit', end);
      });
    `);
    expect(result).toEqual({ bytes: 100 * KIB, used: 90 * KIB, room: false, after: null });
  });
});

test('a process ends when its streams wait for a budget that nobody gives back', async () => {
  const result = await reported(`
    const budget = new sluice.Budget({ bytes: 10_000 });
    const paused = sluice.createGzip({ budget, level: 0 });
    paused.write(Buffer.alloc(50_000));
    const other = sluice.createGzip({ budget, level: 0 });
    other.write(Buffer.alloc(50_000));
    process.on('exit', () => console.log(budget.waiting));
  `);
  expect(result).toBeGreaterThan(0);
});

test("a process does not end before a 'drain' that another stream makes possible", async () => {
  const drains = await reported(`
    const budget = new sluice.Budget({ bytes: 64 * 1024 });
    const paused = [];
    let drains = 0;
    // Held by nobody: each has a reader that is paused, and all of its bytes wait in it.
    for (let i = 0; i < 4; i += 1) {
      const stream = sluice.createGzip({ budget, level: 0, readableHighWaterMark: 1 << 20 });
      stream.on('drain', () => (drains += 1));
      paused.push(stream);
    }
    const sink = sluice.createSlowWritableStream({ budget, bytesPerSecond: 200_000 });
    for (let i = 0; i < 60; i += 1) sink.write(Buffer.alloc(1024));
    setTimeout(() => paused.forEach((stream) => stream.write(Buffer.alloc(6 * 1024))), 20);
    process.on('exit', () => console.log(drains));
  `);
  expect(drains).toBe(4);
});
