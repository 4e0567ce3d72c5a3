// The same objects as `require('sluice')`, by name.

import sluice from './index.js';

export default sluice;
export const {
  constants,
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
  createReadStream,
  createSlowWritableStream,
  createUnzip,
  createWriteStream,
  Deflate,
  DeflateRaw,
  Gunzip,
  Gzip,
  Inflate,
  InflateRaw,
  ReadStream,
  SlowWritable,
  Unzip,
  WriteStream,
} = sluice;
