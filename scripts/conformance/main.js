'use strict';

// npm run conformance -- FOLDER [--node PATH] [--jobs N] [--timeout SECONDS] [--only TEXT]
//
// Runs what stands in a folder of Node's sources against Sluice: Node's own tests of zlib with Sluice in zlib's place,
// and the Web Platform Tests of compression. Prints a line for each that fails, with its reason, and closes with counts.
// The tests want a Node as new as they are.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { runNodeTests } = require('./node-tests');

const WPT = path.join(__dirname, 'wpt.js');
const LABELS = { fail: 'FAIL', timeout: 'TIMEOUT', notrun: 'NOT RUN', skip: 'skipped' };

function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0`);
  return value;
}

function options() {
  const { values, positionals } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      jobs: { type: 'string', default: String(os.availableParallelism()) },
      timeout: { type: 'string', default: '120' },
      only: { type: 'string', default: '' },
    },
    allowPositionals: true,
  });
  if (positionals.length !== 1) throw new Error("name one folder: that of Node's sources");
  return {
    folder: path.resolve(positionals[0]),
    node: values.node,
    jobs: Math.ceil(positive('jobs', values.jobs)),
    timeout: 1000 * positive('timeout', values.timeout),
    only: values.only,
  };
}

/** One line for what did not pass; its reason is what follows the name. */
function print({ file, name, status, message = '' }) {
  if (status === 'pass') return;
  const test = name && name !== file ? ` › ${name}` : '';
  const reason = message.split('\n').map((line) => line.trim());
  process.stdout.write(`${LABELS[status]} ${file}${test}: ${reason.filter(Boolean).join(' | ')}\n`);
}

/** The closing line of a suite; says whether it passed. */
function close(title, results) {
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const failed = count('fail', 'timeout', 'notrun');
  const counts = `${count('pass')} passed, ${failed} failed, ${count('skip')} skipped`;
  process.stdout.write(`${title}: ${counts}\n`);
  return failed === 0 && count('pass') > 0;
}

async function main() {
  const { folder, only, ...how } = options();
  if (!fs.existsSync(path.join(folder, 'test', 'parallel'))) {
    throw new Error(`${folder} has no test/parallel, as Node's sources have`);
  }
  const zlib = await runNodeTests(folder, { ...how, only, report: print });
  let passed = close("Node's tests of zlib", zlib);
  if (!only && fs.existsSync(WPT) && fs.existsSync(path.join(folder, 'test/fixtures/wpt'))) {
    const results = await require(WPT).runWpt(folder);
    results.forEach(print);
    passed = close('Web Platform Tests of compression', results) && passed;
  }
  process.exitCode = passed ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
