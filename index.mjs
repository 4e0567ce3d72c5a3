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
  createSlowWritableStream,
  createUnzip,
  createWriteStream,
  Deflate,
  DeflateRaw,
  Gunzip,
  Gzip,
  Inflate,
  InflateRaw,
  SlowWritable,
  Unzip,
  WriteStream,
} = sluice;
