'use strict';

// Linked streams hold the process while bytes can move, let it go when none can, and go with it at any moment.

const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { printed, reported, runProgram } = require('./support/program');

const file = useFolder();
const ROOT = JSON.stringify(path.join(__dirname, '..'));
const SIZE = 3_000_000;

beforeEach(() => fs.writeFileSync(file('source'), noise(SIZE)));

const run = (program) => ({
  source: `const [, source, target] = process.argv; ${program}`,
  options: { args: [file('source'), file('target')], flags: ['--expose-gc'] },
});

describe('the process is held until linked streams have done what they can', () => {
  test.each([
    ['a file and a file', ''],
    ['a file, a codec and a file', '.pipe(sluice.createGzip({ level: 0 }))'],
    [
      'a file, two codecs and a file',
      '.pipe(sluice.createGzip({ level: 1 })).pipe(sluice.createGunzip())',
    ],
    ['streams that nobody keeps', '; setInterval(gc, 1).unref(); open()'],
  ])('%s', async (_, between) => {
    const { source, options } = run(`
      const open = () => sluice.createReadStream(source);
      open()${between}.pipe(sluice.createWriteStream(target));
    `);
    expect(await printed(source, options)).toBe('');
    const written = fs.statSync(file('target')).size;
    expect(written).toBeGreaterThanOrEqual(SIZE);
    expect(written).toBeLessThan(SIZE * 1.01);
  });

  test('a slow file, with nothing else to wait for', async () => {
    const { source, options } = run(`
      const slow = sluice.createSlowWritableStream({ bytesPerSecond: 1e7, highWaterMark: 1e4 });
      sluice.createReadStream(source).pipe(slow);
      process.on('exit', () => console.log(slow.bytesWritten));
    `);
    expect(await printed(source, options)).toBe(`${SIZE}\n`);
  });

  test('what was written before a chain, without the end', async () => {
    const { source, options } = run(`
      const gunzip = sluice.createGunzip();
      gunzip.pipe(sluice.createGzip({ level: 0 })).pipe(sluice.createWriteStream(target));
      const coded = require('node:zlib').gzipSync(fs.readFileSync(source));
      const write = (at) => {
        if (at < coded.length) gunzip.write(coded.subarray(at, at + 10_000), () => write(at + 10_000));
      };
      write(0);
      process.on('exit', () => console.log(gunzip.pressure.bytesOut));
    `);
    expect(await printed(source, options)).toBe(`${SIZE}\n`);
    expect(fs.statSync(file('target')).size).toBeGreaterThan(SIZE - 300_000);
  });
});

describe('the process is let go when no byte can move', () => {
  test.each([
    [
      'before a codec that nobody reads',
      'sluice.createReadStream(source).pipe(sluice.createGzip({ level: 0 }))',
    ],
    [
      'before two of them',
      `sluice.createReadStream(source).pipe(sluice.createGzip({ level: 0 }))
        .pipe(sluice.createGzip({ level: 0 }))`,
    ],
    [
      'before a codec whose reader has paused',
      `const g = sluice.createReadStream(source).pipe(sluice.createGzip({ level: 0 }));
       g.on('data', () => g.pause())`,
    ],
    [
      'behind a codec that is not written to any more',
      `const g = sluice.createGunzip();
       g.pipe(sluice.createWriteStream(target));
       g.write(require('node:zlib').gzipSync(fs.readFileSync(source)).subarray(0, 1e6))`,
    ],
    [
      'in the middle, when a link has been taken apart',
      `const from = sluice.createReadStream(source);
       const to = from.pipe(sluice.createGzip({ level: 0 }));
       setTimeout(() => from.pause(), 20)`,
    ],
  ])('%s', async (_, program) => {
    const { source, options } = run(program);
    expect(await runProgram(source, options)).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
  });
});

test('parked linked streams that nobody keeps are collected', async () => {
  const { source, options } = run(`
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const refs = [];
    const make = () => {
      const gunzip = sluice.createGunzip();
      gunzip.write(require('node:zlib').gzipSync(Buffer.alloc(1e5)).subarray(0, 60));
      const gzip = gunzip.pipe(sluice.createGzip());
      refs.push(new WeakRef(gunzip), new WeakRef(gzip));
    };
    const main = async () => {
      for (let i = 0; i < 20; i += 1) make();
      const alive = () => refs.filter((ref) => ref.deref()).length;
      for (let i = 0; i < 200 && alive() > 0; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        gc();
      }
      console.log(JSON.stringify(alive()));
    };
    main();
  `);
  expect(await reported(source, options)).toBe(0);
});

describe('10. After the environment is torn down nothing calls into it', () => {
  const FLOW = `
    for (let i = 0; i < 5; i += 1) {
      sluice.createReadStream(process.execPath).pipe(sluice.createGzip({ level: 1 }))
        .pipe(sluice.createGunzip()).pipe(sluice.createWriteStream('/dev/null'));
    }
  `;

  test('a worker is terminated while links flow', async () => {
    const source = `
      const sluice = require(${ROOT});
      ${FLOW}
      setImmediate(() => require('node:worker_threads').parentPort.postMessage('flowing'));
    `;
    for (let i = 0; i < 10; i += 1) {
      const worker = new Worker(source, { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, i * 5));
      expect(await worker.terminate()).toBe(1);
    }
  });

  test('a process exits while links flow', async () => {
    const exits = Array.from({ length: 10 }, (_, i) =>
      runProgram(`${FLOW} setTimeout(() => process.exit(3), ${i * 10});`),
    );
    for (const exit of await Promise.all(exits))
      expect(exit).toMatchObject({ code: 3, stderr: '' });
  });
});
