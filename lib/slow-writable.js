'use strict';

// createSlowWritableStream(): the slow consumer of the classic example, to test a program with.

const { checkObject, paceOption } = require('./options');
const { fileTarget } = require('./file-target');
const { SinkStream } = require('./sink-stream');

/** A path, or `{ path, …options of createWriteStream }`; nothing drops the bytes. */
function readDestination(destination) {
  if (destination == null) return undefined;
  const isOptions =
    typeof destination === 'object' && !ArrayBuffer.isView(destination) && !('href' in destination);
  const { path, ...options } = isOptions ? destination : { path: destination };
  return fileTarget(path, options);
}

class SlowWritable extends SinkStream {
  constructor(options) {
    options ??= {};
    checkObject(options, 'options');
    const bytesPerSecond = paceOption(options.bytesPerSecond, 'options.bytesPerSecond', Infinity);
    const latency = paceOption(options.latency, 'options.latency', 0, true);
    const destination = readDestination(options.destination);
    super(options, destination?.native, { bytesPerSecond, latency });
    this.bytesPerSecond = bytesPerSecond;
    this.latency = latency;
    this.path = destination?.shown.path;
  }
}

module.exports = { SlowWritable };
