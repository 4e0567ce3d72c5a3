'use strict';

// All of `node:zlib`, in Rust, and the streams that are Sluice's own.

const { Budget } = require('./lib/budget');
const { observe } = require('./lib/observe');
const { metrics } = require('./lib/observe/metrics');
const { Rate } = require('./lib/rate');
const { ReadStream } = require('./lib/read-stream');
const { SlowWritable } = require('./lib/slow-writable');
const { Throttle } = require('./lib/throttle');
const { CompressionStream, DecompressionStream } = require('./lib/web/compression-streams');
const { WriteStream } = require('./lib/write-stream');
const zlib = require('./lib/zlib');

module.exports = Object.create(Object.prototype, {
  ...Object.getOwnPropertyDescriptors(zlib),
  ...Object.getOwnPropertyDescriptors({
    Budget,
    Rate,
    ReadStream,
    WriteStream,
    SlowWritable,
    Throttle,
    CompressionStream,
    DecompressionStream,
    createReadStream: (path, options) => new ReadStream(path, options),
    createWriteStream: (path, options) => new WriteStream(path, options),
    createSlowWritableStream: (options) => new SlowWritable(options),
    createThrottle: (options) => new Throttle(options),
    observe,
    metrics,
  }),
});
