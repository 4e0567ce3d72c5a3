'use strict';

// npm run bench [-- FILE --rounds N --only CASE]: Sluice beside Node's own, in one run, as one table in docs/bench.md.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { parseArgs, promisify } = require('node:util');
const zlib = require('node:zlib');
const { page } = require('./markdown');
const { digestFile } = require('./verify');

const RESULT = path.join(__dirname, '..', 'docs', 'bench.md');
const SMALLEST = 80e6;
const SIDES = ['sluice', 'node'];
const CASES = [
  'write-gzip',
  'write-file',
  'write-file-64k',
  'gzip-file',
  'gunzip-file',
  'gzip-file-level-1',
  'gzip-file-level-9',
  'read-file',
  'read-gzip',
  'one-shot-deflate',
  'one-shot-inflate',
  'one-shot-brotli-5',
  'one-shot-brotli-decode',
  'one-shot-zstd-3',
  'one-shot-zstd-decode',
  'bomb-gzip',
  'bomb-brotli',
  'bomb-zstd',
  'slow-client',
  'idle-streams',
];

const run = promisify(execFile);
const progress = (text) => process.stderr.write(`${text}\n`);

function options() {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');
  if (values.only && !CASES.includes(values.only)) {
    throw new Error(`--only takes one of ${CASES.join(', ')}`);
  }
  const file = path.resolve(positionals[0] ?? process.execPath);
  return { rounds, cases: values.only ? [values.only] : CASES, whole: !values.only, file };
}

/** What all measurements share. Reading the file here also brings it into the file cache. */
async function prepare(file, folder, cases) {
  const source = await digestFile(file);
  if (source.bytes < SMALLEST) throw new Error(`${file} is smaller than ${SMALLEST / 1e6} MB`);
  const compressed = path.join(folder, 'source.gz');
  if (cases.includes('gunzip-file')) {
    const gzip = zlib.createGzip({ level: 6 });
    await pipeline(fs.createReadStream(file), gzip, fs.createWriteStream(compressed));
  }
  return { file, folder, source, compressed };
}

/** Sluice, Node, Sluice, Node, …: a slow moment of the machine meets both. */
async function measureCase(name, rounds, context) {
  const results = { sluice: [], node: [] };
  const { maximumRounds = Infinity, sides = () => SIDES } = require(`./cases/${name}`);
  for (let round = 1; round <= Math.min(rounds, maximumRounds); round += 1) {
    for (const side of sides(zlib)) {
      const command = [path.join(__dirname, 'measure.js'), name, side, JSON.stringify(context)];
      const { stdout } = await run(process.execPath, command);
      results[side].push(JSON.parse(stdout));
      progress(`${name}, round ${round}, ${side}: ${stdout}`);
    }
  }
  return results;
}

async function main() {
  const { rounds, cases, whole, file } = options();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-bench-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const context = await prepare(file, folder, cases);
  const rows = [];
  for (const name of cases) {
    const { sluice, node } = await measureCase(name, rounds, context);
    rows.push(...require(`./cases/${name}`).rows(sluice, node, context));
  }
  const text = page({ rows, rounds, file: path.basename(file), source: context.source });
  if (whole) fs.writeFileSync(RESULT, text);
  process.stdout.write(text);
}

main().catch((error) => {
  process.stderr.write(`${error.stderr || error.message}\n`);
  process.exit(1);
});
