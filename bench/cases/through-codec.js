'use strict';

// Cases that send a file through a codec into another file: with Sluice's own streams at both ends, or with those of fs.

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const { noLarger, sizes, speeds, timesFaster } = require('../rows');
const { decoders, digest, same } = require('../verify');

/** Who reads and writes the files: on Node's side it is fs either way. */
const ends = ({ createReadStream, createWriteStream }, native) =>
  native ? { createReadStream, createWriteStream } : fs;

/**
 * `input` is a file of the context, `codec` the name of what makes the stream, `decode` that of what reads its output
 * again, where it is compressed.
 */
function throughCodec({ work, input, codec, options, decode, native, wanted, wantedSize }) {
  async function measure(lib, { files, source, folder }) {
    const target = path.join(folder, 'target');
    const { createReadStream, createWriteStream } = ends(lib, native);
    // To empty a large file takes its time, which is not that of the stream.
    fs.rmSync(target, { force: true });
    const start = performance.now();
    await pipeline(createReadStream(files[input]), lib[codec](options), createWriteStream(target));
    const milliseconds = performance.now() - start;

    const written = fs.createReadStream(target);
    const found = await (decode ? digest(written, decoders[decode]()) : digest(written));
    same(found, source, work);
    return { milliseconds, bytes: fs.statSync(target).size };
  }

  function rows(ours, theirs, { source }) {
    const speed = {
      work,
      ...speeds(ours, theirs, source.bytes),
      ...timesFaster(ours, theirs, 'milliseconds', wanted),
    };
    if (!wantedSize) return [speed];
    const size = { ...sizes(ours, theirs), ...noLarger(ours, theirs, wantedSize) };
    return [speed, { work: 'its size', ...size }];
  }

  /** Before Node 22.15 there is no zstd to compare with. */
  const sides = () => (codec in zlib ? ['sluice', 'node'] : ['sluice']);
  return { input, measure, rows, sides };
}

module.exports = { throughCodec };
