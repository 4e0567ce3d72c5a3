'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { noLarger, sizes, speeds, timesFaster } = require('../rows');
const { digestGzip, same } = require('../verify');

/** A case for one level: the file of the context through gzip into a file, with fs streams at both ends. */
function gzipFile(level, { wanted, wantedSize } = {}) {
  async function measure({ createGzip }, { file, source, folder }) {
    const target = path.join(folder, 'file.gz');
    const start = performance.now();
    await pipeline(fs.createReadStream(file), createGzip({ level }), fs.createWriteStream(target));
    const milliseconds = performance.now() - start;

    same(await digestGzip(target), source, `the file through gzip level ${level}`);
    return { milliseconds, bytes: fs.statSync(target).size };
  }

  const rows = (sluice, node, { source }) => [
    {
      work: `the file through gzip level ${level}, \`fs\` streams at both ends`,
      ...speeds(sluice, node, source.bytes),
      ...timesFaster(sluice, node, 'milliseconds', wanted),
    },
    {
      work: `its size at level ${level}`,
      ...sizes(sluice, node),
      ...noLarger(sluice, node, wantedSize),
    },
  ];
  return { measure, rows };
}

module.exports = { ...gzipFile(6, { wanted: 1.7, wantedSize: 1 }), gzipFile };
