'use strict';

// What the measurements of a run share: the file, and what node:zlib makes of it, for those that decode it.

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const sluice = require('..');
const { digestFile } = require('./verify');

const SMALLEST = 80e6;

const { BROTLI_PARAM_QUALITY } = zlib.constants;
const encoders = {
  gzip: () => zlib.createGzip({ level: 6 }),
  brotli: () => zlib.createBrotliCompress({ params: { [BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: () => (zlib.createZstdCompress ?? sluice.createZstdCompress)(),
};

/** `inputs` are names of files that the cases ask for. Reading the file here also brings it into the file cache. */
async function prepare(file, folder, inputs) {
  const source = await digestFile(file);
  if (source.bytes < SMALLEST) throw new Error(`${file} is smaller than ${SMALLEST / 1e6} MB`);
  const files = { plain: file };
  for (const [name, create] of Object.entries(encoders)) {
    if (!inputs.includes(name)) continue;
    files[name] = path.join(folder, name);
    await pipeline(fs.createReadStream(file), create(), fs.createWriteStream(files[name]));
  }
  return { file, files, folder, source };
}

module.exports = { prepare };
