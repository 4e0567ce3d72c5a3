'use strict';

// Every measurement is checked after the clock has stopped: by SHA-256, and decoded by node:zlib.

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const sluice = require('..');

/** The SHA-256 and the length of what comes out of the streams. */
async function digest(...streams) {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(...streams, async (chunks) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { sha256: hash.digest('hex'), bytes };
}

/** What reads compressed bytes: Node's decoder, where it has one. */
const decoders = Object.fromEntries(
  ['Gunzip', 'BrotliDecompress', 'ZstdDecompress'].map((name) => {
    const create = `create${name}`;
    return [create, () => (zlib[create] ?? sluice[create])()];
  }),
);

const digestFile = (file) => digest(fs.createReadStream(file));
const digestGzip = (file) => digest(fs.createReadStream(file), zlib.createGunzip());

function same(found, wanted, what) {
  if (found.sha256 === wanted.sha256 && found.bytes === wanted.bytes) return;
  const text = ({ sha256, bytes }) => `${bytes} bytes with SHA-256 ${sha256}`;
  throw new Error(`${what}: ${text(found)}, wanted ${text(wanted)}`);
}

/** What `count` times `line` are, without making them all at once. */
function digestOfLines(line, count) {
  const hash = createHash('sha256');
  for (let i = 0; i < count; i += 1) hash.update(line);
  return { sha256: hash.digest('hex'), bytes: line.length * count };
}

module.exports = { decoders, digest, digestFile, digestGzip, digestOfLines, same };
