'use strict';

// Links: where a stream is piped into another of Sluice's, the bytes go from the one to the other in Rust.
//
// Node's pipe() stays what it is. A link takes the place of its 'data' and 'drain', for as long as nobody but the pipe
// would see them: it begins where a source would push a chunk, and ends before anything that needs the chunks in JS, of
// which each method here and in the streams' classes makes sure. Then the pipe goes on by itself.

const { nextTick } = require('node:process');
const { Readable } = require('node:stream');
const native = require('../binding.js');
const { kContext, kHandle, kPull } = require('./events');
const { define } = require('./inherit');

/** The stream that a link takes this one's output to; not there without one. */
const kOutgoing = Symbol('sluice.outgoing');
/** The stream that a link brings this one's input from. */
const kIncoming = Symbol('sluice.incoming');
/** Whether a writable side is in a state in which nothing but the bytes of a pipe would come to it. */
const kAdmitsLink = Symbol('sluice.admitsLink');
/** Tells a writable side that its link begins, or that it has ended and left it full or not. */
const kEnterLink = Symbol('sluice.enterLink');
const kLeaveLink = Symbol('sluice.leaveLink');
/** pipe() has not come to its 'data' listener yet. */
const kPiping = Symbol('sluice.piping');
/** The methods that a link passes over, as a class has them: a stream that has others is to see its chunks. */
const kMethods = Symbol('sluice.methods');

/** The sources of links. */
const linked = new Set();
const kReference = Symbol('sluice.reference');

const SOURCE_METHODS = ['push', 'read', '_read'];
const DESTINATION_METHODS = ['write', '_write', '_writev', '_transform'];

/** Events of which a link makes none. */
const SILENT = new Set(['data', 'readable', 'pause', 'resume']);

/** The 'data' listeners of pipes. */
const pipeListeners = new WeakSet();
/** Node's name for the 'drain' listener of a pipe. */
const ON_DRAIN = 'pipeOnDrainFunctionResult';

function isPlain(stream, names) {
  const methods = stream[kMethods];
  return (
    stream.emit === Readable.prototype.emit && names.every((name) => stream[name] === methods[name])
  );
}

/** The one stream that the source's bytes flow to, if it is one of ours. */
function destinationOf(source) {
  const { flowing, pipes } = source._readableState;
  if (!flowing || pipes.length !== 1) return null;
  return pipes[0][kAdmitsLink] === undefined ? null : pipes[0];
}

/** Whether nobody but the pipe sees what the source does, and nothing is under way in Node's half of it. */
function isReady(source) {
  const state = source._readableState;
  if (state.length > 0 || state.ended || state.sync || state.resumeScheduled) return false;
  if (state.objectMode || source.readableEncoding || state.awaitDrainWriters?.size > 0)
    return false;
  const listeners = source.listeners('data');
  if (listeners.length !== 1 || !pipeListeners.has(listeners[0])) return false;
  for (const event of SILENT) {
    if (event !== 'data' && source.listenerCount(event) > 0) return false;
  }
  return isPlain(source, SOURCE_METHODS);
}

/** Whether the same is true of the destination. */
function isOpen(destination) {
  return (
    destination[kIncoming] == null &&
    destination[kAdmitsLink]() &&
    destination.listeners('drain').every(({ name }) => name === ON_DRAIN) &&
    isPlain(destination, DESTINATION_METHODS)
  );
}

/** Links a source that has bytes to push with where they are piped to, if nobody will miss them. Whether it is linked. */
function link(source) {
  if (source[kOutgoing] != null) return true;
  const destination = destinationOf(source);
  if (destination === null || !isReady(source) || !isOpen(destination)) return false;
  if (!native.link(source[kHandle], destination[kHandle])) return false;
  source[kOutgoing] = destination;
  linked.add((source[kReference] ??= new WeakRef(source)));
  destination[kIncoming] = source;
  destination[kEnterLink]();
  // As the chunk would have done.
  source._readableState.dataEmitted = true;
  return true;
}

/** Goes on with what Node asked for before the link began. */
function goOn(source) {
  const { ended, length, highWaterMark } = source._readableState;
  if (source.destroyed || ended || (length > 0 && length >= highWaterMark)) return;
  source[kContext].runInAsyncScope(source[kPull], source);
}

/** Ends the link that takes the source's output, if there is one. The pipe, if there still is, takes its place. */
function unlink(source) {
  const destination = source[kOutgoing];
  if (destination == null) return;
  source[kOutgoing] = null;
  destination[kIncoming] = null;
  linked.delete(source[kReference]);
  destination[kLeaveLink](native.unlink(source[kHandle], destination[kHandle]));
  nextTick(goOn, source);
}

/** Ends the link that brings the destination's input, if there is one. */
function unlinkInput(destination) {
  if (destination[kIncoming] != null) unlink(destination[kIncoming]);
}

/** Ends all links; those of streams whose budget has no bound begin anew. */
function unlinkEverything() {
  for (const reference of linked) {
    const source = reference.deref();
    if (source) unlink(source);
    else linked.delete(reference);
  }
}

function unlinkAll(stream) {
  unlink(stream);
  unlinkInput(stream);
}

/** Before the program reads for itself: it finds in Node's buffer what it would have found without a link. */
function surrender(source) {
  if (source[kOutgoing] == null) return;
  unlink(source);
  source[kPull](false);
}

/** Whether a link has filled the destination: to the program the source is paused, and the destination needs a drain. */
function isStalled(destination) {
  return destination?.[kIncoming] != null && native.stalled(destination[kHandle]);
}

/** Somebody begins to listen, or ends. */
function heed(stream, event, listener) {
  if (event === undefined || SILENT.has(event)) unlink(stream);
  if (event === 'drain') unlinkInput(stream);
  if (event === 'data' && stream[kPiping]) {
    stream[kPiping] = false;
    pipeListeners.add(listener);
  }
}

/** Puts a function before a method of a class, which may have two names. */
function precede(Class, [name, alias], before) {
  const method = Class.prototype[name];
  const value = {
    [name](...args) {
      before(this, ...args);
      return method.apply(this, args);
    },
  }[name];
  for (const key of alias ? [name, alias] : [name]) {
    Object.defineProperty(Class.prototype, key, { value, writable: true, configurable: true });
  }
}

function installOutgoing(Class) {
  const { prototype } = Class;
  for (const name of ['pause', 'push', 'setEncoding', 'unpipe', 'unshift']) {
    precede(Class, [name], unlink);
  }
  const { isPaused, pipe } = prototype;
  const { get, set } = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableFlowing');
  define(prototype, {
    pipe(destination, options) {
      unlink(this);
      this[kPiping] = true;
      try {
        return pipe.call(this, destination, options);
      } finally {
        this[kPiping] = false;
      }
    },

    isPaused() {
      return isStalled(this[kOutgoing]) || isPaused.call(this);
    },

    get readableFlowing() {
      return isStalled(this[kOutgoing]) ? false : get.call(this);
    },

    set readableFlowing(value) {
      unlink(this);
      set.call(this, value);
    },
  });
}

/** Lets the streams of a class be linked; comes behind what else is put on its prototype. */
function installLinks(Class) {
  const { prototype } = Class;
  for (const names of [['on', 'addListener'], ['prependListener'], ['off', 'removeListener']]) {
    precede(Class, names, heed);
  }
  precede(Class, ['removeAllListeners'], heed);
  precede(Class, ['destroy'], unlinkAll);
  if (typeof prototype.read === 'function') installOutgoing(Class);
  const names = [...SOURCE_METHODS, ...DESTINATION_METHODS];
  const methods = Object.fromEntries(names.map((name) => [name, prototype[name]]));
  define(prototype, { [kMethods]: methods });
}

/** Whether the source's bytes may be about to go by a link, which begins outside of Node's read(). */
const mayLink = (source) => destinationOf(source) !== null;

module.exports = {
  goOn,
  installLinks,
  isStalled,
  kAdmitsLink,
  kEnterLink,
  kIncoming,
  kLeaveLink,
  link,
  mayLink,
  surrender,
  unlink,
  unlinkAll,
  unlinkEverything,
  unlinkInput,
};
