'use strict';

const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const { PassThrough, Readable, Transform, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const {
  Budget,
  createGzip,
  createReadStream,
  createThrottle,
  createWriteStream,
  observe,
  Rate,
  Throttle,
} = require('..');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { countLinks } = require('./support/links');
const { runProgram } = require('./support/program');
const {
  closed,
  collect,
  destroyAfterEach,
  failure,
  record,
  through,
  thrown,
  track,
  wait,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const links = countLinks();

const throttle = (options) => track(createThrottle(options));
const seconds = (since) => (performance.now() - since) / 1000;

/** A throttle that has let its burst through, and more bytes that wait. */
async function waiting(options) {
  const stream = throttle({ bytesPerSecond: 1, burst: 1, ...options });
  let passed = 0;
  stream.on('data', ({ length }) => (passed += length));
  stream.write(Buffer.alloc(100_000));
  while (passed === 0) await wait(1);
  return stream;
}

/** How many bytes come out within so many milliseconds. */
async function passedIn(stream, milliseconds) {
  const before = stream.pressure.bytesOut;
  const begin = performance.now();
  await wait(milliseconds);
  return (stream.pressure.bytesOut - before) / seconds(begin);
}

describe('12. a throttle lets through no more than its rate', () => {
  test('what comes out is what came, in order, in pieces of any size', async () => {
    const data = noise(300_000);
    for (const size of [1000, 65_536, 300_000]) {
      const chunks = [];
      for (let at = 0; at < data.length; at += size) chunks.push(data.subarray(at, at + size));
      const stream = throttle({ bytesPerSecond: 3e6, burst: 1000 });
      expect((await through(stream, chunks)).equals(data)).toBe(true);
      expect(stream.bytesWritten).toBe(data.length);
    }
    expect((await through(throttle({ bytesPerSecond: Infinity }), [data])).equals(data)).toBe(true);
    expect(await through(throttle({ bytesPerSecond: 1 }), [])).toHaveLength(0);
    expect(String(await through(throttle({ bytesPerSecond: 1e6 }), ['häß', 'lich']))).toBe(
      'häßlich',
    );
  });

  test('the burst passes and what the rate allows, and no more', async () => {
    const stream = throttle({ bytesPerSecond: 100_000, burst: 20_000 }).resume();
    const begin = performance.now();
    stream.end(noise(60_000));
    await once(stream, 'end');
    expect(seconds(begin)).toBeGreaterThan(0.39);
    expect(seconds(begin)).toBeLessThan(2);
  });

  test('after a rest the burst passes at once, and no more', async () => {
    const stream = throttle({ bytesPerSecond: 50_000, burst: 5000 }).resume();
    await wait(500);
    const begin = performance.now();
    stream.write(noise(40_000));
    await wait(100);
    expect(stream.pressure.bytesOut).toBeGreaterThanOrEqual(5000);
    expect(stream.pressure.bytesOut).toBeLessThanOrEqual(5000 + 50_000 * seconds(begin) + 1);
  });

  test('a change of the rate counts at once, to faster and to slower', async () => {
    const stream = await waiting();
    stream.rate.bytesPerSecond = Infinity;
    await once(stream, 'drain');
    while (stream.writableLength > 0) await wait(1);
    stream.bytesPerSecond = 10_000;
    stream.burst = 1;
    stream.write(Buffer.alloc(50_000));
    expect(await passedIn(stream, 300)).toBeLessThan(15_000);
    stream.bytesPerSecond = 1e9;
    stream.burst = undefined;
    expect(stream.burst).toBe(1e8);
    stream.end();
    await once(stream, 'end');
    expect(stream.pressure.bytesOut).toBe(150_000);
  });

  test('those that have one rate share it fairly', async () => {
    const rate = new Rate({ bytesPerSecond: 200_000, burst: 4000 });
    const streams = Array.from({ length: 4 }, () => throttle({ rate }).resume());
    const { rate: own } = streams[0];
    expect(own).toBe(rate);
    const begin = performance.now();
    for (const stream of streams) stream.write(noise(200_000));
    await wait(600);
    const passed = streams.map((stream) => stream.pressure.bytesOut);
    const sum = passed.reduce((a, b) => a + b);
    expect(sum).toBeLessThanOrEqual(4000 + 200_000 * seconds(begin));
    expect(sum).toBeGreaterThan(60_000);
    expect(Math.min(...passed)).toBeGreaterThan(sum / 8);
    rate.bytesPerSecond = Infinity;
    await Promise.all(streams.map((stream) => once(stream.end(), 'end')));
    expect(streams.map((stream) => stream.pressure.bytesOut)).toEqual(streams.map(() => 200_000));
  });

  test('nobody waits for a stream that was destroyed longer than for its turn', async () => {
    const first = await waiting({ bytesPerSecond: 1000 });
    const second = throttle({ rate: first.rate }).resume();
    second.write(Buffer.alloc(100));
    first.destroy();
    const begin = performance.now();
    while (second.pressure.bytesOut < 100) await wait(1);
    expect(seconds(begin)).toBeLessThan(2);
  });
});

describe('a throttle is a stream like any other', () => {
  test('of its classes, with its flow', () => {
    const stream = throttle({
      bytesPerSecond: 10,
      burst: 3,
      highWaterMark: 500,
      lowWaterMark: 100,
    });
    for (const Class of [Throttle, Transform]) expect(stream).toBeInstanceOf(Class);
    expect(stream).toMatchObject({ bytesPerSecond: 10, burst: 3, writableHighWaterMark: 500 });
    expect(stream.pressure).toMatchObject({ highWaterMark: 500, lowWaterMark: 100 });
    expect(throttle({ bytesPerSecond: 0.5 }).burst).toBe(1);
  });

  test("write() returns false at the mark, 'drain' comes at the low one, and callbacks when bytes passed", async () => {
    const stream = throttle({
      bytesPerSecond: 100_000,
      burst: 1,
      highWaterMark: 10_000,
      lowWaterMark: 2000,
    }).resume();
    const called = jest.fn();
    expect(stream.write(noise(9000), called)).toBe(true);
    expect(stream.write(noise(1000))).toBe(false);
    await once(stream, 'drain');
    expect(stream.writableLength).toBeLessThanOrEqual(2000);
    while (called.mock.calls.length === 0) await wait(1);
    expect(stream.bytesWritten).toBeGreaterThanOrEqual(9000);
    const events = record(stream, ['finish', 'end', 'close']);
    stream.end();
    await closed(stream);
    expect(events).toEqual(['finish', 'end', 'close']);
  });

  test('destroyed while it waits, it closes at once, and its callbacks get the error', async () => {
    const stream = await waiting();
    const callback = jest.fn();
    stream.write('x', callback);
    const failed = failure(stream);
    const begin = performance.now();
    const error = new Error('enough');
    stream.destroy(error);
    expect(await failed).toBe(error);
    expect(callback.mock.calls).toEqual([[error]]);
    expect(seconds(begin)).toBeLessThan(0.5);
  });

  test('the time that it waits for its rate is blocked.throttle', async () => {
    const stream = await waiting();
    const before = stream.clocks;
    await wait(200);
    const { elapsed, blocked } = stream.clocks;
    const share = (blocked.throttle - before.blocked.throttle) / (elapsed - before.elapsed);
    expect(share).toBeGreaterThan(0.9);
  });

  test('observe() names it where it holds the rest back', async () => {
    const source = Readable.from([noise(300_000)]);
    const gzip = track(createGzip({ level: 0 }));
    const limit = throttle({ bytesPerSecond: 500_000, burst: 1 });
    const observation = observe({ source, gzip, limit });
    await pipeline(source, gzip, limit, new Writable({ write: (_, __, next) => next() }));
    expect(observation.verdict()).toMatchObject({ stage: 'limit', reason: 'throttle' });
    observation.close();
  });

  test('it keeps to its budget, and is linked with its neighbours', async () => {
    const data = noise(1_000_000);
    const path = file('data');
    const budget = new Budget({ bytes: 50_000 });
    for (const options of [{}, { budget }]) {
      const before = links.made;
      await pipeline(
        Readable.from([data]),
        createGzip({ level: 0, ...options }),
        throttle({ bytesPerSecond: 5e6, burst: 100_000, ...options }),
        createWriteStream(path, options),
      );
      expect(links.made > before).toBe(options.budget === undefined);
      expect(readFileSync(path).length).toBeGreaterThan(data.length);
    }
    expect(budget.used).toBe(0);
    const copy = pipeline(createReadStream(path), throttle({ bytesPerSecond: 1e9 }), collect);
    expect((await copy).equals(readFileSync(path))).toBe(true);
  });

  test('with a reader that is slower than its rate it waits for that', async () => {
    const stream = throttle({ bytesPerSecond: Infinity, readableHighWaterMark: 1000 });
    stream.write(noise(50_000));
    stream.read(0);
    await wait(100);
    expect(stream.pressure.readable.buffered).toBeLessThanOrEqual(1000);
    expect(stream.writableLength).toBeGreaterThan(40_000);
    await pipeline(
      stream.end(),
      new PassThrough(),
      new Writable({ write: (_, __, next) => next() }),
    );
  });

  test('a subclass sees the chunks', async () => {
    class Upper extends Throttle {
      _transform(chunk, encoding, callback) {
        super._transform(Buffer.from(String(chunk).toUpperCase()), encoding, callback);
      }
    }
    expect(String(await through(track(new Upper({ bytesPerSecond: 1e6 })), ['ab', 'cd']))).toBe(
      'ABCD',
    );
  });

  test('as Web Streams', async () => {
    const { readable, writable } = throttle({ bytesPerSecond: 1e6 }).toWeb();
    const writer = writable.getWriter();
    writer.write(Buffer.from('through the web'));
    writer.close();
    const chunks = [];
    for await (const chunk of readable) chunks.push(chunk);
    expect(String(Buffer.concat(chunks))).toBe('through the web');
  });
});

describe('the process', () => {
  const quiet = { code: 0, signal: null, stdout: '', stderr: '' };

  test('ends while a throttle has nothing to do', async () => {
    const source = `const t = sluice.createThrottle({ bytesPerSecond: 1, burst: 3 }).resume(); t.write('abc');`;
    expect(await runProgram(source)).toEqual(quiet);
  });

  test('lives until what waits for the rate has passed', async () => {
    const source = `
      const t = sluice.createThrottle({ bytesPerSecond: 20, burst: 1 });
      t.setEncoding('latin1').on('data', (text) => process.stdout.write(text));
      t.end('slowly');`;
    expect(await runProgram(source)).toEqual({ ...quiet, stdout: 'slowly' });
  });

  test('may be left by exit() while bytes wait', async () => {
    const source = `
      sluice.createThrottle({ bytesPerSecond: 1e-9 }).resume().write(Buffer.alloc(1e5));
      setTimeout(() => process.exit(3), 50);`;
    expect(await runProgram(source)).toEqual({ ...quiet, code: 3 });
  });
});

describe('options that make no sense', () => {
  const TYPE = 'ERR_INVALID_ARG_TYPE';
  const RANGE = 'ERR_OUT_OF_RANGE';
  const rate = new Rate({ bytesPerSecond: 1 });
  const wrong = [
    [undefined, TYPE],
    [null, TYPE],
    [5, TYPE],
    [{}, TYPE],
    ...['1', null, true, {}, 1n].map((bytesPerSecond) => [{ bytesPerSecond }, TYPE]),
    ...[0, -1, NaN, -Infinity].map((bytesPerSecond) => [{ bytesPerSecond }, RANGE]),
    ...['1', null, true, {}].map((burst) => [{ bytesPerSecond: 1, burst }, TYPE]),
    ...[0, -1, 0.5, NaN, Infinity, 2 ** 60].map((burst) => [{ bytesPerSecond: 1, burst }, RANGE]),
  ];

  test.each(wrong)('%p is %s', (options, code) => {
    for (const create of [createThrottle, (given) => new Rate(given)]) {
      expect(thrown(() => create(options))).toMatchObject({ code });
    }
  });

  test.each([
    [{ rate: 5 }, TYPE],
    [{ rate: null }, TYPE],
    [{ rate: { bytesPerSecond: 1 } }, TYPE],
    [{ rate, bytesPerSecond: 1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ rate, burst: 1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ rate, highWaterMark: -1 }, 'ERR_INVALID_ARG_VALUE'],
    [{ rate, lowWaterMark: 1e9 }, RANGE],
    [{ rate, budget: 5 }, TYPE],
    [{ rate, signal: 5 }, TYPE],
  ])('%p', (options, code) => {
    expect(thrown(() => createThrottle(options))).toMatchObject({ code });
  });

  test('set later they change nothing', () => {
    const stream = throttle({ bytesPerSecond: 7, burst: 5 });
    for (const [name, value, code] of [
      ['bytesPerSecond', 0, RANGE],
      ['bytesPerSecond', '9', TYPE],
      ['burst', 1.5, RANGE],
      ['burst', null, TYPE],
    ]) {
      for (const target of [stream, stream.rate]) {
        expect(thrown(() => (target[name] = value))).toMatchObject({ code });
      }
    }
    expect(stream).toMatchObject({ bytesPerSecond: 7, burst: 5 });
  });
});
