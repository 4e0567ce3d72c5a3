'use strict';

// How a stream whose stage holds a file is closed: destroy() asks for it, and the stage's last word answers.

const { kClosed } = require('./events');
const { takeFailure } = require('./writable-side');

/** What waits for the stage to close: null before a destroy, true when it has closed without one. */
const kClose = Symbol('sluice.close');

function attachClosing(stream) {
  stream[kClose] = null;
}

/** Answers Node's call of _destroy(), after native was told: `callback` comes when the stage has closed. */
function awaitClosing(stream, error, callback) {
  const isClosed = stream[kClose] === true;
  stream[kClose] = { error, callback };
  if (isClosed) stream[kClosed]();
}

/** The stage has closed. Its error is told even after a destroy without one: the bytes may not be there. */
function concludeClosing(stream, fail) {
  const error = takeFailure(stream);
  if (stream[kClose] === null) {
    // The stage broke down by itself.
    stream[kClose] = true;
    if (error !== null) fail(stream, error);
    return;
  }
  const { callback, error: reason } = stream[kClose];
  stream[kClose] = null;
  callback(reason ?? error);
}

module.exports = { attachClosing, awaitClosing, concludeClosing };
