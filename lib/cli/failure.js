'use strict';

/**
 * What can go wrong with one file or with the command line: gzip's wording and gzip's exit codes.
 * Nothing here prints or exits.
 */

const { getSystemErrorMap } = require('node:util');
const { printable } = require('./terminal-text.js');

/** gzip's exit codes. A warning leaves everything as it was: nothing was lost, nothing was done. */
const Status = Object.freeze({ OK: 0, ERROR: 1, WARNING: 2 });

/** Something to tell the user in one line, and the exit code that it stands for. */
class Failure extends Error {
  /**
   * @param {string} message what stands after `sluice: `
   * @param {number} [status] one of {@link Status}
   * @param {{ stop?: boolean }} [options] `stop`: the files that follow cannot succeed either
   */
  constructor(message, status = Status.ERROR, { stop = false } = {}) {
    super(message);
    this.name = 'Failure';
    this.status = status;
    this.stop = stop;
  }
}

/** A command line that cannot be understood. */
class UsageError extends Failure {
  constructor(message) {
    super(message, Status.ERROR, { stop: true });
    this.name = 'UsageError';
  }
}

/** zlib's messages for bad data, as gzip puts them. */
const DATA_ERRORS = new Map([
  ['incorrect header check', 'not in gzip format'],
  ['incorrect data check', 'invalid compressed data--crc error'],
  ['incorrect length check', 'invalid compressed data--length error'],
]);

/**
 * @param {Error & { code?: string, errno?: number }} error from `fs`, a stream or a codec
 * @returns {string} such as `No such file or directory`
 */
function describe(error) {
  if (error.code === 'Z_BUF_ERROR') return 'unexpected end of file';
  if (error.code === 'Z_DATA_ERROR') {
    return DATA_ERRORS.get(error.message) ?? `invalid compressed data--${error.message}`;
  }
  const [, text] = getSystemErrorMap().get(error.errno) ?? [];
  return text ? text[0].toUpperCase() + text.slice(1) : error.message;
}

/** Whether `error` came of bytes behind what was decoded whole: what follows a member is no further one. */
function isTrailingGarbage({ code, message }, bytesOut) {
  return code === 'Z_DATA_ERROR' && message === 'incorrect header check' && bytesOut > 0;
}

/**
 * The failure of `name`, told as gzip tells it.
 *
 * @param {string} name the file, `stdin` or `stdout`
 * @param {Error} error
 * @param {{ stop?: boolean }} [options]
 */
function failureOf(name, error, options) {
  if (error instanceof Failure) return error;
  return new Failure(`${printable(name)}: ${describe(error)}`, Status.ERROR, options);
}

/** An error outweighs a warning, whatever came first. */
function worse(a, b) {
  const weight = [Status.OK, Status.WARNING, Status.ERROR];
  return weight.indexOf(a) >= weight.indexOf(b) ? a : b;
}

module.exports = { Failure, Status, UsageError, failureOf, isTrailingGarbage, worse };
