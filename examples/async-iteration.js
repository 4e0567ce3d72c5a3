'use strict';

// Async iteration: generators write into a stream and read out of one with pipeline(), and no 'drain' is in sight.
//
//   node examples/async-iteration.js [LINES]

const { pipeline } = require('node:stream/promises');
const { createGunzip, createGzip } = require('sluice');

async function* lines(count) {
  for (let i = 1; i <= count; i += 1) yield `line ${i}\n`;
}

/** Counts the lines of a stream of buffers. Leaving the loop early would destroy the stream. */
async function countLines(chunks) {
  let count = 0;
  for await (const chunk of chunks) {
    for (const byte of chunk) if (byte === 10) count += 1;
  }
  return count;
}

/** The same without pipeline(): ready() is a promise for room, and settles if the stream fails, too. */
async function writeByHand(count) {
  const gzip = createGzip();
  const counted = countLines(gzip.pipe(createGunzip()));
  for await (const line of lines(count)) {
    if (!gzip.write(line)) await gzip.ready();
  }
  gzip.end();
  return counted;
}

async function main(argument = '100000') {
  const count = Number(argument);
  const piped = await pipeline(lines(count), createGzip(), createGunzip(), countLines);
  console.log(`pipeline: ${piped} lines came back of ${count}`);

  const written = await writeByHand(count);
  console.log(`ready(): ${written} lines came back of ${count}`);
  if (piped !== count || written !== count) process.exitCode = 1;
}

main(...process.argv.slice(2));
