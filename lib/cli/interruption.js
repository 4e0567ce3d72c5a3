'use strict';

/**
 * What must be undone when the command ends before its work does: by a signal, by a bug, or because nothing was left
 * to wait for. Undoing is synchronous: nothing can happen between it and the end of the process.
 */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** @type {Set<() => void>} */
const cleanups = new Set();

function cleanUp() {
  for (const cleanup of cleanups) {
    cleanups.delete(cleanup);
    cleanup();
  }
}

/**
 * Ends the process by the signal itself, so that whoever started it sees a death by that signal (status 130 for
 * SIGINT in a shell) and a loop in a script stops, as it would with gzip.
 */
function dieBy(signal) {
  // Node ignores SIGPIPE. Once a listener has come and gone, the system's default is back, for every signal.
  const listener = () => {};
  process.on(signal, listener);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** To be called once, before any work. */
function watchForInterruption() {
  process.on('exit', cleanUp);
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      cleanUp();
      dieBy(signal);
    });
  }
}

/**
 * @param {() => void} cleanup synchronous; must not throw
 * @returns {() => boolean} call it when there is nothing left to undo; `false` when that was so already
 */
function onInterruption(cleanup) {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

module.exports = { dieBy, onInterruption, watchForInterruption };
