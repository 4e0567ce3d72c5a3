'use strict';

// Errors are made here and not in native code: an error must be an instance of the Error of the realm that it is
// caught in (Jest gives every test file its own), and have the fields that Node users match on.

const { getSystemErrorMap } = require('node:util');

/** An error with a stable `code`, shown as Node shows its own: `TypeError [CODE]: message`. */
function codedError(Base, code, message) {
  const error = new Base(message);
  const { name } = error;
  error.name = `${name} [${code}]`;
  // The stack is made when it is first read, with the name of that moment.
  void error.stack;
  delete error.name;
  error.code = code;
  return error;
}

const describe = (value) => {
  if (value == null) return `Received ${value}`;
  if (typeof value === 'function') return `Received function ${value.name}`;
  if (typeof value === 'object') {
    return value.constructor?.name
      ? `Received an instance of ${value.constructor.name}`
      : 'Received [Object: null prototype] {}';
  }
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  return `Received type ${typeof value} (${shown})`;
};

const invalidArgType = (name, expected, value) => {
  const kind = name.includes('.') ? 'property' : 'argument';
  const message = `The "${name}" ${kind} must be ${expected}. ${describe(value)}`;
  return codedError(TypeError, 'ERR_INVALID_ARG_TYPE', message);
};

const invalidArgValue = (name, value, reason = 'is invalid') => {
  const kind = name.includes('.') ? 'property' : 'argument';
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  const message = `The ${kind} '${name}' ${reason}. Received ${shown}`;
  return codedError(TypeError, 'ERR_INVALID_ARG_VALUE', message);
};

const outOfRange = (name, range, value) => {
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${value}`;
  return codedError(RangeError, 'ERR_OUT_OF_RANGE', message);
};

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

/** libuv's number of an error, its name and its description: by `errno`, or by `code` where there is none. */
function systemError(errno, code, message) {
  const known = getSystemErrorMap();
  if (errno !== undefined) return [-errno, known.get(-errno) ?? [code, message]];
  return [...known].find(([, [name]]) => name === code) ?? [undefined, [code, message]];
}

/** What a stage failed with, as Node's zlib and fs would put it. `path` is the file's, where there is one. */
function stageError(failure, path) {
  const { code, errno, syscall, message } = failure;
  if (syscall === undefined) {
    const error = new Error(message);
    if (errno !== undefined) error.errno = errno;
    error.code = code;
    return error;
  }
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
  codedError,
  destroyed,
  invalidArgType,
  invalidArgValue,
  invalidState,
  outOfRange,
  overflow,
  stageError,
  writeAfterEnd,
};
