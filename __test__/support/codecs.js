'use strict';

const zlib = require('node:zlib');
const sluice = require('../..');

/** The formats: who makes them, who reads them, and zlib's one-shot functions for both. */
const formats = [
  {
    name: 'gzip',
    encode: sluice.createGzip,
    decode: sluice.createGunzip,
    zlibEncode: zlib.gzipSync,
    zlibDecode: zlib.gunzipSync,
  },
  {
    name: 'deflate',
    encode: sluice.createDeflate,
    decode: sluice.createInflate,
    zlibEncode: zlib.deflateSync,
    zlibDecode: zlib.inflateSync,
  },
  {
    name: 'deflateRaw',
    encode: sluice.createDeflateRaw,
    decode: sluice.createInflateRaw,
    zlibEncode: zlib.deflateRawSync,
    zlibDecode: zlib.inflateRawSync,
  },
];

/** Every transform by the name of its class, with zlib's factory of the same name. */
const transforms = [
  'Gzip',
  'Gunzip',
  'Deflate',
  'Inflate',
  'DeflateRaw',
  'InflateRaw',
  'Unzip',
].map((name) => ({
  name,
  create: sluice[`create${name}`],
  zlibCreate: zlib[`create${name}`],
}));

module.exports = { formats, transforms };
