'use strict';

// The functions that take all input at once and give all output at once: by a callback, or within the call.

const { kMaxLength } = require('node:buffer');
const { isAnyArrayBuffer } = require('node:util').types;
const { commonOptions, viewOf, zlibKind } = require('./codec-options');
const { Engine, processAll, processOnce } = require('./engine');
const { invalidArgType, tooLarge } = require('./errors');

function inputOf(buffer) {
  if (typeof buffer === 'string') return Buffer.from(buffer);
  if (ArrayBuffer.isView(buffer) || isAnyArrayBuffer(buffer)) {
    // That of a DataView throws where it is detached, as it does in Node.
    void buffer.byteLength;
    return viewOf(buffer);
  }
  const expected = 'of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer';
  throw invalidArgType('buffer', expected, buffer);
}

/** The options of a codec, as native code takes them, with a limit to its output: no Buffer is longer. */
function readOptions(spec, options) {
  const codec = spec.read(spec.format, options);
  const common = commonOptions(options, spec.family, codec);
  codec.maxOutput ??= kMaxLength;
  return { codec, ...common };
}

/** Engines that are kept for the calls to come. */
const KEPT = 8;

/**
 * What tells engines apart, or undefined for one that is not worth keeping. An engine holds little between two calls, but
 * to make one takes longer than to decompress 1 KB.
 */
function engineKey(codec) {
  if (codec.dictionary || codec.header) return undefined;
  const { level, windowBits, memLevel, strategy, params, pledgedSize, firstMember } = codec;
  const { rejectTrailing, maxOutput, maxRatio } = codec;
  return [
    ...[level, windowBits, memLevel, strategy, pledgedSize, firstMember],
    ...[rejectTrailing, maxOutput, maxRatio, params],
  ].join();
}

/** `gzipSync()` and its like. */
function syncFunction(spec) {
  const { Class, family } = spec;
  const engines = new Map();
  let plainEngine;

  function engineFor(codec) {
    const key = engineKey(codec);
    if (key === undefined) return undefined;
    let engine = engines.get(key);
    if (engine === undefined) {
      engine = new Engine(codec);
      if (engines.size === KEPT) engines.clear();
      engines.set(key, engine);
    }
    return engine;
  }

  return function syncBufferWrapper(buffer, options) {
    if (!options) {
      plainEngine ??= new Engine(readOptions(spec).codec);
      return processAll(plainEngine, inputOf(buffer), zlibKind(family, family.finishFlush));
    }
    if (options.info) {
      const stream = new Class(options);
      const output = stream._processChunk(inputOf(buffer), stream._finishFlushFlag);
      return { buffer: output, engine: stream };
    }
    const { codec, finishFlush } = readOptions(spec, options);
    const engine = engineFor(codec);
    const input = inputOf(buffer);
    const kind = zlibKind(family, finishFlush);
    return engine ? processAll(engine, input, kind) : processOnce(codec, input, kind);
  };
}

/** Collects what `stream` makes of `buffer`. */
function transform(stream, buffer, callback) {
  if (typeof callback !== 'function')
    throw invalidArgType('callback', 'of type function', callback);
  if (isAnyArrayBuffer(buffer)) buffer = Buffer.from(buffer);
  const chunks = [];
  let length = 0;
  const fail = (error) => {
    stream.removeListener('end', succeed);
    callback(error);
  };
  function succeed() {
    const result = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
    stream.close();
    callback(null, stream._info ? { buffer: result, engine: stream } : result);
  }
  stream.on('data', (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > kMaxLength) {
      stream.close();
      fail(tooLarge(kMaxLength));
    }
  });
  stream.on('error', fail);
  stream.on('end', succeed);
  stream.end(buffer);
}

/** `gzip()` and its like. */
function asyncFunction({ Class }) {
  return function asyncBufferWrapper(buffer, options, callback) {
    if (typeof options === 'function') {
      callback = options;
      options = {};
    }
    return transform(new Class(options), buffer, callback);
  };
}

/** `gzip()` and its like, as promises. */
function promisedFunction({ Class }) {
  return (buffer, options) =>
    new Promise((resolve, reject) => {
      transform(new Class(options), buffer, (error, result) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
}

module.exports = { asyncFunction, promisedFunction, syncFunction };
