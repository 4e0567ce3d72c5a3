'use strict';

// Replaces a file by its next version, again and again, until it is killed.

const fs = require('node:fs');
const { once } = require('node:events');
const { createWriteStream } = require('..');
const { version, versionOf } = require('./versions');

const PIECE = 50_000;

async function main(file) {
  let number = fs.existsSync(file) ? versionOf(fs.readFileSync(file)) : -1;
  process.stdout.write('at work\n');
  for (;;) {
    number += 1;
    const bytes = version(number);
    const stream = createWriteStream(file, { atomic: true });
    for (let at = 0; at < bytes.length; at += PIECE) {
      if (!stream.write(bytes.subarray(at, at + PIECE))) await stream.ready();
    }
    stream.end();
    await once(stream, 'close');
  }
}

main(process.argv[2]);
