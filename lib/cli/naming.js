'use strict';

/** What a result is called. Knows gzip's suffixes, looks at no file. */

const path = require('node:path');
const { Failure, Status } = require('./failure.js');
const { printable } = require('./terminal-text.js');

/** Suffixes of gzip files, and what takes their place after decompression. */
const SUFFIXES = new Map([
  ['.gz', ''],
  ['.tgz', '.tar'],
]);

/** gzip takes suffixes in any case, and asks for a name before them: `.gz` alone has none. */
function suffixOf(file) {
  const base = path.basename(file).toLowerCase();
  for (const suffix of SUFFIXES.keys()) {
    if (base.endsWith(suffix) && base !== suffix) return suffix;
  }
  return undefined;
}

/**
 * @param {string} file the source
 * @param {boolean} force compress what looks compressed already
 * @returns {string} where the compressed file goes
 */
function compressedName(file, force) {
  const suffix = suffixOf(file);
  if (suffix !== undefined && !force) {
    // Not even a warning by its exit status: gzip's is 0 here.
    const text = `${printable(file)} already has ${suffix} suffix -- unchanged`;
    throw new Failure(text, Status.OK);
  }
  return `${file}.gz`;
}

/**
 * @param {string} file the source
 * @returns {string} where the decompressed file goes
 */
function decompressedName(file) {
  const suffix = suffixOf(file);
  if (suffix === undefined) {
    throw new Failure(`${printable(file)}: unknown suffix -- ignored`, Status.WARNING);
  }
  return file.slice(0, -suffix.length) + SUFFIXES.get(suffix);
}

module.exports = { compressedName, decompressedName };
