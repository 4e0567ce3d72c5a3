'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { speeds, timesFaster } = require('../rows');
const { digestFile, same } = require('../verify');

async function measure({ createGunzip }, { compressed, source, folder }) {
  const target = path.join(folder, 'file');
  const start = performance.now();
  await pipeline(fs.createReadStream(compressed), createGunzip(), fs.createWriteStream(target));
  const milliseconds = performance.now() - start;

  same(await digestFile(target), source, 'the file through gunzip');
  return { milliseconds };
}

module.exports = {
  measure,
  rows: (sluice, node, { source }) => [
    {
      work: 'the same, gunzip, of what `node:zlib` made at level 6',
      ...speeds(sluice, node, source.bytes),
      ...timesFaster(sluice, node, 'milliseconds', 1.8),
    },
  ],
};
