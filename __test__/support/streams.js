'use strict';

/** Streams that hold bytes for as long as a test wants, and what tests do with any stream. */

const { once } = require('node:events');
const { createGzip, createSlowWritableStream } = require('../..');

const made = new Set();

/** Destroys, after each test of the file, what `track()` was given: a busy stream would hold Jest. */
function destroyAfterEach() {
  afterEach(() => {
    for (const stream of made) stream.on('error', () => {}).destroy();
    made.clear();
  });
}

function track(stream) {
  made.add(stream);
  return stream;
}

/** Closes, after each test of the file, what the function that it returns was given. */
function closeAfterEach() {
  const open = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  return (closable) => {
    open.push(closable);
    return closable;
  };
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A Writable whose sink never takes a byte. */
function stuckWritable(options) {
  return track(createSlowWritableStream({ latency: Infinity, ...options }));
}

/**
 * A Transform that stores its input, and that holds it once its reader has stopped: about `readableHighWaterMark` bytes
 * are consumed, and the rest waits until someone reads.
 */
function pausedTransform(options) {
  return track(createGzip({ level: 0, readableHighWaterMark: 1024, ...options }));
}

/** Resolves when a codec that nobody reads has stopped: for want of room, or of input. */
async function settled(stream) {
  let last = '';
  for (let same = 0; same < 3;) {
    const { bytesIn, bytesOut, buffered, readable } = stream.pressure;
    const isStopped = readable.buffered > readable.lowWaterMark || buffered === 0;
    const now = `${bytesIn} ${bytesOut} ${buffered}`;
    same = isStopped && now === last ? same + 1 : 0;
    last = now;
    await wait(5);
  }
}

/** All bytes that a Readable gives until its end. */
async function collect(readable) {
  const chunks = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Writes `chunks`, waiting at every `false`, and ends. */
async function writeAll(writable, chunks) {
  for (const chunk of chunks) if (!writable.write(chunk)) await writable.ready();
  writable.end();
}

/** What comes out of a Transform for these chunks. */
async function through(transform, chunks) {
  const [output] = await Promise.all([collect(transform), writeAll(transform, chunks)]);
  return output;
}

/** Resolves at 'close', after an error too. */
const closed = (stream) => new Promise((resolve) => stream.once('close', resolve));

/** The error that a stream fails with. */
async function failure(stream) {
  const [error] = await once(stream, 'error');
  return error;
}

/** The names of a stream's events, in order, as they come. */
function record(stream, names) {
  const events = [];
  for (const name of names) stream.on(name, () => events.push(name));
  return events;
}

/** What `action` throws. */
function thrown(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** What a promise is rejected with. */
async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Resolves when all that is due in this turn of the event loop, and in the next, has happened. */
const nextTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

module.exports = {
  closeAfterEach,
  closed,
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  pausedTransform,
  record,
  rejection,
  settled,
  stuckWritable,
  through,
  thrown,
  track,
  wait,
  writeAll,
};
