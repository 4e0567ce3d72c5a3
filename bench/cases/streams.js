'use strict';

// Many gzip streams at once, each with a piece of the file: how much they do together, and how long the event loop waits.

const fs = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const zlib = require('node:zlib');
const { delays, speeds, timesFaster } = require('../rows');

/** How many streams, and of how many bytes each. */
const PIECES = new Map([
  [1, 64e6],
  [10, 8e6],
  [100, 1e6],
  [1000, 1e6],
]);
/** Of so many streams one is decoded and compared. */
const CHECK_EVERY = 25;

function compress({ createGzip }, piece) {
  return new Promise((resolve, reject) => {
    const output = [];
    createGzip()
      .on('data', (chunk) => output.push(chunk))
      .on('end', () => resolve(output))
      .on('error', reject)
      .end(piece);
  });
}

function piecesOf(file, count, bytes) {
  const data = fs.readFileSync(file);
  const step = Math.max(1, Math.floor((data.length - bytes) / count));
  return Array.from({ length: count }, (_, i) => data.subarray(i * step, i * step + bytes));
}

function streams(count, wanted) {
  const bytes = PIECES.get(count);

  async function measure(lib, { files }) {
    const pieces = piecesOf(files.plain, count, bytes);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const start = performance.now();
    const outputs = await Promise.all(pieces.map((piece) => compress(lib, piece)));
    const milliseconds = performance.now() - start;
    histogram.disable();

    for (let i = 0; i < count; i += CHECK_EVERY) {
      const decoded = zlib.gunzipSync(Buffer.concat(outputs[i]));
      if (!decoded.equals(pieces[i])) throw new Error(`stream ${i}: wrong bytes`);
    }
    return { milliseconds, delay: histogram.percentile(99) };
  }

  const size = `${(bytes / 1e6).toLocaleString('en-US')} MB`;
  const streamsOf =
    count === 1 ? 'one gzip stream' : `${count.toLocaleString('en-US')} gzip streams`;
  const rows = (ours, theirs) => [
    {
      work: `${streamsOf} of ${size} at once`,
      ...speeds(ours, theirs, count * bytes),
      ...timesFaster(ours, theirs, 'milliseconds', wanted?.ratio),
    },
    {
      work: 'the 99th percentile of event-loop delay meanwhile',
      ...delays(ours, theirs, wanted?.delay),
    },
  ];
  return { measure, rows };
}

module.exports = {
  1: streams(1),
  10: streams(10),
  100: streams(100),
  1000: streams(1000, { ratio: 2, delay: 10 }),
};
