'use strict';

/** One source through the codec into one target. */

const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const { createGunzip, createGzip } = require('../..');
const { Failure, Status, failureOf, isTrailingGarbage } = require('./failure.js');
const { compressedName, decompressedName } = require('./naming.js');
const { isSameFile, openFile, standardInput } = require('./source.js');
const { createTarget } = require('./target-file.js');

/** Standard output, when it was closed by its reader. */
class BrokenPipe extends Error {}

/**
 * @param {string} file `-` is standard input
 * @param {import('./arguments.js').Conversion} options
 * @param {object} context
 * @param {() => ReturnType<typeof import('./standard-output.js').openStandardOutput>} context.standardOutput
 * @param {import('./progress.js').Progress | undefined} context.progress
 * @param {import('./pressure-page.js').PressurePage | undefined} context.page
 * @throws {Failure | BrokenPipe}
 */
async function convert(file, options, { standardOutput, ...watchers }) {
  const source = await openSource(file, options);
  try {
    if (options.output === undefined && (options.stdout || file === '-')) {
      await toStandardOutput(source, options, standardOutput(), watchers);
    } else {
      await toFile(source, options, watchers);
    }
  } finally {
    source.stream.destroy();
  }
}

async function openSource(file, { stdout, output }) {
  try {
    if (file === '-') return standardInput();
    return await openFile(file, { special: stdout || output !== undefined });
  } catch (error) {
    throw failureOf(file === '-' ? 'stdin' : file, error);
  }
}

async function toStandardOutput(source, options, target, watchers) {
  if (isSameFile(source.stat, target.stat)) {
    throw new Failure(`${source.name}: input and output are the same file`);
  }
  const warning = await pump(source, target, options, watchers, { end: false });
  if (warning !== undefined) throw warning;
}

async function toFile(source, options, watchers) {
  const name = options.output ?? targetName(source.path, options);
  let target;
  try {
    target = createTarget(name, {
      source,
      force: options.force,
      follow: options.output !== undefined,
      durable: options.rm,
    });
  } catch (error) {
    throw failureOf(name, error);
  }
  const closed = new Promise((resolve) => target.sink.once('close', resolve));
  let warning;
  const finish = async () => {
    await closed;
    commit(target);
  };
  try {
    warning = await pump(source, target, options, watchers, { end: true, finish });
  } catch (error) {
    target.sink.destroy();
    await closed;
    target.discard();
    throw error;
  }
  if (options.rm) removeSource(source);
  if (warning !== undefined) throw warning;
}

function commit(target) {
  try {
    target.commit();
  } catch (error) {
    throw failureOf(target.name, error);
  }
}

function targetName(path, { command, force }) {
  return command === 'gzip' ? compressedName(path, force) : decompressedName(path);
}

/** Only what is a file, and only now that its result is complete. */
function removeSource({ name, path, stat }) {
  if (path === undefined || !stat.isFile()) return;
  try {
    fs.unlinkSync(path);
  } catch (error) {
    throw failureOf(name, error);
  }
}

/** @returns {Promise<Failure | undefined>} a warning about a conversion that succeeded */
async function pump(source, target, { command, level }, { progress, page }, { end, finish }) {
  const expands = command === 'gunzip';
  const codec = expands ? createGunzip() : createGzip({ level });
  page?.watch(
    { source: source.stream, [command]: codec, target: target.sink },
    filesOf(source, target),
  );
  const blame = firstToFail({ source: source.stream, codec, target: target.sink });
  progress?.start({
    name: source.name,
    target: target.name,
    total: source.stat.isFile() ? Number(source.stat.size) : undefined,
    expands,
    count: () => ({ bytesIn: codec.bytesWritten, bytesOut: codec.pressure.bytesOut }),
  });
  let succeeded = false;
  let warning;
  const onGarbage = () => {
    const message = `${source.name}: decompression OK, trailing garbage ignored`;
    warning = new Failure(message, Status.WARNING);
  };
  const through = expands ? (input) => expand(input, codec, onGarbage) : codec;
  try {
    await pipeline(source.stream, through, target.sink, { end });
    await finish?.();
    succeeded = true;
    return warning;
  } catch (error) {
    if (blame() !== 'target') throw failureOf(source.name, error); // a Failure stays as it is
    if (error.code === 'EPIPE' && !end) throw new BrokenPipe();
    throw failureOf(target.name, error, { stop: !end });
  } finally {
    progress?.stop({ succeeded });
  }
}

/** The files that a conversion reads and writes. One that is to be replaced stands there already. */
function filesOf(source, target) {
  const written = target.stat ?? fs.statSync(target.name, { bigint: true, throwIfNoEntry: false });
  return written ? [source.stat, written] : [source.stat];
}

/** What `codec` makes of `input`; bytes behind a whole gzip file, which are none, end it instead of failing it. */
async function* expand(input, codec, onGarbage) {
  input.once('error', (error) => codec.destroy(error));
  input.pipe(codec);
  try {
    yield* codec;
  } catch (error) {
    if (!isTrailingGarbage(error, codec.pressure.bytesOut)) throw error;
    onGarbage();
  } finally {
    codec.destroy();
  }
}

/**
 * A pipeline hands one error to all of its streams; the first to emit it is the one to blame. Standard output may have
 * failed before, with the last bytes of the source before this one.
 */
function firstToFail(streams) {
  let first;
  for (const [name, stream] of Object.entries(streams)) {
    if (stream.errored) first ??= name;
    stream.once('error', () => (first ??= name));
  }
  return () => first;
}

module.exports = { BrokenPipe, convert };
