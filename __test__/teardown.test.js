'use strict';

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { useFolder } = require('./support/folder');
const { runProgram } = require('./support/program');

const file = useFolder();
const ROOT = JSON.stringify(path.join(__dirname, '..'));

/** Every kind of stream, in full flow for as long as the process lives. */
const FULL_FLOW = `
  const bytes = Buffer.alloc(100_000, 'full flow ');
  const flow = (stream) => {
    const fill = () => { while (stream.write(bytes, () => {})); };
    stream.on('drain', fill);
    fill();
    return stream;
  };
  const start = (folder) => {
    flow(sluice.createGzip({ level: 1 })).resume();
    flow(sluice.createGzip()).pipe(sluice.createGunzip()).resume();
    flow(sluice.createGzip({ level: 0 })).pipe(sluice.createSlowWritableStream({ bytesPerSecond: 1e7 }));
    flow(sluice.createWriteStream('/dev/null'));
    flow(sluice.createSlowWritableStream({ latency: 1 }));
    const unread = sluice.createGzip();
    unread.write(bytes);
  };
`;

const runs = Array.from({ length: 10 }, (_, i) => i);

describe('10. After the environment is torn down nothing calls into it', () => {
  test('a worker is terminated in full flow, time and again, in one process', async () => {
    const source = `
      const sluice = require(${ROOT});
      const { parentPort } = require('node:worker_threads');
      ${FULL_FLOW}
      start();
      parentPort.postMessage('flowing');
    `;
    for (const run of runs) {
      const workers = [0, 1].map(() => new Worker(source, { eval: true }));
      await Promise.all(workers.map((worker) => new Promise((go) => worker.once('message', go))));
      await new Promise((go) => setTimeout(go, run * 3));
      expect(await Promise.all(workers.map((worker) => worker.terminate()))).toEqual([1, 1]);
    }
    // The threads that the workers shared still serve.
    const { gunzipSync } = require('node:zlib');
    const { createGzip } = require('..');
    const { collect } = require('./support/streams');
    const stream = createGzip();
    stream.end('alive');
    expect(gunzipSync(await collect(stream)).toString()).toBe('alive');
  });

  test('a worker that exits by itself in full flow', async () => {
    const source = `const sluice = require(${ROOT}); ${FULL_FLOW} start(); setImmediate(() => process.exit(3));`;
    for (let run = 0; run < 5; run += 1) {
      const worker = new Worker(source, { eval: true });
      expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(3);
    }
  });

  test('a worker that ends with streams left over, and whose streams are collected by that', async () => {
    const source = `
      const sluice = require(${ROOT});
      for (let i = 0; i < 100; i += 1) sluice.createGzip().write('left over');
      globalThis.kept = sluice.createGunzip();
    `;
    for (let run = 0; run < 5; run += 1) {
      const worker = new Worker(source, { eval: true });
      expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(0);
    }
  });

  test('process.exit() in full flow ends with its code', async () => {
    const exits = runs.map((run) =>
      runProgram(`${FULL_FLOW} start(); setTimeout(() => process.exit(7), ${run * 5});`),
    );
    for (const exit of exits) {
      expect(await exit).toEqual({ code: 7, signal: null, stdout: '', stderr: '' });
    }
  });

  test('process.exit() inside a listener and inside a callback', async () => {
    const stream = `const stream = sluice.createSlowWritableStream({ highWaterMark: 10 });`;
    const programs = [
      `${stream} stream.on('drain', () => process.exit(7)); stream.write('x'.repeat(20));`,
      `${stream} stream.write('x', () => process.exit(7));`,
      `${stream} stream.end('x').on('finish', () => process.exit(7));`,
      `const gzip = sluice.createGzip(); gzip.on('data', () => process.exit(7)); gzip.end('x');`,
      `sluice.createWriteStream(${JSON.stringify(file('x'))}).on('open', () => process.exit(7));`,
    ];
    for (const exit of programs.map((program) => runProgram(program))) {
      expect(await exit).toEqual({ code: 7, signal: null, stdout: '', stderr: '' });
    }
  });

  test('an uncaught error in full flow ends as it would without streams', async () => {
    const { code, signal, stderr } = await runProgram(
      `${FULL_FLOW} start(); setTimeout(() => { throw new Error('uncaught'); }, 20);`,
    );
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toMatch(/Error: uncaught/);
  });
});
