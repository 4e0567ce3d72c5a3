'use strict';

// Where a file sink writes: path or descriptor, flags, mode and start, checked as `fs` checks them.

const { constants } = require('node:fs');
const { fileURLToPath } = require('node:url');
const { codedError, invalidArgType, invalidArgValue, outOfRange } = require('./errors');
const { booleanOption } = require('./options');

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC = 0, O_TRUNC, O_WRONLY } = constants;

const WRITE = O_TRUNC | O_CREAT | O_WRONLY;
const APPEND = O_APPEND | O_CREAT | O_WRONLY;
const READ_WRITE = O_TRUNC | O_CREAT | O_RDWR;
const READ_APPEND = O_APPEND | O_CREAT | O_RDWR;

/** The flags that `fs.open` takes as strings; see "File system flags" in Node's documentation. */
const FLAGS = new Map([
  ['r', O_RDONLY],
  ['rs', O_RDONLY | O_SYNC],
  ['sr', O_RDONLY | O_SYNC],
  ['r+', O_RDWR],
  ['rs+', O_RDWR | O_SYNC],
  ['sr+', O_RDWR | O_SYNC],
  ['w', WRITE],
  ['wx', WRITE | O_EXCL],
  ['xw', WRITE | O_EXCL],
  ['w+', READ_WRITE],
  ['wx+', READ_WRITE | O_EXCL],
  ['xw+', READ_WRITE | O_EXCL],
  ['a', APPEND],
  ['ax', APPEND | O_EXCL],
  ['xa', APPEND | O_EXCL],
  ['as', APPEND | O_SYNC],
  ['sa', APPEND | O_SYNC],
  ['a+', READ_APPEND],
  ['ax+', READ_APPEND | O_EXCL],
  ['xa+', READ_APPEND | O_EXCL],
  ['as+', READ_APPEND | O_SYNC],
  ['sa+', READ_APPEND | O_SYNC],
]);

const INT32_MAX = 2 ** 31 - 1;
const UINT32_MAX = 2 ** 32 - 1;

function parseFlags(flags) {
  if (typeof flags === 'number') {
    if (!Number.isInteger(flags)) throw outOfRange('flags', 'an integer', flags);
    if (flags < -INT32_MAX - 1 || flags > INT32_MAX) {
      throw outOfRange('flags', `>= ${-INT32_MAX - 1} && <= ${INT32_MAX}`, flags);
    }
    return flags;
  }
  if (flags == null) return WRITE;
  const parsed = FLAGS.get(flags);
  if (parsed === undefined) throw invalidArgValue('flags', flags);
  return parsed;
}

function parseMode(mode) {
  if (mode == null) return 0o666;
  if (typeof mode === 'string') {
    if (!/^[0-7]+$/.test(mode)) {
      throw invalidArgValue('mode', mode, 'must be a 32-bit unsigned integer or an octal string');
    }
    mode = parseInt(mode, 8);
  }
  if (typeof mode !== 'number') throw invalidArgType('mode', 'of type number', mode);
  if (!Number.isInteger(mode)) throw outOfRange('mode', 'an integer', mode);
  if (mode < 0 || mode > UINT32_MAX) throw outOfRange('mode', `>= 0 and <= ${UINT32_MAX}`, mode);
  return mode;
}

function parseStart(start) {
  if (start === undefined) return undefined;
  if (typeof start !== 'number') throw invalidArgType('start', 'of type number', start);
  if (!Number.isInteger(start)) throw outOfRange('start', 'an integer', start);
  if (start < 0 || start > Number.MAX_SAFE_INTEGER) {
    throw outOfRange('start', `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, start);
  }
  return start;
}

/** The path as `fs` takes it: a string, bytes, or a file URL. */
function parsePath(path) {
  if (path instanceof URL || (path?.href && path.protocol)) path = fileURLToPath(path);
  if (typeof path !== 'string' && !(path instanceof Uint8Array)) {
    throw invalidArgType('path', 'of type string or an instance of Buffer or URL', path);
  }
  if (path.includes(typeof path === 'string' ? '\0' : 0)) {
    throw invalidArgValue('path', path, 'must be a string, Uint8Array, or URL without null bytes');
  }
  return path;
}

/** A descriptor, or the `FileHandle` that has one. */
function parseDescriptor(fd) {
  const isHandle =
    typeof fd === 'object' && typeof fd?.fd === 'number' && typeof fd.close === 'function';
  if (!isHandle && typeof fd !== 'number') {
    throw invalidArgType('options.fd', 'of type number or an instance of FileHandle', fd);
  }
  const number = isHandle ? fd.fd : fd;
  if (!Number.isInteger(number)) throw outOfRange('fd', 'an integer', number);
  if (number < 0 || number > INT32_MAX) throw outOfRange('fd', `>= 0 && <= ${INT32_MAX}`, number);
  if (process.platform === 'win32') {
    throw codedError(
      TypeError,
      'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
      'The fd option is unavailable on Windows, whose handles are no descriptors',
    );
  }
  return { number, handle: isHandle ? fd : null };
}

/** The file that `path` and `options` name: what the stream shows, and what native opens. */
function fileTarget(path, options) {
  if (options.fs !== undefined) {
    throw invalidArgValue(
      'options.fs',
      options.fs,
      'is not supported: the file is written by native code',
    );
  }
  const descriptor = options.fd == null ? null : parseDescriptor(options.fd);
  const shownPath = descriptor === null ? parsePath(path) : undefined;
  const flags = options.flags === undefined ? 'w' : options.flags;
  const mode = options.mode === undefined ? 0o666 : options.mode;
  const start = parseStart(options.start);
  const flush = booleanOption(options.flush, 'options.flush', false);
  const autoClose = options.autoClose === undefined ? true : Boolean(options.autoClose);
  return {
    descriptor,
    shown: { path: shownPath, flags, mode, start, flush },
    native: {
      path: shownPath,
      fd: descriptor?.number,
      flags: parseFlags(flags),
      mode: parseMode(mode),
      start,
      flush,
      borrowed: descriptor !== null && descriptor.handle !== null,
    },
    autoClose,
  };
}

module.exports = { fileTarget };
