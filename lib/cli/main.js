'use strict';

/** The command `sluice`: parses, converts each file in turn, reports, and sets the exit code. */

const tty = require('node:tty');
const { version } = require('../../package.json');
const { parse } = require('./arguments.js');
const { BrokenPipe, convert } = require('./convert.js');
const { Failure, Status, UsageError, failureOf, worse } = require('./failure.js');
const { helpText } = require('./help.js');
const { dieBy, watchForInterruption } = require('./interruption.js');
const { PressurePage } = require('./pressure-page.js');
const { createProgress } = require('./progress.js');
const { openStandardOutput } = require('./standard-output.js');

/**
 * @param {string[]} argv without the interpreter and the script
 * @returns {Promise<void>} resolves when all is done; the exit code is in `process.exitCode`
 */
async function main(argv) {
  // If a stream should ever get stuck, the event loop runs dry and Node exits: not as a success.
  process.exitCode = Status.ERROR;
  watchForInterruption();
  try {
    process.exitCode = await run(argv);
  } catch (error) {
    if (error instanceof BrokenPipe) {
      dieBy('SIGPIPE');
      return;
    }
    if (!(error instanceof Failure)) throw error;
    report(error);
    if (error instanceof UsageError) process.stderr.write("Try 'sluice --help'.\n");
    process.exitCode = error.status;
  }
}

/** @returns {Promise<number>} the exit code */
async function run(argv) {
  const task = parse(argv);
  if ('help' in task) return print(helpText(task.help));
  if ('version' in task) return print(`${version}\n`);
  refuseTerminal(task);
  return task.pressure === undefined ? convertAll(task) : convertWatched(task);
}

/** The page is written of what failed, too; that it could not be outweighs no more than a success. */
async function convertWatched(task) {
  const page = new PressurePage(task);
  let failure;
  let status;
  try {
    status = await convertAll(task, page);
  } finally {
    failure = await page.write();
    if (failure) report(failure);
  }
  return failure ? worse(status, failure.status) : status;
}

function report(failure) {
  process.stderr.write(`sluice: ${failure.message}\n`);
}

async function print(text) {
  const stdout = openStandardOutput();
  try {
    stdout.sink.write(text);
    await stdout.finish();
  } catch (error) {
    throw stdoutFailure(error);
  }
  return Status.OK;
}

function stdoutFailure(error) {
  return error.code === 'EPIPE' ? new BrokenPipe() : failureOf('stdout', error, { stop: true });
}

/** Compressed bytes can put a terminal into any state, and nobody types them. */
function refuseTerminal(task) {
  if (task.force) return;
  if (task.command === 'gzip' && writesToStandardOutput(task) && tty.isatty(1)) {
    throw new Failure(
      'compressed data not written to a terminal. Use -f to force compression.\n' +
        'For help, type: sluice --help',
    );
  }
  if (task.command === 'gunzip' && task.files.includes('-') && tty.isatty(0)) {
    throw new Failure(
      'compressed data not read from a terminal. Use -f to force decompression.\n' +
        'For help, type: sluice --help',
    );
  }
}

function writesToStandardOutput({ stdout, output, files }) {
  return output === undefined && (stdout || files.includes('-'));
}

/** Each file in turn. One that fails does not stop the others. */
async function convertAll(task, page) {
  let stdout;
  const standardOutput = () => (stdout ??= openStandardOutput());
  const progress = createProgress({
    quiet: task.quiet,
    resultOnTerminal: writesToStandardOutput(task) && tty.isatty(1),
  });
  let status = Status.OK;
  for (const file of task.files) {
    try {
      await convert(file, task, { standardOutput, progress, page });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.status === Status.ERROR || !task.quiet) report(error);
      status = worse(status, error.status);
      if (error.stop) return status;
    }
  }
  try {
    await stdout?.finish();
  } catch (error) {
    throw stdoutFailure(error);
  }
  return status;
}

module.exports = { main };
