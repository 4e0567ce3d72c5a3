'use strict';

// A garbage collection in every turn of the event loop, while streams of all kinds run that nobody else keeps.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const sluice = require('..');
const { inFolder } = require('./support/folder');
const { allFormats, bytes, checkDecoded, roundTrip } = require('./support/round-trips');

const [gzip] = allFormats;

/** Collects in every turn until it is told to stop. Returns how often that was. */
function collectAlways() {
  let count = 0;
  let next;
  const collect = () => {
    globalThis.gc();
    count += 1;
    next = setImmediate(collect);
  };
  collect();
  return () => {
    clearImmediate(next);
    return count;
  };
}

/** A file through a link of three into a file. */
async function throughFiles(folder, n) {
  const [source, target] = ['source', `target-${n}`].map((name) => path.join(folder, name));
  if (!fs.existsSync(source)) fs.writeFileSync(source, bytes);
  await pipeline(
    sluice.createReadStream(source),
    sluice.createGzip(),
    sluice.createWriteStream(target),
  );
  checkDecoded(gzip, fs.readFileSync(target), bytes);
}

/** An encoder, a decoder and a throttle, linked, which nobody holds but what waits for them. */
function unheld({ encode, decode }) {
  const chunks = [];
  return new Promise((resolve, reject) => {
    const source = encode().on('error', reject);
    source
      .pipe(decode())
      .on('error', reject)
      .pipe(sluice.createThrottle({ bytesPerSecond: 1e9 }))
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => resolve(Buffer.concat(chunks)));
    source.end(bytes);
  });
}

async function run({ short }) {
  const rounds = short ? 5 : 200;
  const stop = collectAlways();
  let streams = 0;
  await inFolder(async (folder) => {
    for (let n = 0; n < rounds; n += 1) {
      for (const format of allFormats) {
        await roundTrip(format);
        assert.ok((await unheld(format)).equals(bytes), format.name);
        streams += 5;
      }
      await throughFiles(folder, n);
      streams += 3;
    }
  });
  return `${streams} streams through ${stop()} collections, all bytes right`;
}

module.exports = { run };
