'use strict';

// `members: 'first'`: a stream that ends with the first gzip member, and leaves what follows to the program.

const native = require('../binding.js');
const { kHandle } = require('./events');
const { callAll } = require('./writable-side');

/** Who is piped into the stream. */
const kSources = Symbol('sluice.sources');

function trackSources(stream) {
  const sources = new Set();
  stream[kSources] = sources;
  stream.on('pipe', (source) => sources.add(source));
  stream.on('unpipe', (source) => sources.delete(source));
}

/** The member is complete: nobody is to write any more, and what was written behind it is the program's. */
function leaveRest(stream) {
  if (stream.destroyed) return;
  for (const source of stream[kSources]) source.unpipe(stream);
  if (!stream.writableEnded) stream.end();
  stream.rest = native.reclaim(stream[kHandle]);
  callAll(stream, null);
}

module.exports = { leaveRest, trackSources };
