'use strict';

// A million small writes that obey backpressure: stop when write() returns false, go on at 'drain'.
//
//   node examples/million-writes.js [TARGET] [COUNT] [HIGH_WATER_MARK]
//
// TARGET is a file to write, or "gzip" (the default) for a gzip stream whose output is counted and dropped. Rust
// consumes while the loop writes: the higher the mark, in bytes, the less often write() is false at all.
//
// The same loop over node:zlib takes about 20 to 35 µs a write; docs/bench.md has the figures.

const { finished } = require('node:stream/promises');
const { createGzip, createWriteStream } = require('sluice');

const LINE = 'Some data\n';

function open(target, options) {
  // resume() reads the output and drops it. Without a reader the codec would stop, as it should.
  return target === 'gzip' ? createGzip(options).resume() : createWriteStream(target, options);
}

function writeMany(stream, count) {
  let left = count;
  let waits = 0;
  function go() {
    while (left > 0) {
      left -= 1;
      if (!stream.write(LINE) && left > 0) {
        waits += 1;
        stream.once('drain', go);
        return;
      }
    }
    stream.end();
  }
  go();
  return finished(stream).then(() => waits);
}

async function main(target = 'gzip', count = '1000000', mark = '65536') {
  const stream = open(target, { highWaterMark: Number(mark) });
  const start = performance.now();
  const waits = await writeMany(stream, Number(count));
  const milliseconds = performance.now() - start;

  const { bytesIn, bytesOut, peak, highWaterMark } = stream.pressure;
  const nanoseconds = Math.round((milliseconds * 1e6) / count);
  console.log(`${count} writes in ${milliseconds.toFixed(0)} ms, ${nanoseconds} ns each`);
  console.log(`${bytesIn} bytes in, ${bytesOut} bytes out to ${target}`);
  console.log(`write() was false ${waits} times, each followed by 'drain'`);
  console.log(`at most ${peak} bytes were buffered, the high-water mark is ${highWaterMark}`);
}

main(...process.argv.slice(2));
