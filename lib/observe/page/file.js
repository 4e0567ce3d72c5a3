'use strict';

// Writes a page whole or not at all: beside its place, and then in it. Symbolic links are followed; what is no regular
// file, such as a pipe, is written to where it stands.

const fs = require('node:fs/promises');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const { invalidArgType, stageError } = require('../../errors');
const { temporaryName } = require('../../temporary-name');

/** Where a page goes: a path, or a `file:` URL. */
function placeOf(value) {
  if (value instanceof URL) return fileURLToPath(value);
  if (typeof value === 'string') return value;
  throw invalidArgType('path', 'of type string or an instance of URL', value);
}

/** What stands there, if anything does. */
async function lookUp(place) {
  try {
    return await fs.stat(place);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function replace(place, text, stat) {
  const final = stat ? await fs.realpath(place) : place;
  const beside = path.join(path.dirname(final), temporaryName());
  try {
    await fs.writeFile(beside, text, { flag: 'wx' });
    if (stat) await fs.chmod(beside, stat.mode & 0o777);
    await fs.rename(beside, final);
  } catch (error) {
    await fs.rm(beside, { force: true }).catch(() => {});
    throw error;
  }
}

async function writePage(value, text) {
  const place = placeOf(value);
  try {
    const stat = await lookUp(place);
    if (stat && !stat.isFile()) await fs.writeFile(place, text);
    else await replace(place, text, stat);
  } catch (error) {
    if (error.syscall === undefined) throw error;
    // Of the place that was asked for, and not of the one beside it.
    const { code, errno, message } = error;
    throw stageError({ code, errno: -errno, syscall: 'open', message }, place);
  }
}

module.exports = { writePage };
