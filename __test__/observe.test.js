'use strict';

const diagnostics = require('node:diagnostics_channel');
const { EventEmitter, once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const { PassThrough, Readable, Transform, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const {
  createGunzip,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createWriteStream,
  observe,
} = require('..');
const { judge } = require('../lib/observe/verdict');
const { lines, noise, pieces } = require('./support/data');
const { useFolder } = require('./support/folder');
const { printed } = require('./support/program');
const {
  closeAfterEach,
  collect,
  destroyAfterEach,
  pausedTransform,
  stuckWritable,
  thrown,
  track,
  wait,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const methodsOf = (stream) =>
  Object.getOwnPropertyNames(stream)
    .filter((name) => /^_?[a-z]+$/.test(name) && typeof stream[name] === 'function')
    .sort();

async function* slowly(chunks) {
  for (const chunk of chunks) {
    await wait(2);
    yield chunk;
  }
}

const keep = closeAfterEach();
const watch = (...streams) => keep(observe(...streams));

const stageOf = (observation, name) =>
  observation.snapshot().stages.find((stage) => stage.name === name);

const PARTS = ['busy', 'reader', 'disk', 'remote', 'throttle', 'budget', 'starved', 'waiting'];

/** What a stage has spent on each since the observation began, in milliseconds. */
function spent(observation, name) {
  const { elapsed } = observation.snapshot();
  const { blockedBy, ...shares } = stageOf(observation, name).total;
  const { busy, blocked, starved, waiting } = shares;
  expect(busy + blocked + starved + waiting).toBeCloseTo(1, 6);
  expect(Object.values(blockedBy).reduce((a, b) => a + b)).toBeCloseTo(blocked, 6);
  return PARTS.map((part) => elapsed * (shares[part] ?? blockedBy[part]));
}

/** Expects that nearly all of the time comes to go to one thing; a machine that has much to do may take a while. */
async function expectMostly(observation, name, wanted) {
  let most;
  for (let tries = 0; tries < 20; tries += 1) {
    await wait(20);
    const before = spent(observation, name);
    await wait(80);
    const grown = spent(observation, name).map((time, n) => time - before[n]);
    most = PARTS[grown.indexOf(Math.max(...grown))];
    if (most === wanted && Math.max(...grown) > 60) return;
  }
  expect(`mostly ${most}`).toBe(wanted);
}

describe("streams that are not Sluice's are measured from outside", () => {
  test('a source is starved while it has nothing, and blocked while nobody reads', async () => {
    const source = track(new Readable({ read() {} }));
    const observation = watch({ source });
    await expectMostly(observation, 'source', 'reader');
    source.resume();
    await expectMostly(observation, 'source', 'starved');
    source.pause();
    while (source.push(Buffer.alloc(10_000)));
    await expectMostly(observation, 'source', 'reader');
    expect(stageOf(observation, 'source').bytesOut).toBe(source.readableLength);
  });

  test('a sink is blocked by whoever stands behind it until its callback', async () => {
    let callback;
    const sink = track(new Writable({ write: (chunk, encoding, done) => void (callback = done) }));
    const observation = watch({ sink });
    await expectMostly(observation, 'sink', 'starved');
    sink.write('abc');
    await expectMostly(observation, 'sink', 'remote');
    expect(stageOf(observation, 'sink')).toMatchObject({ kind: 'sink', native: false, bytesIn: 3 });
    callback();
    await expectMostly(observation, 'sink', 'starved');
  });

  test('a transform is busy until its callback, and blocked while nobody reads', async () => {
    let callback;
    const codec = track(
      new Transform({ transform: (chunk, encoding, done) => void (callback = done) }),
    );
    const observation = watch({ codec });
    codec.write('abc');
    await expectMostly(observation, 'codec', 'busy');
    callback(null, noise(100_000));
    await expectMostly(observation, 'codec', 'reader');
    codec.resume();
    await expectMostly(observation, 'codec', 'starved');
    expect(stageOf(observation, 'codec')).toMatchObject({ bytesIn: 3, bytesOut: 100_000 });
  });

  test('code that keeps the event loop is busy, and what others have is waiting', async () => {
    const codec = track(
      new Transform({
        transform(chunk, encoding, done) {
          const end = performance.now() + 30;
          while (performance.now() < end);
          done(null, chunk);
        },
      }),
    );
    let callback;
    const sink = new Writable({ write: (chunk, encoding, done) => void (callback = done) });
    const observation = watch({ codec, sink });
    codec.resume();
    sink.write('abc');
    for (let i = 0; i < 15; i += 1) {
      codec.write('abc');
      setImmediate(callback);
      await wait(0);
      sink.write('abc');
    }
    expect(stageOf(observation, 'codec').total.busy).toBeGreaterThan(0.7);
  });

  test("Node's own: zlib, files, sockets, a response of http", async () => {
    const path = file('data');
    fs.writeFileSync(path, lines(20_000));
    let observation;
    const server = http.createServer((request, response) => {
      const source = fs.createReadStream(path);
      const gzip = zlib.createGzip();
      observation = watch({ source, gzip, response });
      source.pipe(gzip).pipe(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const request = http.get({ port: server.address().port, host: '127.0.0.1' });
    const [answer] = await once(request, 'response');
    await wait(200);
    const data = await collect(answer.pipe(zlib.createGunzip()));
    expect(data.equals(fs.readFileSync(path))).toBe(true);
    server.close();
    request.destroy();
    while (!observation.closed) await wait(10);
    const { stages, edges } = observation.snapshot();
    const compressed = stages[1].bytesOut;
    expect(stages).toMatchObject([
      { kind: 'source', type: 'ReadStream', bytesOut: data.length, done: true },
      { kind: 'transform', type: 'Gzip', native: false, bytesIn: data.length },
      { kind: 'sink', type: 'ServerResponse', bytesIn: compressed, buffered: 0 },
    ]);
    expect(edges).toEqual([
      ['source', 'gzip'],
      ['gzip', 'response'],
    ]);
  });

  test('the bytes and the events stay as they are, with an observer that comes and goes', async () => {
    const data = Buffer.concat([lines(5000), noise(300_000)]);
    const streams = {
      source: Readable.from(slowly(pieces(data, 10_000))),
      gzip: createGzip(),
      gunzip: zlib.createGunzip(),
      tap: new PassThrough({ highWaterMark: 100 }),
    };
    const before = Object.values(streams).map(methodsOf);
    const seen = [];
    const sink = new Writable({
      highWaterMark: 1,
      writev(chunks, callback) {
        seen.push(...chunks.map(({ chunk }) => chunk));
        setImmediate(callback);
      },
    });
    const done = pipeline([...Object.values(streams), sink]);
    const piped = Object.values(streams).map(methodsOf);
    for (let i = 0; i < 5; i += 1) {
      const observation = observe({ ...streams, sink });
      await wait(3);
      observation.close();
      expect(observation.closed).toBe(true);
      expect(Object.values(streams).map(methodsOf)).toEqual(piped);
    }
    await done;
    expect(before).toEqual(piped);
    expect(Buffer.concat(seen).equals(data)).toBe(true);
  });

  test('a stream that fails fails as it would', async () => {
    const failing = new Transform({
      transform: (chunk, encoding, callback) => callback(new Error('no more')),
    });
    const observation = watch({ failing });
    await expect(
      pipeline(Readable.from(['a']), failing, new PassThrough().resume()),
    ).rejects.toThrow('no more');
    expect(stageOf(observation, 'failing').done).toBe(true);
  });
});

describe('a snapshot', () => {
  test("of Sluice's own streams has what their clocks say", async () => {
    const gzip = pausedTransform();
    const sink = stuckWritable();
    const observation = watch(gzip, { sink }, pausedTransform());
    gzip.write(noise(100_000));
    sink.write(Buffer.alloc(1000));
    await expectMostly(observation, 'gzip', 'reader');
    await expectMostly(observation, 'sink', 'remote');
    const { stages, elapsed, window, loop } = observation.snapshot();
    expect(stages.map(({ name }) => name)).toEqual(['gzip', 'sink', 'gzip 2']);
    expect(stages[0]).toMatchObject({
      kind: 'transform',
      type: 'Gzip',
      native: true,
      done: false,
      bytesIn: 100_000,
    });
    expect(stages[0].buffered).toBe(gzip.pressure.buffered + gzip.pressure.readable.buffered);
    expect(stages[1]).toMatchObject({ kind: 'sink', type: 'SlowWritable', buffered: 1000 });
    expect(elapsed).toBeGreaterThanOrEqual(window);
    expect(loop.recent).toBeGreaterThanOrEqual(0);
    expect(loop.recent).toBeLessThanOrEqual(1);
  });

  test('counts from when the observation began', async () => {
    const sink = track(createSlowWritableStream());
    sink.write(Buffer.alloc(1000));
    while (sink.bytesWritten < 1000) await wait(1);
    await wait(50);
    const observation = watch({ sink });
    sink.write(Buffer.alloc(500));
    while (sink.bytesWritten < 1500) await wait(1);
    const { total, bytesIn, bytesOut } = stageOf(observation, 'sink');
    expect({ bytesIn, bytesOut }).toEqual({ bytesIn: 500, bytesOut: 500 });
    expect(total.starved).toBeLessThanOrEqual(1);
  });

  test('has the rate of the last seconds', async () => {
    const source = track(new Readable({ read() {} })).resume();
    const observation = watch({ source });
    const timer = setInterval(() => source.push(Buffer.alloc(1000)), 10);
    await wait(500);
    clearInterval(timer);
    const { bytesOut, rateOut } = stageOf(observation, 'source');
    const { elapsed } = observation.snapshot();
    expect(rateOut).toBeGreaterThan(((bytesOut / elapsed) * 1000) / 1.5);
    expect(rateOut).toBeLessThan((bytesOut / elapsed) * 1000 * 1.5);
  });

  test('stays as it was when all streams are done', async () => {
    const source = createReadStream(process.execPath, { end: 20_000_000 });
    const gzip = createGzip({ level: 9 });
    const sink = createWriteStream(file('target'));
    const observation = watch({ source, gzip, sink });
    await pipeline(source, gzip, sink);
    while (!observation.closed) await wait(10);
    const snapshot = observation.snapshot();
    expect(snapshot.stages.every(({ done }) => done)).toBe(true);
    expect(snapshot.stages[2].bytesIn).toBe(fs.statSync(file('target')).size);
    await wait(20);
    expect(observation.snapshot()).toEqual(snapshot);
    expect(observation.verdict().stage).toBe('gzip');
  });

  test('knows who is piped to whom, through streams that are not observed', async () => {
    const [a, b, c, d] = Array.from({ length: 4 }, () => track(new PassThrough()));
    const [e, f] = [track(createGzip()), track(createGunzip())];
    c.pipe(a).pipe(new PassThrough()).pipe(b);
    const observation = watch({ a, b, c, d, e });
    expect(observation.snapshot().edges.sort()).toEqual([
      ['a', 'b'],
      ['c', 'a'],
      // Nothing is known of these two.
      ['d', 'e'],
    ]);
    b.pipe(d);
    d.unpipe();
    e.pipe(f);
    expect(observation.snapshot().edges.sort()).toEqual([
      ['a', 'b'],
      ['b', 'd'],
      ['c', 'a'],
      ['d', 'e'],
    ]);
  });
});

describe('a verdict', () => {
  const IDLE = Object.fromEntries(PARTS.map((part) => [part, 0]));
  const stage = (name, kind, shares, alive = 1) => ({
    stage: { name, kind, isNative: true },
    shares: { ...IDLE, ...shares, alive },
  });
  const verdictOf = (stages, loop = 0) => {
    const all = stages.map((each) => each.stage);
    return judge(
      stages,
      all.slice(1).map((to, n) => [all[n], to]),
      loop,
    );
  };

  test('says what the neighbours suffer, and how sure it is', () => {
    const source = stage('rows', 'source', { reader: 0.94, busy: 0.06 });
    const sink = (remote) => stage('upload', 'sink', { remote, starved: 1 - remote });
    expect(verdictOf([source, sink(0.95)])).toMatchObject({
      stage: 'upload',
      reason: 'remote',
      certainty: 0.89,
      text: "sink 'upload' holds the pipeline: upstream blocked 94 % of the time, waiting for the remote",
    });
    const slow = (busy) => stage('gzip', 'transform', { busy, reader: 1 - busy });
    expect(verdictOf([slow(0.5), sink(0.9)]).text).toMatch("'upload' probably holds");
    expect(verdictOf([slow(0.5), sink(0.6)]).text).toMatch("'upload' perhaps holds");
    expect(verdictOf([slow(0.9), sink(0.1)]).text).toBe(
      "transform 'gzip' holds the pipeline: downstream starved 90 % of the time, busy with its work",
    );
  });

  test('is none where nobody is at fault, or nothing has happened', () => {
    const stages = (alive) => [
      stage('a', 'source', { busy: 0.1, reader: 0.9 }, alive),
      stage('b', 'sink', { busy: 0.1, starved: 0.9 }, alive),
    ];
    expect(verdictOf(stages(1))).toMatchObject({ stage: null, reason: null });
    expect(verdictOf(stages(0))).toMatchObject({ stage: null, reason: null, certainty: 0 });
  });

  test('tells a busy event loop from a lack of workers', () => {
    const stages = [stage('a', 'source', { reader: 1 }), stage('b', 'sink', { waiting: 0.9 })];
    expect(verdictOf(stages, 0.9)).toMatchObject({ stage: null, reason: 'loop' });
    expect(verdictOf(stages, 0.1)).toMatchObject({ stage: 'b', reason: 'waiting' });
  });

  test('of streams that are piped in a circle is given, too', () => {
    const [a, b] = [track(new PassThrough()), track(new PassThrough())];
    a.pipe(b).pipe(a);
    const observation = watch({ a, b, c: track(new PassThrough()) });
    expect(observation.snapshot().edges).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(observation.verdict()).toHaveProperty('text');
  });
});

describe('stalls', () => {
  const heard = [];
  const names = ['sluice:stall', 'sluice:drain'];
  const listeners = names.map(
    (name) => (message) => heard.push([name, message, performance.now()]),
  );
  beforeEach(() => names.forEach((name, n) => diagnostics.subscribe(name, listeners[n])));
  afterEach(() => {
    names.forEach((name, n) => diagnostics.unsubscribe(name, listeners[n]));
    heard.length = 0;
  });

  test.each([
    [
      "one of Sluice's",
      (done) => {
        const stream = createSlowWritableStream({ latency: 200, highWaterMark: 1000 });
        stream.on('drain', done);
        return stream;
      },
    ],
    [
      "one of Node's",
      (done) => {
        const stream = new Writable({
          highWaterMark: 1000,
          write: (c, e, callback) => setTimeout(callback, 200),
        });
        stream.on('drain', done);
        return stream;
      },
    ],
  ])('of %s is told within 50 ms of being over the limit, and its end', async (kind, make) => {
    let drained;
    const stream = track(make(() => (drained = performance.now())));
    const observation = watch({ stream });
    observation.stallAfter = 100;
    expect(stream.write(Buffer.alloc(1000))).toBe(false);
    const begin = performance.now();
    while (heard.length < 2) await wait(5);
    const [[first, stall, stallAt], [second, drain, drainAt]] = heard;
    expect([first, second]).toEqual(names);
    expect(stall).toMatchObject({ name: 'stream', limit: 100 });
    expect(stall.stream).toBe(stream);
    expect(stallAt - begin).toBeGreaterThanOrEqual(100);
    expect(stallAt - begin).toBeLessThan(150);
    expect(drainAt - drained).toBeLessThan(50);
    expect(drain.stopped).toBeGreaterThan(150);
    expect(stageOf(observation, 'stream')).toMatchObject({ stalls: 1 });
    expect(Math.abs(stageOf(observation, 'stream').longestStall - (drained - begin))).toBeLessThan(
      50,
    );
  });

  test('of a source that nobody reads count, too; shorter ones are none', async () => {
    const source = track(createReadStream(process.execPath));
    source.once('data', () => source.pause());
    const sink = track(createSlowWritableStream({ latency: 50, highWaterMark: 10 }));
    const observation = watch({ source, sink });
    observation.stallAfter = 200;
    sink.write(Buffer.alloc(10));
    while (heard.length < 1) await wait(5);
    expect(heard[0][1].name).toBe('source');
    expect(stageOf(observation, 'sink').stalls).toBe(0);
    expect(stageOf(observation, 'sink').longestStall).toBeGreaterThan(20);
    source.resume();
    while (heard.length < 2) await wait(5);
    expect(heard[1][0]).toBe('sluice:drain');
    expect(heard[1][1].name).toBe('source');
  });

  test('the limit is a number above 0', () => {
    const observation = watch(stuckWritable());
    expect(observation.stallAfter).toBe(1000);
    for (const value of ['1', null, undefined, 10n]) {
      expect(thrown(() => (observation.stallAfter = value)).code).toBe('ERR_INVALID_ARG_TYPE');
    }
    for (const value of [0, -1, NaN]) {
      expect(thrown(() => (observation.stallAfter = value)).code).toBe('ERR_OUT_OF_RANGE');
    }
    expect(observation.stallAfter).toBe(1000);
  });
});

describe('what is refused leaves the streams as they are', () => {
  test.each([
    null,
    undefined,
    1,
    'stream',
    [],
    new EventEmitter(),
    () => {},
    { a: 1 },
    { a: {} },
    { a: null },
    { a: new ReadableStream() },
  ])('what is no stream: %p', (value) => {
    const stream = track(new PassThrough());
    const before = methodsOf(stream);
    expect(thrown(() => observe(stream, value)).code).toBe('ERR_INVALID_ARG_TYPE');
    expect(methodsOf(stream)).toEqual(before);
    watch(stream);
  });

  test('no stream at all', () => {
    expect(thrown(() => observe()).code).toBe('ERR_INVALID_ARG_VALUE');
    expect(thrown(() => observe({})).code).toBe('ERR_INVALID_ARG_VALUE');
  });

  test('the same name twice', () => {
    const [a, b] = [track(new PassThrough()), track(createGzip())];
    expect(thrown(() => observe({ a }, { a: b })).code).toBe('ERR_INVALID_ARG_VALUE');
    // A name that nobody gave gives way.
    expect(
      watch(b, { gzip: a })
        .snapshot()
        .stages.map(({ name }) => name),
    ).toEqual(['gzip 2', 'gzip']);
  });

  test('a stream that is observed already', () => {
    const stream = track(createGzip());
    expect(thrown(() => observe(stream, stream)).code).toBe('ERR_INVALID_STATE');
    expect(thrown(() => observe({ a: stream, b: stream })).code).toBe('ERR_INVALID_STATE');
    const observation = watch({ stream });
    expect(thrown(() => observe(stream)).code).toBe('ERR_INVALID_STATE');
    observation.close();
    watch(stream);
  });

  test('a destroyed stream', () => {
    for (const stream of [new PassThrough(), createGzip()]) {
      expect(thrown(() => observe(stream.destroy())).code).toBe('ERR_STREAM_DESTROYED');
    }
  });
});

test('an observation does not hold the process', async () => {
  const output = await printed(`
    const { PassThrough } = require('node:stream');
    sluice.observe(new PassThrough(), sluice.createGzip());
    process.on('exit', () => console.log('ended'));
  `);
  expect(output).toBe('ended\n');
});
