'use strict';

// The classes of node:zlib, with its hierarchy, and what makes each of them: callable without `new` where Node's are.

const { nextTick } = require('node:process');
const { deprecate } = require('node:util');
const native = require('../binding.js');
const { BROTLI, ZLIB, ZSTD } = require('./codec-options');
const { ZlibBase } = require('./codec-stream');
const { constants } = require('./constants');
const { closedBinding, codecError } = require('./errors');
const { kHandle } = require('./events');
const { inherit } = require('./inherit');
const { isClosed, kEngine } = require('./legacy');
const { unlinkInput } = require('./link');
const { rangeOption } = require('./options');
const { brotliOptions, zstdOptions } = require('./parameter-options');
const { awaitConsumed } = require('./writable-side');
const { ENCODERS, zlibOptions } = require('./zlib-options');

const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_MAX_LEVEL, Z_MIN_LEVEL, Z_STREAM_ERROR, Z_SYNC_FLUSH } =
  constants;

const kTakesParams = Symbol('sluice.takesParams');
const kEndsForGood = Symbol('sluice.endsForGood');

/** The formats whose encoder zlib itself changes; for gzip Node leaves it alone. */
const CHANGED_BY_ZLIB = new Set(['deflate', 'deflateRaw']);

/** Which of zlib's functions compresses at a level: none, the fast or the slow one. */
const functionOf = (level) => (level === 0 ? 0 : level > 0 && level < 4 ? 1 : 2);

/** What zlib says to a change for which it would have to flush data that has its end. */
const lateChange = () =>
  codecError({ code: 'Z_STREAM_ERROR', errno: Z_STREAM_ERROR, message: 'stream error' });

/** The base of the deflate family. */
function Zlib(options, { format }) {
  const codec = zlibOptions(format, options);
  ZlibBase.call(this, options, codec, ZLIB);
  this[kTakesParams] = ENCODERS.has(format);
  this[kEndsForGood] = CHANGED_BY_ZLIB.has(format);
  this._level = codec.level;
  this._strategy = codec.strategy;
}

inherit(Zlib, ZlibBase, {
  params(level, strategy, callback) {
    // Without a number Node aborts; here what was set stays.
    level = rangeOption(level, 'level', Z_MIN_LEVEL, Z_MAX_LEVEL, this._level);
    const [min, max] = [Z_DEFAULT_STRATEGY, Z_FIXED];
    strategy = rangeOption(strategy, 'strategy', min, max, this._strategy);
    if (this._level === level && this._strategy === strategy) {
      nextTick(callback);
      return;
    }
    if (isClosed(this)) throw closedBinding();
    const needsFlush = strategy !== this._strategy || functionOf(level) !== functionOf(this._level);
    const settle = (error) => {
      if (!error && !this.destroyed && needsFlush && this[kEndsForGood] && this.readableEnded) {
        error = lateChange();
        this.destroy(error);
      }
      if (!error && !this.destroyed) {
        this[kEngine]?.params(level, strategy);
        this._level = level;
        this._strategy = strategy;
      }
      callback?.(error ?? undefined);
    };
    if (this[kEngine] !== null || this.writableEnded || !this[kTakesParams]) {
      this.flush(Z_SYNC_FLUSH, settle);
    } else {
      unlinkInput(this);
      native.flush(this[kHandle], Z_SYNC_FLUSH);
      native.params(this[kHandle], level, strategy);
      awaitConsumed(this, settle, true);
    }
  },
});

function Brotli(options, { format }) {
  ZlibBase.call(this, options, brotliOptions(format, options), BROTLI);
}

inherit(Brotli, Zlib);

class Zstd extends ZlibBase {
  constructor(options, { format }) {
    super(options, zstdOptions(format, options), ZSTD);
  }
}

/** A class that can be called without `new`, which Node 26 warns of. */
function callableClass(Base, name, spec) {
  const warn = deprecate(
    () => {},
    `Instantiating ${name} without the 'new' keyword has been deprecated.`,
    'DEP0184',
  );
  const Class = function (options) {
    if (!(this instanceof Class)) {
      warn();
      return new Class(options);
    }
    Base.call(this, options, spec);
    return undefined;
  };
  Object.defineProperty(Class, 'name', { value: name });
  inherit(Class, Base);
  return Class;
}

const zstdClass = (name, spec) =>
  ({
    [name]: class extends Zstd {
      constructor(options) {
        super(options, spec);
      }
    },
  })[name];

const zlib = (name, format) => {
  const spec = { format, family: ZLIB, read: zlibOptions };
  return { name, ...spec, Class: callableClass(Zlib, name, spec) };
};
const brotli = (name, format) => {
  const spec = { format, family: BROTLI, read: brotliOptions };
  return { name, ...spec, Class: callableClass(Brotli, name, spec) };
};
const zstd = (name, format) => {
  const spec = { format, family: ZSTD, read: zstdOptions };
  return { name, ...spec, Class: zstdClass(name, spec) };
};

/**
 * Every codec: its class, and the name of its format, which that of its one-shot functions is too; what reads its
 * options, and its kinds of flush.
 */
const codecs = [
  zlib('Deflate', 'deflate'),
  zlib('Inflate', 'inflate'),
  zlib('Gzip', 'gzip'),
  zlib('Gunzip', 'gunzip'),
  zlib('DeflateRaw', 'deflateRaw'),
  zlib('InflateRaw', 'inflateRaw'),
  zlib('Unzip', 'unzip'),
  brotli('BrotliCompress', 'brotliCompress'),
  brotli('BrotliDecompress', 'brotliDecompress'),
  zstd('ZstdCompress', 'zstdCompress'),
  zstd('ZstdDecompress', 'zstdDecompress'),
];

module.exports = { codecs };
