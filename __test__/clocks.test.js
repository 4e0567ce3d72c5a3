'use strict';

const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const { closeSync, openSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const {
  Budget,
  constants,
  createBrotliCompress,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createWriteStream,
} = require('..');
const { lines, noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, stuckWritable, track, wait } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const NAMES = ['busy', 'reader', 'disk', 'remote', 'throttle', 'budget', 'starved', 'waiting'];
const flat = ({ blocked, ...rest }) => ({ ...rest, ...blocked });

/** What a stream spent on each while `milliseconds` went by, as parts of that time. */
async function shares(stream, milliseconds) {
  const before = flat(stream.clocks);
  await wait(milliseconds);
  const after = flat(stream.clocks);
  const elapsed = after.elapsed - before.elapsed;
  return Object.fromEntries(NAMES.map((name) => [name, (after[name] - before[name]) / elapsed]));
}

function expectSum({ elapsed, ...clocks }) {
  const { blocked, ...rest } = clocks;
  const sum = [...Object.values(rest), ...Object.values(blocked)].reduce((a, b) => a + b);
  expect(Math.abs(sum - elapsed)).toBeLessThan(1e-3);
}

/** Expects that nearly all of the time comes to go to one thing; a machine that has much to do may take a while. */
async function expectMostly(stream, name) {
  let parts;
  for (let tries = 0; tries < 20; tries += 1) {
    parts = await shares(stream, 100);
    if (parts[name] > 0.8) break;
  }
  const [most] = NAMES.toSorted((a, b) => parts[b] - parts[a]);
  expect(most).toBe(name);
  expect(parts[name]).toBeGreaterThan(0.8);
  expectSum(stream.clocks);
}

describe('a stage spends its time', () => {
  test('starved, while nothing is written', async () => {
    await expectMostly(track(createGzip()), 'starved');
    await expectMostly(track(createSlowWritableStream()), 'starved');
  });

  test('busy, while its codec computes', async () => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    const brotli = track(createBrotliCompress({ params })).resume();
    brotli.write(Buffer.concat([lines(50_000), noise(4_000_000)]));
    await expectMostly(brotli, 'busy');
  });

  test('blocked by its reader, who leaves what it has produced', async () => {
    const gzip = track(createGzip());
    gzip.write(noise(500_000));
    await expectMostly(gzip, 'reader');
    const source = track(createReadStream(process.execPath));
    source.once('data', () => source.pause());
    await expectMostly(source, 'reader');
  });

  test('blocked by what stands behind its sink', async () => {
    const slow = track(createSlowWritableStream({ bytesPerSecond: 10_000 }));
    slow.write(Buffer.alloc(500_000));
    await expectMostly(slow, 'remote');
    const stuck = stuckWritable();
    stuck.write(Buffer.alloc(1));
    await expectMostly(stuck, 'remote');
  });

  test('blocked by its budget', async () => {
    const budget = new Budget({ bytes: 8192 });
    stuckWritable({ budget }).write(Buffer.alloc(8192));
    const gzip = track(createGzip({ budget, level: 0 }));
    gzip.write(noise(100_000));
    await expectMostly(gzip, 'budget');
  });

  (process.platform === 'win32' ? test.skip : test)(
    'starved, while a file has nothing to read; blocked by the disk, while it is opened',
    async () => {
      const fifo = file('fifo');
      execFileSync('mkfifo', [fifo]);
      const source = track(createReadStream(fifo)).resume();
      await expectMostly(source, 'disk');
      const other = openSync(fifo, 'w');
      await expectMostly(source, 'starved');
      closeSync(other);
      await closed(source);
    },
  );

  test('waiting, while the event loop does not come', async () => {
    const source = track(createReadStream(process.execPath)).resume();
    await once(source, 'data');
    const before = flat(source.clocks);
    // What was just read is handed out first, and then there is more.
    await wait(1);
    const end = performance.now() + 200;
    while (performance.now() < end);
    const after = flat(source.clocks);
    expect(after.waiting - before.waiting).toBeGreaterThan(150);
  });
});

test('the parts add up to the time since the stream was made, at every moment', async () => {
  const begin = performance.now();
  const source = createReadStream(process.execPath, { end: 20_000_000 });
  const gzip = createGzip({ level: 1 });
  const sink = createWriteStream(file('target'));
  const all = [source, gzip, sink];
  const done = pipeline(all);
  const slack = performance.now() - begin;
  for (let i = 0; i < 20; i += 1) {
    for (const { clocks } of all) {
      expectSum(clocks);
      // A stage that is done has stopped its clock.
      expect(clocks.elapsed).toBeLessThanOrEqual(performance.now() - begin);
    }
    await wait(5);
  }
  await done;
  for (const { clocks } of all) expectSum(clocks);
  expect(sink.clocks.elapsed).toBeGreaterThan(gzip.clocks.elapsed - slack - 5);
});

test('a stage that is done has stopped its clock', async () => {
  const gzip = createGzip();
  await pipeline(
    async function* () {
      yield lines(1000);
    },
    gzip,
    new Writable({ write: (chunk, encoding, callback) => callback() }),
  );
  const sink = track(createSlowWritableStream());
  sink.destroy();
  await closed(sink);
  const { clocks } = sink;
  const before = gzip.clocks;
  await wait(20);
  expect(gzip.clocks).toEqual(before);
  expect(sink.clocks).toEqual(clocks);
});

test('the names in the types are those of the table in Rust', () => {
  const root = join(__dirname, '..');
  const table = readFileSync(join(root, 'src/pressure/spending.rs'), 'utf8');
  const names = Array.from(table.matchAll(/^\/\/! \| `(\w+)`/gm), ([, name]) => name);
  expect(names).toEqual(NAMES);
  const types = readFileSync(join(root, 'types/clocks.d.ts'), 'utf8');
  const declared = Array.from(types.matchAll(/^ {2}(\w+): number;/gm), ([, name]) => name);
  expect(declared.filter((name) => name !== 'elapsed').sort()).toEqual([...NAMES].sort());
});
