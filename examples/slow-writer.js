'use strict';

// A large file piped into a slow writer: the file is read no faster than the writer takes it.
//
//   node examples/slow-writer.js [FILE] [BYTES_PER_SECOND]
//
// FILE is by default the running Node executable; the writer then lasts about five seconds.

const fs = require('node:fs');
const { finished } = require('node:stream/promises');
const { createSlowWritableStream } = require('sluice');

async function main(file = process.execPath, bytesPerSecond = fs.statSync(file).size / 5) {
  const source = fs.createReadStream(file);
  const slow = createSlowWritableStream({
    bytesPerSecond: Number(bytesPerSecond),
    highWaterMark: 256 * 1024, // bytes; the file comes in chunks of 64 KiB
    latency: 2, // milliseconds before each piece
    // destination: 'copy', // a file that gets the bytes; without one they are dropped
  });

  const report = setInterval(() => {
    const { bytesOut, buffered, highWaterMark } = slow.pressure;
    const read = source.bytesRead;
    console.log(`read ${read}, delivered ${bytesOut}, buffered ${buffered} of ${highWaterMark}`);
  }, 1000);

  source.on('error', (error) => slow.destroy(error));
  source.pipe(slow); // pipe() stops reading while write() returns false.
  try {
    await finished(slow);
  } finally {
    clearInterval(report);
  }

  const { bytesOut, falseWrites, drains, peak } = slow.pressure;
  console.log(`delivered ${bytesOut} bytes`);
  console.log(`write() was false ${falseWrites} times, 'drain' came ${drains} times`);
  console.log(`at most ${peak} bytes waited in the writer`);
}

main(...process.argv.slice(2));
