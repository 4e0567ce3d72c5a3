'use strict';

// write() from inside of the listeners of 'data', 'drain' and 'error', and of callbacks: the bytes are right, and however
// many of them follow each other, the stack does not grow.

const assert = require('node:assert');
const sluice = require('..');
const { allFormats, checkDecoded, text } = require('./support/round-trips');

const piece = (n) => Buffer.from(text.subarray((n * 31) % 5000, ((n * 31) % 5000) + 1 + (n % 700)));

/** From where the next piece is written. `next` writes it, or ends the stream behind the last, and tells of room. */
const WRITERS = {
  data(stream, next) {
    const write = () => {
      next();
      // So that something comes of it.
      if (!stream.writableEnded) stream.flush();
    };
    stream.on('data', write);
    write();
  },
  drain(stream, next) {
    const fill = () => {
      while (next());
    };
    stream.on('drain', fill);
    fill();
  },
  callback(stream, next) {
    const again = () => next(again);
    again();
  },
};

/** Pieces written by `writer` until there were `count`; what comes out decodes to them. */
async function write(format, writer, count) {
  const stream = format.encode({ highWaterMark: 2000, lowWaterMark: 500 });
  const packed = [];
  stream.on('data', (chunk) => packed.push(chunk));
  const ended = new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
  let written = 0;
  writer(stream, (callback) => {
    if (stream.writableEnded) return false;
    if (written === count) {
      stream.end();
      return false;
    }
    const bytes = piece(written++);
    const hasRoom = stream.write(bytes, callback);
    bytes.fill(0);
    return hasRoom;
  });
  await ended;
  const expected = Buffer.concat(Array.from({ length: count }, (_, n) => piece(n)));
  checkDecoded(format, Buffer.concat(packed), expected);
}

/** Writes, ends and flushes of a stream that fails, from its 'error': each is told, and none is taken. */
async function writeAfterFailure() {
  const stream = sluice.createGunzip();
  const told = await new Promise((resolve) => {
    const errors = [];
    const tell = (error) => errors.push(error?.code) === 3 && resolve(errors);
    stream.once('error', () => {
      stream.on('error', () => {});
      stream.write('x', tell);
      stream.end('x', tell);
      stream.flush(tell);
    });
    stream.write('this is no gzip');
    stream.resume();
  });
  assert.deepEqual(new Set(told), new Set(['ERR_STREAM_DESTROYED']));
}

async function run({ short }) {
  const count = short ? 1000 : 50_000;
  let writes = 0;
  for (const format of allFormats) {
    for (const writer of Object.values(WRITERS)) {
      await write(format, writer, count);
      writes += count;
    }
  }
  const failures = count / 10;
  for (let n = 0; n < failures; n += 1) await writeAfterFailure();
  return `${writes} writes from within listeners and callbacks, ${failures} from within 'error'`;
}

module.exports = { run };
