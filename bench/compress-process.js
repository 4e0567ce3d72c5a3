'use strict';

// node bench/compress-process.js CODEC OPTIONS FILE TARGET: compresses a file with Sluice, as a program would.

const { pipeline } = require('node:stream');
const sluice = require('..');

const [codec, options, file, target] = process.argv.slice(2);

pipeline(
  sluice.createReadStream(file),
  sluice[codec](JSON.parse(options)),
  sluice.createWriteStream(target),
  (error) => {
    if (error) throw error;
  },
);
