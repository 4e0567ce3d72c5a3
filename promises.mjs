// The same functions as `require('sluice/promises')`, by name.

import promises from './promises.js';

export default promises;
export const {
  brotliCompress,
  brotliDecompress,
  deflate,
  deflateRaw,
  gunzip,
  gzip,
  inflate,
  inflateRaw,
  unzip,
  zstdCompress,
  zstdDecompress,
} = promises;
