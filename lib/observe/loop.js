'use strict';

// The event loop, watched by one timer for all observations: it tells them when to look, and how late the loop is.
//
// What ends in a callback may have been over for as long as the loop was busy with something else. The timer shows that:
// it is overdue then, or was just now, in the same turn of the loop.

const { performance } = require('node:perf_hooks');
// Taken while they are Node's own: fake timers replace them.
const { clearTimeout, setImmediate, setTimeout } = require('node:timers');

/** How often observations look, in milliseconds. */
const TICK = 10;
/** A timer is late by this much where nothing is wrong. */
const SLACK = 5;

const listeners = new Set();
let timer;
let due = 0;
/** Since when the loop was blocked, within the turn in which it came free. */
let blockedSince;

function plan(now) {
  due = now + TICK;
  timer = setTimeout(tick, TICK).unref();
}

function forget() {
  blockedSince = undefined;
}

function tick() {
  const now = performance.now();
  if (now - due > SLACK) {
    blockedSince = due;
    setImmediate(forget).unref();
  }
  plan(now);
  for (const listener of listeners) listener(now);
}

/** Calls `listener(now)` every few milliseconds, without holding the process. */
function watchLoop(listener) {
  listeners.add(listener);
  if (timer === undefined) plan(performance.now());
}

function unwatchLoop(listener) {
  listeners.delete(listener);
  if (listeners.size > 0) return;
  clearTimeout(timer);
  timer = undefined;
  forget();
}

/** For how many milliseconds before `now` the loop has not come to what was due. */
function lateBy(now) {
  if (timer === undefined) return 0;
  if (blockedSince !== undefined) return now - blockedSince;
  return now - due > SLACK ? now - due : 0;
}

module.exports = { lateBy, unwatchLoop, watchLoop };
