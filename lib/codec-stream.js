'use strict';

// The codecs as Transforms: what the classes of node:zlib have in common.

const { nextTick } = require('node:process');
const { Transform, addAbortSignal, finished } = require('node:stream');
const native = require('../binding.js');
const { commonOptions, zlibKind } = require('./codec-options');
const { closedBinding, codecError, destroyed, invalidArgType } = require('./errors');
const { bell, kComplete, kHandle, kHeader } = require('./events');
const { headerRead } = require('./gzip-header');
const { define, inherit } = require('./inherit');
const { installLinks, unlinkAll, unlinkInput } = require('./link');
const { initLegacy, isClosed, kEngine, kFamily, legacy, resetEngine, shut } = require('./legacy');
const { leaveRest, trackSources } = require('./members');
const { attachTransform, installTransform, kAwaitsHeader } = require('./native-transform');
const { baseOptions, checkSignal, flowOptions, rangeOption } = require('./options');
const { awaitConsumed, giveUp } = require('./writable-side');

/** What Node's write() takes. */
const CHUNK = 'of type string or an instance of Buffer, TypedArray, or DataView';

/**
 * What all codec streams are made of; its name is Node's. `codec` is what native code is told of the format, `family`
 * its kinds of flush.
 */
function ZlibBase(options, codec, family) {
  const { chunkSize, firstChunkSize, flush, finishFlush, info } = commonOptions(
    options,
    family,
    codec,
  );
  options = options ? Object(options) : {};
  checkSignal(options.signal);
  Transform.call(this, baseOptions(options));
  const flow = flowOptions(options, this.writableHighWaterMark);
  const handle = native.openCodec(
    bell,
    this,
    flow,
    codec,
    zlibKind(family, flush),
    zlibKind(family, finishFlush),
    this.readableHighWaterMark,
  );
  if (handle.code !== undefined) throw codecError(handle);
  attachTransform(this, handle, flow, firstChunkSize, chunkSize);
  this[kAwaitsHeader] = codec.format === 'gunzip' || codec.format === 'unzip';
  this._chunkSize = chunkSize;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._info = info;
  initLegacy(this, codec, family);
  if (this[kAwaitsHeader]) this.rest = null;
  if (codec.firstMember) trackSources(this);
  if (options.signal) addAbortSignal(options.signal, this);
}

inherit(ZlibBase, Transform);
installTransform(ZlibBase);

define(ZlibBase.prototype, {
  get bytesWritten() {
    const handle = this[kHandle];
    return this[kEngine]?.consumed ?? native.consumed(handle) - native.trailing(handle);
  },

  get bytesConsumed() {
    return this.bytesWritten;
  },

  flush(kind, callback) {
    const family = this[kFamily];
    if (typeof kind === 'function' || (kind === undefined && !callback)) {
      callback = kind;
      kind = family.fullFlush;
    }
    kind = rangeOption(kind, 'kind', 0, family.mostFlush, family.fullFlush);
    // For a kind that is none, Node has nothing to write.
    if (!Number.isInteger(kind)) throw invalidArgType('chunk', CHUNK, undefined);
    if (this.writableFinished) {
      if (callback) nextTick(callback);
    } else if (this.destroyed) {
      if (callback) nextTick(callback, destroyed('write'));
    } else if (this.writableEnded) {
      if (callback) this.once('end', callback);
    } else {
      unlinkInput(this);
      native.flush(this[kHandle], zlibKind(family, kind));
      if (callback) awaitConsumed(this, callback, true);
    }
  },

  reset() {
    if (isClosed(this)) throw closedBinding();
    if (resetEngine(this)) return;
    unlinkAll(this);
    if (!native.reset(this[kHandle])) {
      throw new Error('Cannot reset zlib stream while a write is in progress');
    }
  },

  close(callback) {
    if (callback) finished(this, callback);
    this.destroy();
  },

  /** A gzip header was read; nothing behind it has been handed out. */
  [kHeader]() {
    if (!this[kAwaitsHeader]) return;
    this[kAwaitsHeader] = false;
    const header = native.header(this[kHandle]);
    if (header) this.emit('header', headerRead(header));
  },

  [kComplete]() {
    leaveRest(this);
  },

  _destroy(error, callback) {
    shut(this);
    giveUp(this, error);
    callback(error);
  },
});
define(ZlibBase.prototype, legacy);
installLinks(ZlibBase);

module.exports = { ZlibBase };
