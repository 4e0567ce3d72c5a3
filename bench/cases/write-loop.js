'use strict';

// The loop of the small-write cases: `count` writes of one line that stop on false and go on at 'drain'.

const LINE = 'Some data\n';

/** Writes and ends the stream; resolves with the milliseconds from the first write until `event`. */
function writeLoop(stream, count, event) {
  return new Promise((resolve, reject) => {
    let left = count;
    const start = performance.now();
    stream.once('error', reject);
    stream.once(event, () => resolve(performance.now() - start));
    const go = () => {
      while (left > 0) {
        left -= 1;
        if (!stream.write(LINE)) {
          stream.once('drain', go);
          return;
        }
      }
      stream.end();
    };
    go();
  });
}

module.exports = { LINE, writeLoop };
