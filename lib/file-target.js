'use strict';

// The files that streams write to and read from: path or descriptor, flags, mode and positions, checked as `fs` checks
// them.

const { constants } = require('node:fs');
const process = require('node:process');
const { fileURLToPath } = require('node:url');
const {
  codedError,
  incompatibleOptions,
  invalidArgType,
  invalidArgValue,
  outOfRange,
} = require('./errors');
const { booleanOption } = require('./options');
const { temporaryName } = require('./temporary-name');

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

function parseFlags(flags, fallback) {
  if (typeof flags === 'number') {
    if (!Number.isInteger(flags)) throw outOfRange('flags', 'an integer', flags);
    if (flags < -INT32_MAX - 1 || flags > INT32_MAX) {
      throw outOfRange('flags', `>= ${-INT32_MAX - 1} && <= ${INT32_MAX}`, flags);
    }
    return flags;
  }
  if (flags == null) return fallback;
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

/** A place in a file, in bytes from its beginning. */
function parsePosition(name, position) {
  if (position === undefined) return undefined;
  if (typeof position !== 'number') throw invalidArgType(name, 'of type number', position);
  if (!Number.isInteger(position)) throw outOfRange(name, 'an integer', position);
  if (position < 0 || position > Number.MAX_SAFE_INTEGER) {
    throw outOfRange(name, `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, position);
  }
  return position;
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

/** As `fs` reads a stream's options: nothing, an object, or an encoding. */
function readOptions(options) {
  if (options == null) return {};
  if (typeof options === 'string') options = { encoding: options };
  if (typeof options !== 'object') {
    throw invalidArgType('options', 'one of type string or object', options);
  }
  const { encoding } = options;
  if (encoding && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw invalidArgValue('encoding', encoding, 'is invalid encoding');
  }
  return options;
}

/** The file that `path` and `options` name: what the stream shows, and what native opens. */
function openedFile(path, options, defaultFlags) {
  if (options.fs !== undefined) {
    throw invalidArgValue(
      'options.fs',
      options.fs,
      'is not supported: the file is opened by native code',
    );
  }
  const descriptor = options.fd == null ? null : parseDescriptor(options.fd);
  const shownPath = descriptor === null ? parsePath(path) : undefined;
  const flags = options.flags === undefined ? defaultFlags : options.flags;
  const mode = options.mode === undefined ? 0o666 : options.mode;
  const start = parsePosition('start', options.start);
  return {
    descriptor,
    shown: { path: shownPath, flags, mode, start },
    native: {
      path: shownPath,
      fd: descriptor?.number,
      flags: parseFlags(flags, FLAGS.get(defaultFlags)),
      mode: parseMode(mode),
      start,
      borrowed: descriptor !== null && descriptor.handle !== null,
    },
    autoClose: options.autoClose === undefined ? true : Boolean(options.autoClose),
  };
}

/** How `native` writes a file that takes its name when it is complete. */
function replacement(file, options) {
  if (file.descriptor !== null) throw incompatibleOptions('atomic', 'fd');
  if (file.native.start !== undefined) throw incompatibleOptions('atomic', 'start');
  const { flags } = file.native;
  if ((flags & ~O_EXCL) !== WRITE) {
    throw invalidArgValue('options.flags', options.flags, "must be 'w' or 'wx' with atomic");
  }
  return { temporary: temporaryName(), exclusive: (flags & O_EXCL) !== 0 };
}

/** A file to write to. */
function fileTarget(path, options) {
  const file = openedFile(path, options, 'w');
  const flush = booleanOption(options.flush, 'options.flush', false);
  const durable = booleanOption(options.durable, 'options.durable', false);
  const atomic = booleanOption(options.atomic, 'options.atomic', false);
  Object.assign(file.shown, { flush, durable, atomic });
  Object.assign(file.native, { flush, durable }, atomic && replacement(file, options));
  return file;
}

/** A file to read from. */
function fileOrigin(path, options) {
  const file = openedFile(path, options, 'r');
  const { start } = file.native;
  const end = options.end === Infinity ? undefined : parsePosition('end', options.end);
  if (start > end) throw outOfRange('start', `<= "end" (here: ${end})`, start);
  if (file.descriptor !== null) file.shown = { start };
  file.shown.end = end ?? Infinity;
  file.native.end = end;
  return file;
}

module.exports = { fileOrigin, fileTarget, readOptions };
