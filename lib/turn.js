'use strict';

// How much a stream hands out before others have their turn of the event loop: a codec or a file that is faster than its
// reader would otherwise never let go of it.

// Taken while it is Node's own: fake timers replace it.
const { setImmediate } = require('node:timers');

/** Bytes of one turn. */
const TURN = 256 * 1024;

/** Bytes that the stream may still hand out in this turn. */
const kTurn = Symbol('sluice.turn');
/** Called when another turn has come. */
const kNextTurn = Symbol('sluice.nextTurn');

function startTurn(stream) {
  stream[kTurn] = TURN;
}

function nextTurn(stream) {
  startTurn(stream);
  stream[kNextTurn]();
}

/** Counts bytes that are handed out. */
function spendTurn(stream, bytes) {
  const before = stream[kTurn];
  stream[kTurn] -= bytes;
  if (before > 0 && stream[kTurn] <= 0) setImmediate(nextTurn, stream);
}

module.exports = { kNextTurn, kTurn, spendTurn, startTurn };
