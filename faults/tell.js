'use strict';

// Writes numbered lines to a file, and prints each number once it is told that its line is on the disk, until it is killed.

const fs = require('node:fs');
const { createWriteStream } = require('..');

const AT_ONCE = 10;

const stream = createWriteStream(process.argv[2], { durable: true });
let number = 0;

function writeNext() {
  const written = number;
  number += 1;
  stream.write(`${written}\n`, () => {
    fs.writeSync(1, `${written}\n`);
    writeNext();
  });
}

stream.on('open', () => {
  fs.writeSync(1, 'at work\n');
  for (let n = 0; n < AT_ONCE; n += 1) writeNext();
});
