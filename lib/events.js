'use strict';

// The JS end of the doorbell: what a stage has to say to its stream, told in the order in which it can matter.
// The bits are those of src/node/chime.rs.

const native = require('../binding.js');

const OPENED = 1;
const ROOM = 2;
const HEADER = 4;
const READABLE = 8;
const PARKED = 16;
const DONE = 32;
const COMPLETE = 64;
const TRAILING = 128;
const FINISHED = 256;
const FAILED = 512;
const CLOSED = 1024;

const kHandle = Symbol('sluice.handle');
/** Methods that streams answer events with. */
const kProgress = Symbol('sluice.progress');
const kPull = Symbol('sluice.pull');
const kOpened = Symbol('sluice.opened');
const kHeader = Symbol('sluice.header');
const kComplete = Symbol('sluice.complete');
const kTrailing = Symbol('sluice.trailing');
const kFinished = Symbol('sluice.finished');
const kFailed = Symbol('sluice.failed');
const kClosed = Symbol('sluice.closed');

const METHODS = new Map([
  [OPENED, kOpened],
  [ROOM, kProgress],
  [HEADER, kHeader],
  [READABLE, kPull],
  [DONE, kProgress],
  [COMPLETE, kComplete],
  [TRAILING, kTrailing],
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
      // Not every stream has a use for every event.
      stream[METHODS.get(event)]?.();
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
  kComplete,
  kContext,
  kFailed,
  kFinished,
  kHandle,
  kHeader,
  kOpened,
  kProgress,
  kPull,
  kTrailing,
};
