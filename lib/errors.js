'use strict';

// Errors are made here and not in native code: an error must be an instance of the Error of the realm that it is
// caught in (Jest gives every test file its own), and have the fields that Node users match on.

const { getSystemErrorMap, inspect } = require('node:util');

function showError() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

/** An error with a stable `code`, shown as Node shows its own: `TypeError [CODE]: message`. */
function codedError(Base, code, message) {
  const error = new Base(message);
  const { name } = error;
  error.name = `${name} [${code}]`;
  // The stack is made when it is first read, with the name of that moment.
  void error.stack;
  delete error.name;
  Object.defineProperty(error, 'toString', {
    value: showError,
    configurable: true,
    writable: true,
  });
  error.code = code;
  return error;
}

/** At most 28 characters of a value's text. */
const shorten = (text) => (text.length > 28 ? `${text.slice(0, 25)}...` : text);

/** What a value is, in the words of Node's messages. */
function describe(value) {
  if (value == null) return `Received ${value}`;
  if (typeof value === 'function') return `Received function ${value.name}`;
  if (typeof value === 'object') {
    if (value.constructor && 'name' in Object(value.constructor)) {
      return `Received an instance of ${value.constructor.name}`;
    }
    return `Received ${inspect(value, { depth: -1 })}`;
  }
  if (typeof value !== 'string') {
    return `Received type ${typeof value} (${shorten(inspect(value, { colors: false }))})`;
  }
  const short = shorten(value);
  return `Received type string (${short.includes("'") ? JSON.stringify(short) : `'${short}'`})`;
}

const invalidArgType = (name, expected, value) => {
  const kind = name.includes('.') ? 'property' : 'argument';
  const message = `The "${name}" ${kind} must be ${expected}. ${describe(value)}`;
  return codedError(TypeError, 'ERR_INVALID_ARG_TYPE', message);
};

const invalidArgValue = (name, value, reason = 'is invalid') => {
  const kind = name.includes('.') ? 'property' : 'argument';
  let shown = inspect(value);
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`;
  const message = `The ${kind} '${name}' ${reason}. Received ${shown}`;
  return codedError(TypeError, 'ERR_INVALID_ARG_VALUE', message);
};

const incompatibleOptions = (one, other) => {
  const message = `Option "${one}" cannot be used in combination with option "${other}"`;
  return codedError(TypeError, 'ERR_INCOMPATIBLE_OPTION_PAIR', message);
};

/** A number as Node's messages show it: large integers with a `_` before every three digits. */
function showNumber(value) {
  if (!Number.isInteger(value) || Math.abs(value) <= 2 ** 32) return inspect(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}

const outOfRange = (name, range, value) => {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${showNumber(value)}`;
  return codedError(RangeError, 'ERR_OUT_OF_RANGE', message);
};

const invalidParam = (code, family, key) =>
  codedError(RangeError, code, `${key} is not a valid ${family} parameter`);

const tooLarge = (limit) =>
  codedError(
    RangeError,
    'ERR_BUFFER_TOO_LARGE',
    `Cannot create a Buffer larger than ${limit} bytes`,
  );

/** What Node answers to calls that come after its native half is gone. */
const closedBinding = () =>
  codedError(
    Error,
    'ERR_INTERNAL_ASSERTION',
    'zlib binding closed\n' +
      'This is caused by either a bug in Node.js or incorrect usage of Node.js internals.\n' +
      'Please open an issue with this stack trace at https://github.com/nodejs/node/issues\n',
  );

const destroyed = (what) =>
  codedError(Error, 'ERR_STREAM_DESTROYED', `Cannot call ${what} after a stream was destroyed`);

const writeAfterEnd = () => codedError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end');

/** What a web stream fails with when it is given up: as Node's own, and a DOMException's `name`. */
function abortError(cause) {
  const error = new Error('The operation was aborted', cause && { cause });
  error.name = 'AbortError';
  error.code = 'ABORT_ERR';
  return error;
}

const invalidState = (message) =>
  codedError(TypeError, 'ERR_INVALID_STATE', `Invalid state: ${message}`);

const overflow = (limit) =>
  codedError(
    Error,
    'ERR_SLUICE_OVERFLOW',
    `The chunk would take the stream past its hardLimit of ${limit} bytes`,
  );

const overspent = (bytes) =>
  codedError(
    Error,
    'ERR_SLUICE_OVERFLOW',
    `The budget of ${bytes} bytes is spent, and write() had returned false`,
  );

/** libuv's number of an error, its name and its description: by `errno`, or by `code` where there is none. */
function systemError(errno, code, message) {
  const known = getSystemErrorMap();
  if (errno !== undefined) {
    // One that libuv does not know, such as EDQUOT, has no name in Node either.
    const unknown = `Unknown system error ${-errno}`;
    return [-errno, known.get(-errno) ?? [unknown, unknown]];
  }
  return [...known].find(([, [name]]) => name === code) ?? [undefined, [code, message]];
}

/** Failures that Node has a class of its own for. Others are plain errors with `errno` and `code`. */
const CLASSES = new Map([
  ['ERR_BUFFER_TOO_LARGE', RangeError],
  ['ERR_TRAILING_JUNK_AFTER_STREAM_END', TypeError],
]);

/** What a codec failed with, as `node:zlib` would put it. */
function codecError({ code, errno, message }) {
  if (CLASSES.has(code)) return codedError(CLASSES.get(code), code, message);
  const error = new Error(message);
  if (errno !== undefined) error.errno = errno;
  error.code = code;
  return error;
}

/** What a stage failed with, as Node's zlib and fs would put it. `path` is the file's, where there is one. */
function stageError(failure, path) {
  const { code, errno, syscall, message } = failure;
  if (syscall === undefined) return codecError(failure);
  const [number, [name, description]] = systemError(errno, code, message);
  // `fs` names the path in the message of what takes a path, and not of what takes a descriptor.
  const where = path !== undefined && syscall === 'open' ? ` '${path}'` : '';
  const error = new Error(`${name}: ${description}, ${syscall}${where}`);
  if (number !== undefined) error.errno = number;
  error.code = name;
  error.syscall = syscall;
  if (path !== undefined) error.path = String(path);
  return error;
}

module.exports = {
  abortError,
  closedBinding,
  codecError,
  codedError,
  destroyed,
  incompatibleOptions,
  invalidArgType,
  invalidArgValue,
  invalidParam,
  invalidState,
  outOfRange,
  overflow,
  overspent,
  stageError,
  tooLarge,
  writeAfterEnd,
};
