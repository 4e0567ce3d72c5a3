'use strict';

/** From the words of the command line to what is to be done. Reads nothing but its argument. */

const { parseArgs } = require('node:util');
const { UsageError } = require('./failure.js');
const { printable } = require('./terminal-text.js');

const LEVELS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

const OPTIONS = {
  ...Object.fromEntries(LEVELS.map((level) => [level, { type: 'boolean', short: level }])),
  fast: { type: 'boolean' },
  best: { type: 'boolean' },
  stdout: { type: 'boolean', short: 'c' },
  force: { type: 'boolean', short: 'f' },
  keep: { type: 'boolean', short: 'k' },
  output: { type: 'string', short: 'o' },
  pressure: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  rm: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
};

/**
 * @typedef {object} Conversion
 * @property {'gzip' | 'gunzip'} command
 * @property {string[]} files at least one; `-` is standard input
 * @property {number | undefined} level
 * @property {boolean} stdout
 * @property {string | undefined} output
 * @property {string | undefined} pressure where a page of the conversion goes
 * @property {boolean} force
 * @property {boolean} quiet
 * @property {boolean} rm
 */

/**
 * @param {string[]} argv without the interpreter and the script
 * @returns {{ help: string | undefined } | { version: true } | Conversion}
 * @throws {UsageError}
 */
function parse(argv) {
  const [command, ...rest] = argv;
  if (command === '-h' || command === '--help') return { help: undefined };
  if (command === '-V' || command === '--version') return { version: true };
  if (command === undefined) throw new UsageError('no command given');
  if (command !== 'gzip' && command !== 'gunzip') {
    throw new UsageError(`unknown command '${printable(command)}'`);
  }

  const { values, positionals, tokens } = parseWords(rest);
  if (values.help) return { help: command };
  if (values.version) return { version: true };
  const conversion = {
    command,
    files: positionals.length === 0 ? ['-'] : positionals,
    level: lastLevel(tokens),
    stdout: values.stdout === true || values.output === '-',
    output: values.output === '-' ? undefined : values.output,
    pressure: values.pressure,
    force: values.force === true,
    quiet: values.quiet === true,
    rm: values.rm === true,
  };
  refuseContradictions(conversion, values);
  return conversion;
}

function parseWords(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, tokens: true });
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    // Node adds advice on `--` that reads oddly on one line: its first sentence says what is wrong.
    const [sentence] = error.message.split(/\. |\n/);
    throw new UsageError(printable(sentence[0].toLowerCase() + sentence.slice(1)));
  }
}

/** As in gzip, the last level wins: `-1 -9` is `-9`. */
function lastLevel(tokens) {
  let level;
  for (const { kind, name } of tokens) {
    if (kind !== 'option') continue;
    if (LEVELS.includes(name)) level = Number(name);
    if (name === 'fast') level = 1;
    if (name === 'best') level = 9;
  }
  return level;
}

/** Refuses what has no single meaning, above all where a guess could cost the source or its result. */
function refuseContradictions({ files, stdout, output, pressure, rm }, values) {
  if (output === '') throw new UsageError('option --output needs the name of a file');
  if (stdout && output !== undefined) {
    throw new UsageError('options --stdout and --output exclude each other');
  }
  if (output !== undefined && files.length > 1) {
    throw new UsageError('option --output takes only one source');
  }
  if (pressure === '' || pressure === '-') {
    throw new UsageError('option --pressure needs the name of a file');
  }
  if (pressure !== undefined && files.length > 1) {
    throw new UsageError('option --pressure takes only one source');
  }
  if (rm && values.keep) throw new UsageError('options --rm and --keep exclude each other');
  if (rm && stdout) {
    throw new UsageError('option --rm needs a file as the result, not standard output');
  }
  if (files.filter((file) => file === '-').length > 1) {
    throw new UsageError('standard input can be read only once');
  }
}

module.exports = { parse };
