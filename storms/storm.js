'use strict';

// The program of one storm: node --expose-gc storm.js NAME SEED [short].

const { makeRandom } = require('./support/random');

const [name, seed, length] = process.argv.slice(2);
const { run } = require(`./${name}`);

run({ short: length === 'short', random: makeRandom(Number(seed)) }).then(
  (counted) => console.log(counted),
  (error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
