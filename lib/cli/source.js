'use strict';

/** Where the bytes come from: a file, or standard input. */

const fs = require('node:fs');
const { Failure, Status } = require('./failure.js');
const { printable } = require('./terminal-text.js');

/** Bytes asked of the file system at a time. */
const READ_SIZE = 256 * 1024;

/**
 * @typedef {object} Source
 * @property {string} name for messages
 * @property {string | undefined} path none for standard input
 * @property {fs.BigIntStats} stat
 * @property {import('node:stream').Readable} stream closes itself at its end, or when destroyed
 */

/** @returns {Source} */
function standardInput() {
  const stat = fs.fstatSync(0, { bigint: true });
  // Node would make of it a stream that is empty, and of that a valid gzip file.
  if (stat.isDirectory()) throw new Failure('stdin: Is a directory');
  return { name: 'stdin', path: undefined, stat, stream: process.stdin };
}

/**
 * Opens a file. A symbolic link is followed: the source is only read, and `--rm` removes the link.
 *
 * @param {string} path
 * @param {{ special: boolean }} options `special`: a pipe or a device will do too
 * @returns {Promise<Source>}
 */
async function openFile(path, { special }) {
  // Looked at before it is opened: opening a named pipe waits for its writer, opening a device may do things.
  refuseKind(path, await fs.promises.stat(path), special);
  const handle = await fs.promises.open(path, 'r');
  const stream = handle.createReadStream({ highWaterMark: READ_SIZE });
  return { name: path, path, stat: await handle.stat({ bigint: true }), stream };
}

function refuseKind(path, stat, special) {
  if (stat.isDirectory()) {
    throw new Failure(`${printable(path)} is a directory -- ignored`, Status.WARNING);
  }
  if (!stat.isFile() && !special) {
    const text = `${printable(path)} is not a directory or a regular file - ignored`;
    throw new Failure(text, Status.WARNING);
  }
}

/** Whether both are one file on disk. Two openings of a pipe or of /dev/null do not harm each other. */
function isSameFile(a, b) {
  return a.isFile() && b.isFile() && a.dev === b.dev && a.ino === b.ino;
}

module.exports = { isSameFile, openFile, standardInput };
