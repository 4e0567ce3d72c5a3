'use strict';

const codecs = require('./lib/codec-stream');
const constants = require('./lib/constants');
const { ReadStream } = require('./lib/read-stream');
const { SlowWritable } = require('./lib/slow-writable');
const { WriteStream } = require('./lib/write-stream');

const { Gzip, Gunzip, Deflate, Inflate, DeflateRaw, InflateRaw, Unzip } = codecs;

module.exports = {
  Gzip,
  Gunzip,
  Deflate,
  Inflate,
  DeflateRaw,
  InflateRaw,
  Unzip,
  ReadStream,
  WriteStream,
  SlowWritable,
  createGzip: (options) => new Gzip(options),
  createGunzip: (options) => new Gunzip(options),
  createDeflate: (options) => new Deflate(options),
  createInflate: (options) => new Inflate(options),
  createDeflateRaw: (options) => new DeflateRaw(options),
  createInflateRaw: (options) => new InflateRaw(options),
  createUnzip: (options) => new Unzip(options),
  createReadStream: (path, options) => new ReadStream(path, options),
  createWriteStream: (path, options) => new WriteStream(path, options),
  createSlowWritableStream: (options) => new SlowWritable(options),
  constants,
};
