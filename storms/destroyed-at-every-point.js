'use strict';

// A script passes events, callbacks, ticks and awaited promises: points. It is run once for each of its points, with one of
// its streams destroyed there. Whatever the point, each stream closes once, and none reports a success that it did not have.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { finished, pipeline } = require('node:stream');
const { setImmediate: turn } = require('node:timers/promises');
const sluice = require('..');
const { closed } = require('../__test__/support/streams');
const { inFolder } = require('./support/folder');
const { allFormats, bytes, checkDecoded, pieces } = require('./support/round-trips');

const EVENTS = ['pipe', 'unpipe', 'resume', 'pause', 'open', 'ready', 'header', 'data', 'drain'];
// Not 'prefinish': destroyed there, Node's own streams emit 'finish' behind 'close'.
const ENDINGS = ['finish', 'end', 'error', 'close'];

const [gzip] = allFormats;
const slow = () => sluice.createSlowWritableStream({ latency: 0.1, highWaterMark: 4096 });

/** Writes, flushes and ends, with all that a program can wait for in between. `point` is passed at each. */
async function writeAll(stream, point) {
  await null;
  for (const piece of pieces(bytes, 20_000)) {
    const hasRoom = stream.write(piece, point);
    point();
    if (!hasRoom) await stream.ready();
    await null;
    point();
  }
  if (stream.flush) await new Promise((resolve) => stream.flush(resolve));
  point();
  process.nextTick(point);
  setImmediate(point);
  stream.end(point);
  point();
}

/** A format's encoder that is written to and read. */
const encoder = (format) => ({
  name: `${format.name} encoder`,
  start(point) {
    const stream = format.encode({ highWaterMark: 20_000 });
    const packed = [];
    stream.on('data', (chunk) => packed.push(chunk));
    writeAll(stream, point).catch(point);
    return { streams: [stream], check: () => checkDecoded(format, Buffer.concat(packed), bytes) };
  },
});

const packed = new Map(allFormats.map((format) => [format, format.encodeSync(bytes)]));

/** A format's decoder that is given all at once and read by an iterator. */
const decoder = (format) => ({
  name: `${format.name} decoder`,
  start(point) {
    const stream = format.decode({ chunkSize: 20_000 });
    const chunks = [];
    const read = async () => {
      for await (const chunk of stream) {
        chunks.push(chunk);
        point();
      }
      point();
    };
    read().catch(point);
    stream.end(packed.get(format), point);
    return { streams: [stream], check: () => assert.ok(Buffer.concat(chunks).equals(bytes)) };
  },
});

/** A file, compressed into another, by pipeline(): linked where it can be. */
const throughFiles = (folder) => ({
  name: 'files',
  start(point) {
    const [source, target] = ['source', 'target'].map((name) => path.join(folder, name));
    if (!fs.existsSync(source)) fs.writeFileSync(source, bytes);
    fs.rmSync(target, { force: true });
    const streams = [
      sluice.createReadStream(source, { highWaterMark: 8192 }),
      sluice.createGzip(),
      sluice.createWriteStream(target, { highWaterMark: 8192 }),
    ];
    const check = () => checkDecoded(gzip, fs.readFileSync(target), bytes);
    return { streams, check, ended: awaitPipeline(streams, point), isQuiet: true };
  },
});

/** A chain that waits: for a rate, for a budget, and for a sink. */
const slowChain = {
  name: 'slow chain',
  start(point) {
    const budget = new sluice.Budget({ bytes: 20_000 });
    const streams = [
      sluice.createGzip({ level: 0, budget }),
      sluice.createThrottle({ bytesPerSecond: 2e7, burst: 10_000, budget }),
      slow(),
    ];
    const ended = awaitPipeline(streams, point);
    writeAll(streams[0], point).catch(point);
    return { streams, check: () => assert.ok(streams[2].bytesWritten > bytes.length), ended };
  },
};

/** How pipeline() ends. */
function awaitPipeline(streams, point) {
  for (const stream of streams) {
    // By itself it waits for ever for the 'end' of one that was destroyed when its own end was in Node's queue.
    const giveUp = () => streams.forEach((each) => each.destroy());
    stream.on('close', () => stream.readableEnded === false && setImmediate(giveUp));
  }
  return new Promise((resolve) =>
    pipeline(streams, (error) => {
      point();
      resolve(error);
    }),
  );
}

/** Counts a stream's events, and those that follow 'close', and has each of them be a point. */
function watch(stream, point, isQuiet) {
  const seen = { finish: 0, end: 0, error: 0, close: 0, late: 0 };
  // A listener of 'data' or 'drain' ends a link.
  const events = isQuiet ? EVENTS.filter((name) => name !== 'data' && name !== 'drain') : EVENTS;
  for (const name of events) stream.on(name, point);
  for (const name of ENDINGS) {
    stream.on(name, () => {
      if (seen.close > 0) seen.late += 1;
      seen[name] += 1;
      point();
    });
  }
  return seen;
}

/** How finished() ended. */
const outcome = (stream) => new Promise((resolve) => finished(stream, resolve));

/** Whether a stream has finished, and its reader has all bytes; 'end' may be lost to the destroy. */
function isDone({ writableFinished = true, readableEnded, readableLength, _readableState: state }) {
  return writableFinished && (!state || readableEnded || (state.ended && readableLength === 0));
}

/**
 * Runs a script, and destroys its stream number `victim` at point `at`, with an error or without.
 * @returns {Promise<boolean>} whether the script came to that point
 */
async function destroyAt(script, victim, at, error) {
  let passed = 0;
  let streams = [];
  const point = () => {
    passed += 1;
    if (passed === at) streams[victim].destroy(error);
  };
  const { check, ended, isQuiet, ...made } = script.start(point);
  streams = made.streams;
  const seen = streams.map((stream) => watch(stream, point, isQuiet));
  const outcomes = await Promise.all(streams.map(outcome));
  const failure = await ended;
  // One that never closes ends the program without a word, which is a failure.
  await Promise.all(streams.filter((stream) => !stream.closed).map(closed));
  for (let n = 0; n < 3; n += 1) await turn();
  streams.forEach((stream, n) => {
    const { finish, end, error: failed, ...others } = seen[n];
    assert.deepEqual(
      others,
      { close: 1, late: 0 },
      `events of stream ${n}: ${JSON.stringify(seen)}`,
    );
    assert.ok(Math.max(finish, end, failed) <= 1, `events of stream ${n}: ${JSON.stringify(seen)}`);
    assert.ok(outcomes[n] || isDone(stream), `stream ${n} reports a success that it did not have`);
  });
  // Where the last stream has succeeded, all bytes are there.
  const hasSucceeded = !failure && !outcomes.at(-1);
  if (hasSucceeded) check();
  if (passed < at) assert.ok(hasSucceeded, 'nothing was destroyed, and yet it failed');
  return passed >= at;
}

async function run({ short }) {
  return inFolder(async (folder) => {
    const formats = short ? [gzip] : allFormats;
    const scripts = [
      ...formats.map(encoder),
      ...formats.map(decoder),
      throughFiles(folder),
      slowChain,
    ];
    let count = 0;
    for (const script of scripts) {
      const { streams } = script.start(() => {});
      streams.forEach((stream) => stream.on('error', () => {}).destroy());
      for (let victim = 0; victim < streams.length; victim += 1) {
        for (const error of [undefined, new Error('destroyed')]) {
          let at = 1;
          const where = () =>
            `${script.name}, stream ${victim} at point ${at}, ${error ?? 'no error'}`;
          try {
            while (await destroyAt(script, victim, at, error)) at += 1;
          } catch (fault) {
            throw new Error(`${where()}: ${fault.message}`, { cause: fault });
          }
          count += at;
        }
      }
    }
    return `${count} runs of ${scripts.length} scripts, each destroyed at another point`;
  });
}

module.exports = { run };
