'use strict';

// A consumer that does nothing: what is measured is what a chunk costs on its way into JS.

const { once } = require('node:events');
const { speeds, timesFaster } = require('../rows');
const { digest, same } = require('../verify');

async function measure({ createReadStream }, { file, source }) {
  const start = performance.now();
  const stream = createReadStream(file);
  let bytes = 0;
  stream.on('data', (chunk) => {
    bytes += chunk.length;
  });
  await once(stream, 'end');
  const milliseconds = performance.now() - start;

  if (bytes !== source.bytes) throw new Error(`the file read: ${bytes} bytes`);
  same(await digest(createReadStream(file)), source, 'the file read');
  return { milliseconds };
}

module.exports = {
  measure,
  rows: (sluice, node, { source }) => [
    {
      work: "the file read to its end, by `'data'`",
      ...speeds(sluice, node, source.bytes),
      ...timesFaster(sluice, node, 'milliseconds'),
    },
  ],
};
