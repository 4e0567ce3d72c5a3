'use strict';

// toWeb(): a stream as Web Streams.

const { Outcome } = require('./outcome');
const { webReadable } = require('./readable');
const { webWritable } = require('./writable');

const asItIs = (error) => error;

/** On a Readable, a Writable or a Transform: what `stream` is to the Web, as index.d.ts has it. */
function toWeb() {
  const outcome = new Outcome(this, asItIs);
  const readable = this._readableState ? webReadable(this, outcome, 'bytes') : undefined;
  const writable = this._writableState ? webWritable(this, outcome) : undefined;
  return readable && writable ? { readable, writable } : (readable ?? writable);
}

/** Puts `toWeb()` on a class's prototype. */
function installToWeb(Class) {
  Object.defineProperty(Class.prototype, 'toWeb', {
    value: toWeb,
    writable: true,
    configurable: true,
  });
}

module.exports = { installToWeb };
