'use strict';

/** Pipelines with a planted bottleneck, each of at least four stages, Sluice's and Node's own mixed. */

const { PassThrough, Readable, Writable, pipeline } = require('node:stream');
const { setTimeout: sleep } = require('node:timers/promises');
const zlib = require('node:zlib');
const {
  Budget,
  constants,
  createBrotliCompress,
  createGunzip,
  createGzip,
  createReadStream,
  createSlowWritableStream,
} = require('../..');
const { lines } = require('./data');

const DATA = lines(4000);
const done = () => {};

/** Has the next chunk whenever it is asked: so it waits for nobody, not for the event loop either. */
function endless(chunk = DATA) {
  return new Readable({
    read() {
      this.push(chunk);
    },
  });
}

/** Takes what comes. */
function quickSink() {
  return new Writable({ write: (chunk, encoding, callback) => callback() });
}

function run(streams, verdict, { stop = done, reads = true } = {}) {
  const stages = Object.values(streams);
  if (reads) pipeline(stages, done);
  else for (let n = 1; n < stages.length; n += 1) stages[n - 1].pipe(stages[n]);
  return {
    streams,
    verdict,
    stop() {
      stop();
      for (const stream of stages) stream.on('error', done).destroy();
    },
  };
}

/** Each begins to run when it is called; `verdict` is what must be found. */
const BOTTLENECKS = {
  'a slow source': () =>
    run(
      {
        rows: Readable.from(
          (async function* rows() {
            for (;;) {
              await sleep(20);
              yield DATA.subarray(0, 2000);
            }
          })(),
        ),
        gzip: createGzip(),
        tap: new PassThrough(),
        sink: createSlowWritableStream(),
      },
      { stage: 'rows', reason: 'starved' },
    ),

  'brotli 11': () =>
    run(
      {
        file: createReadStream(process.execPath),
        tap: new PassThrough(),
        brotli: createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        sink: quickSink(),
      },
      { stage: 'brotli', reason: 'busy' },
    ),

  'a slow sink': () =>
    run(
      {
        rows: endless(),
        gzip: createGzip({ level: 1 }),
        gunzip: zlib.createGunzip(),
        upload: new Writable({
          write: (chunk, encoding, callback) => void setTimeout(callback, 30),
        }),
      },
      { stage: 'upload', reason: 'remote' },
    ),

  'a busy event loop': () => {
    const work = setInterval(() => {
      const end = performance.now() + 60;
      while (performance.now() < end);
    }, 1);
    return run(
      {
        file: createReadStream(process.execPath),
        gzip: createGzip({ level: 1 }),
        tap: new PassThrough(),
        sink: createSlowWritableStream(),
      },
      { stage: null, reason: 'loop' },
      { stop: () => clearInterval(work) },
    );
  },

  'a small budget': () => {
    const budget = new Budget({ bytes: 16 * 1024 });
    // What others hold of it they do not give back.
    const other = createSlowWritableStream({ budget, latency: Infinity, highWaterMark: 1e6 });
    other.on('error', done).write(Buffer.alloc(16 * 1024));
    return run(
      {
        rows: endless(),
        gzip: createGzip({ level: 0 }),
        gunzip: createGunzip({ budget }),
        tap: new PassThrough(),
        sink: quickSink(),
      },
      { stage: 'gunzip', reason: 'budget' },
      { stop: () => other.destroy() },
    );
  },

  'a reader that pauses': () => {
    const streams = {
      file: createReadStream(process.execPath),
      tap: new PassThrough(),
      gzip: createGzip({ level: 1 }),
      gunzip: createGunzip(),
    };
    const planted = run(streams, { stage: 'gunzip', reason: 'reader' }, { reads: false });
    const { gunzip } = streams;
    gunzip.on('data', () => {
      gunzip.pause();
      setTimeout(() => gunzip.resume(), 40);
    });
    return planted;
  },
};

module.exports = { BOTTLENECKS };
