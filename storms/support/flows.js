'use strict';

// Every kind of stream in full flow, for as long as the process lives: each entry starts one. `folder` is for files.

const fs = require('node:fs');
const path = require('node:path');
const { setImmediate: turn } = require('node:timers/promises');
const sluice = require('../..');
const { lines, noise } = require('../../__test__/support/data');

const { BROTLI_PARAM_QUALITY } = sluice.constants;

const text = lines(6_000);
const bytes = Buffer.concat([text, noise(64 * 1024)]);
const quality = (level) => ({ params: { [BROTLI_PARAM_QUALITY]: level } });

/** Writes in one turn of the event loop: some streams take small ones faster than they come. */
const IN_A_TURN = 100;

/** Writes the pieces one after the other, over and over, for as long as the stream lets it. */
function flow(stream, pieces = [bytes]) {
  let next = 0;
  const fill = () => {
    for (let n = 0; n < IN_A_TURN; n += 1) {
      if (stream.destroyed || !stream.write(pieces[next++ % pieces.length], () => {})) return;
    }
    setImmediate(fill);
  };
  stream.on('drain', fill);
  fill();
  return stream;
}

const small = [Buffer.from('a line of a log\n'), 'a string\n', Buffer.from([0])];
const slow = (options) => sluice.createSlowWritableStream({ bytesPerSecond: 1e7, ...options });

let files = 0;
const file = (folder) => path.join(folder, `${process.pid}-${process.hrtime.bigint()}-${files++}`);

const FLOWS = {
  'gzip on all threads': () => flow(sluice.createGzip({ level: 6 })).resume(),
  'gzip of small writes': () => flow(sluice.createGzip({ level: 1 }), small).resume(),
  'a gzip that nobody reads': () => sluice.createGzip().write(bytes),
  gunzip: () => flow(sluice.createGunzip(), [sluice.gzipSync(bytes)]).resume(),
  'deflate and inflate, linked': () =>
    flow(sluice.createDeflate({ level: 1 }))
      .pipe(sluice.createInflate())
      .resume(),
  brotli: () => flow(sluice.createBrotliCompress(quality(5))).resume(),
  'brotli and back, linked': () =>
    flow(sluice.createBrotliCompress(quality(1)))
      .pipe(sluice.createBrotliDecompress())
      .resume(),
  'brotli on threads of its own': () =>
    flow(sluice.createBrotliCompress({ threads: 2, ...quality(2) })).resume(),
  zstd: () => flow(sluice.createZstdCompress()).resume(),
  'zstd on threads of its own': () => flow(sluice.createZstdCompress({ threads: 2 })).resume(),
  unzstd: () => flow(sluice.createZstdDecompress(), [sluice.zstdCompressSync(bytes)]).resume(),
  'a file through gzip into a file': (folder) =>
    sluice
      .createReadStream(process.execPath)
      .pipe(sluice.createGzip({ level: 1 }))
      .pipe(sluice.createWriteStream(file(folder))),
  'a file that is read': () => sluice.createReadStream(process.execPath).resume(),
  'a file that is written': (folder) => flow(sluice.createWriteStream(file(folder))),
  '/dev/null': () => flow(sluice.createWriteStream('/dev/null'), small),
  'a slow sink': () => flow(sluice.createGzip({ level: 0 })).pipe(slow()),
  'a sink that waits': () => flow(slow({ latency: 1 }), small),
  'a throttle': () => flow(sluice.createThrottle({ bytesPerSecond: 5e7 })).resume(),
  'two throttles of one rate': () => {
    const rate = new sluice.Rate({ bytesPerSecond: 5e7 });
    for (let n = 0; n < 2; n += 1) flow(sluice.createThrottle({ rate })).pipe(slow());
  },
  'streams of one budget': () => {
    const budget = new sluice.Budget({ bytes: 100_000 });
    for (let n = 0; n < 3; n += 1) {
      flow(sluice.createGzip({ budget, level: 1 })).pipe(slow({ budget }));
    }
  },
  'web streams': async () => {
    const { writable, readable } = sluice.createGzip({ level: 1 }).toWeb();
    readable.pipeTo(new WritableStream()).catch(() => {});
    const writer = writable.getWriter();
    for (;;) {
      await writer.ready;
      writer.write(bytes).catch(() => {});
    }
  },
  'one-shot functions': async () => {
    for (;;) {
      await new Promise((resolve) => sluice.gzip(text, resolve));
      sluice.gunzipSync(sluice.gzipSync(small[0]));
      await turn();
    }
  },
  'streams that are destroyed in flow': async () => {
    for (;;) {
      const streams = [sluice.createGzip({ level: 1 }), sluice.createZstdCompress({ threads: 2 })];
      for (const stream of streams) flow(stream).resume();
      await turn();
      for (const stream of streams) stream.destroy();
    }
  },
};

const names = Object.keys(FLOWS);

/** Starts `most` kinds of stream, from the `first` on. What they write is removed with the folder. */
function startFlows(folder, first, most) {
  fs.mkdirSync(folder, { recursive: true });
  for (let n = 0; n < most; n += 1) FLOWS[names[(first + n) % names.length]](folder);
}

module.exports = { kinds: names.length, startFlows };
