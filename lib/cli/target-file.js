'use strict';

/**
 * The file that receives a result, from its creation until it either stands complete or is gone again.
 *
 * A new file is created under its own name, exclusively: of two processes that race for the name one is refused, on
 * every file system. A file that exists is only ever replaced (with `force`), by renaming a complete one over it, so
 * bad input or a crash cannot cost its old contents. What this module did not create it never removes.
 */

const fs = require('node:fs');
const path = require('node:path');
const { createWriteStream } = require('../..');
const { temporaryName } = require('../temporary-name.js');
const { Failure, Status } = require('./failure.js');
const { onInterruption } = require('./interruption.js');
const { isSameFile } = require('./source.js');
const { printable } = require('./terminal-text.js');

/**
 * @typedef {object} Target
 * @property {string} name for messages
 * @property {import('node:stream').Writable} sink
 * @property {() => void} commit to be called once the sink is closed: gives the file its name and its times
 * @property {() => void} discard removes what was created; harmless after `commit`
 */

/**
 * @param {string} name
 * @param {object} options
 * @param {import('./source.js').Source} options.source
 * @param {boolean} options.force replace what exists
 * @param {boolean} options.follow the name was given, not derived: write where a symbolic link points to, as a shell's
 *   `>` does. A derived name that is a link might be a trap in a shared folder: there the link itself is replaced.
 * @param {boolean} options.durable the bytes must be on disk before the sink finishes
 * @returns {Target}
 */
function createTarget(name, { source, force, follow, durable }) {
  const existing = lookUp(name, follow);
  if (existing) {
    refuseExisting(name, existing.stat, source, force);
    if (follow && isSpecial(existing.stat)) return specialFile(name);
  }
  const final = existing?.path ?? name;
  const written = existing ? path.join(path.dirname(final), temporaryName()) : final;
  // Until it has its final mode, nobody else may read what only the owner of the source may read.
  const copied = source.stat.isFile() && source.path !== undefined;
  const { fd, stat } = createExclusively(written, copied ? 0o600 : 0o666);
  const discard = () => removeIfOurs(written, stat);
  const forget = onInterruption(discard);
  try {
    copyOwnership(fd, copied ? source.stat : existing?.stat);
  } catch (error) {
    fs.closeSync(fd);
    discard();
    throw error;
  }

  return {
    name,
    sink: createWriteStream(written, { fd, flush: durable || existing !== undefined }),
    commit() {
      if (copied) copyTimes(written, source.stat);
      if (written !== final) fs.renameSync(written, final);
      forget();
      if (durable) syncFolder(path.dirname(final));
    },
    discard() {
      if (forget()) discard();
    },
  };
}

/** @returns {{ path: string, stat: fs.BigIntStats } | undefined} */
function lookUp(name, follow) {
  const options = { bigint: true, throwIfNoEntry: false };
  const stat = follow ? fs.statSync(name, options) : undefined;
  if (stat) return { path: fs.realpathSync(name), stat };
  const own = fs.lstatSync(name, options); // for a link that leads nowhere, the link itself
  return own && { path: name, stat: own };
}

function refuseExisting(name, stat, source, force) {
  const shown = printable(name);
  if (stat.isDirectory()) throw new Failure(`${shown}: Is a directory`);
  if (isSameFile(stat, source.stat)) {
    throw new Failure(`${shown}: input and output are the same file`);
  }
  if (!force) throw new Failure(`${shown} already exists; not overwritten`, Status.WARNING);
}

/** A pipe or a device: written to where it stands. Renaming a file over /dev/null would be a disaster. */
function isSpecial(stat) {
  return !stat.isFile() && !stat.isSymbolicLink();
}

/** @returns {Target} */
function specialFile(name) {
  return {
    name,
    sink: createWriteStream(name, { flags: 'w' }),
    commit() {},
    discard() {},
  };
}

/**
 * Synchronous, so that no signal can come between the creation of the file and our knowing of it.
 *
 * @returns {{ fd: number, stat: fs.BigIntStats }}
 */
function createExclusively(file, mode) {
  try {
    const fd = fs.openSync(file, 'wx', mode);
    return { fd, stat: fs.fstatSync(fd, { bigint: true }) };
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const text = `${printable(file)} already exists; not overwritten`;
    throw new Failure(text, Status.WARNING);
  }
}

/** Removes the file unless something else has taken its name since. Runs in signal handlers: never throws. */
function removeIfOurs(file, stat) {
  try {
    const now = fs.lstatSync(file, { bigint: true });
    if (now.dev === stat.dev && now.ino === stat.ino) fs.unlinkSync(file);
  } catch {
    // Already gone, or its folder is: there is nothing left to remove.
  }
}

/** The group before the mode and the owner after it, as gzip does: at no moment may the wrong people read. */
function copyOwnership(fd, stat) {
  if (stat === undefined) return;
  tolerate(() => fs.fchownSync(fd, -1, Number(stat.gid)));
  fs.fchmodSync(fd, Number(stat.mode) & 0o777);
  tolerate(() => fs.fchownSync(fd, Number(stat.uid), -1));
}

function copyTimes(file, stat) {
  const seconds = (ns) => Number(ns) / 1e9;
  tolerate(() => fs.lutimesSync(file, seconds(stat.atimeNs), seconds(stat.mtimeNs)));
}

/** Makes a new name survive a power cut, before the source may go. Windows cannot open a folder for it. */
function syncFolder(folder) {
  tolerate(() => {
    const fd = fs.openSync(folder, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** Only root may give files away, and not every file system keeps owners and times: the data is what counts. */
function tolerate(action) {
  try {
    action();
  } catch (error) {
    if (error.errno === undefined) throw error;
  }
}

module.exports = { createTarget };
