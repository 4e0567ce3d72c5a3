'use strict';

// npm run bench [-- FILE --rounds N --only CASE]: Sluice beside Node's own, in one run, as one table in docs/bench.md and
// as a chart in docs/bench.svg.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs, promisify } = require('node:util');
const cases = require('./cases');
const { chart } = require('./chart');
const { page } = require('./markdown');
const { prepare } = require('./prepare');

const RESULT = path.join(__dirname, '..', 'docs', 'bench.md');
const CHART = path.join(__dirname, '..', 'docs', 'bench.svg');
const SIDES = ['sluice', 'node'];
const CASES = Object.keys(cases);

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
  return { rounds, names: values.only ? [values.only] : CASES, whole: !values.only, file };
}

/** Sluice, Node, Sluice, Node, …: a slow moment of the machine meets both. */
async function measureCase(name, rounds, context) {
  const { maximumRounds = Infinity, rows, sides = () => SIDES } = cases[name]();
  const [ours, theirs] = sides();
  const results = { [ours]: [], [theirs]: [] };
  for (let round = 1; round <= Math.min(rounds, maximumRounds); round += 1) {
    for (const side of sides()) {
      const command = [path.join(__dirname, 'measure.js'), name, side, JSON.stringify(context)];
      const { stdout } = await run(process.execPath, command);
      results[side].push(JSON.parse(stdout));
      progress(`${name}, round ${round}, ${side}: ${stdout}`);
    }
  }
  return rows(results[ours], results[theirs] ?? [], context);
}

async function main() {
  const { rounds, names, whole, file } = options();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-bench-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const context = await prepare(
    file,
    folder,
    names.map((name) => cases[name]().input),
  );
  const rows = [];
  for (const name of names) rows.push(...(await measureCase(name, rounds, context)));
  const text = page({ rows, rounds, file: path.basename(file), source: context.source });
  if (whole) {
    fs.writeFileSync(RESULT, text);
    fs.writeFileSync(CHART, chart(rows));
  }
  process.stdout.write(text);
}

main().catch((error) => {
  process.stderr.write(`${error.stderr || error.message}\n`);
  process.exit(1);
});
