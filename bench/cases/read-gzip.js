'use strict';

const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const { speeds, timesFaster } = require('../rows');
const { digest, same } = require('../verify');

async function measure({ createGzip, createReadStream }, { file, source }) {
  const output = [];
  const start = performance.now();
  await pipeline(createReadStream(file), createGzip({ level: 6 }), async (chunks) => {
    for await (const chunk of chunks) output.push(chunk);
  });
  const milliseconds = performance.now() - start;

  const decoded = await digest(Readable.from(output), zlib.createGunzip());
  same(decoded, source, 'the file read and compressed');
  return { milliseconds };
}

module.exports = {
  measure,
  rows: (sluice, node, { source }) => [
    {
      work: 'the file read and piped through gzip level 6 into JS',
      ...speeds(sluice, node, source.bytes),
      ...timesFaster(sluice, node, 'milliseconds'),
    },
  ],
};
