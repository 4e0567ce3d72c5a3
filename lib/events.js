'use strict';

// The JS end of the doorbell: what a stage has to say to its stream, told in the order in which it can matter.
// The bits are those of src/node/chime.rs.

const native = require('../binding.js');

const OPENED = 1;
const ROOM = 2;
const READABLE = 4;
const PARKED = 8;
const DONE = 16;
const FINISHED = 32;
const FAILED = 64;
const CLOSED = 128;

const kHandle = Symbol('sluice.handle');
/** Methods that streams answer events with. */
const kProgress = Symbol('sluice.progress');
const kPull = Symbol('sluice.pull');
const kOpened = Symbol('sluice.opened');
const kFinished = Symbol('sluice.finished');
const kFailed = Symbol('sluice.failed');
const kClosed = Symbol('sluice.closed');

const METHODS = new Map([
  [OPENED, kOpened],
  [ROOM, kProgress],
  [READABLE, kPull],
  [DONE, kProgress],
  [FINISHED, kFinished],
  [FAILED, kFailed],
  [CLOSED, kClosed],
]);

/** Events whose methods may be called again when a listener threw in the middle of them. */
const REPEATABLE = ROOM | READABLE | DONE;

/** The context in which a stream was made; its listeners run in it, as those of Node's own streams do. */
const kContext = Symbol('sluice.context');

function dispatch(stream, events) {
  stream[kContext].runInAsyncScope(tell, undefined, stream, events);
}

function tell(stream, events) {
  let left = events & ~PARKED;
  let event = 0;
  try {
    while (left !== 0) {
      event = left & -left;
      left &= ~event;
      stream[METHODS.get(event)]();
    }
    event = 0;
  } catch (error) {
    // Here and not behind the bell: whoever hears of it is still in the stream's context.
    native.raise(error);
  } finally {
    // A listener that throws must not cost the stream what came behind it.
    left |= event & REPEATABLE;
    if (left !== 0) native.ring(stream[kHandle], left);
    native.rest(stream[kHandle]);
  }
}

const bell = native.createBell(dispatch);

module.exports = {
  bell,
  kClosed,
  kContext,
  kFailed,
  kFinished,
  kHandle,
  kOpened,
  kProgress,
  kPull,
};
