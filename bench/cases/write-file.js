'use strict';

const path = require('node:path');
const { perWrite, timesFaster } = require('../rows');
const { digestFile, digestOfLines, same } = require('../verify');
const { LINE, writeLoop } = require('./write-loop');

const COUNT = 1_000_000;

async function measure({ createWriteStream }, { folder, highWaterMark }) {
  const target = path.join(folder, 'lines');
  const milliseconds = await writeLoop(
    createWriteStream(target, { highWaterMark }),
    COUNT,
    'finish',
  );
  same(await digestFile(target), digestOfLines(LINE, COUNT), 'lines in the file');
  return { nanoseconds: (milliseconds * 1e6) / COUNT };
}

module.exports = {
  measure,
  rows: (sluice, node) => [
    {
      work: "1,000,000 × `write('Some data\\n')` into a file, until `'finish'`",
      ...perWrite(sluice, node),
      ...timesFaster(sluice, node, 'nanoseconds', 5),
    },
  ],
};
