'use strict';

// The file of a stream, from before it is open until it is closed: the properties of `fs` streams, 'open' and 'ready'.

const native = require('../binding.js');
const { kHandle } = require('./events');

const kFileHandle = Symbol('sluice.fileHandle');
/** OPENING, OPEN or CLOSED. */
const kPhase = Symbol('sluice.phase');

const OPENING = 'opening';
const OPEN = 'open';
const CLOSED = 'closed';

/** Streams whose descriptor the program may use for as long as it likes: collected, they would close it. */
const unclosed = new Set();

function attachFile(stream, { descriptor, shown, autoClose }) {
  Object.assign(stream, shown);
  /** The file's descriptor; null until it is open and after it is closed, and on Windows. */
  stream.fd = descriptor?.number ?? null;
  stream[kPhase] = descriptor === null ? OPENING : OPEN;
  stream[kFileHandle] = descriptor?.handle ?? null;
  if (!autoClose) unclosed.add(stream);
  // What closes the handle leaves the stream nothing to work with.
  stream[kFileHandle]?.on('close', () => stream.close());
}

/** Whether the file is not open: not yet, or not any more. */
const isPending = (stream) => stream[kPhase] !== OPEN;

/** Notes that the file has been opened. `false`: it was given, and has been open all along. */
function noteOpen(stream) {
  if (stream[kPhase] !== OPENING) return false;
  stream[kPhase] = OPEN;
  stream.fd = native.descriptor(stream[kHandle]) ?? null;
  return true;
}

function tellOpen(stream) {
  stream.emit('open', stream.fd);
  stream.emit('ready');
}

function forgetFile(stream) {
  stream.fd = null;
  stream[kPhase] = CLOSED;
}

/** Native has closed the file, or let go of it. */
function releaseFile(stream, conclude) {
  forgetFile(stream);
  unclosed.delete(stream);
  const handle = stream[kFileHandle];
  stream[kFileHandle] = null;
  // A FileHandle is closed by itself, or it warns when it is collected.
  if (handle === null) conclude();
  else handle.close().then(conclude, conclude);
}

module.exports = { attachFile, forgetFile, isPending, noteOpen, releaseFile, tellOpen };
