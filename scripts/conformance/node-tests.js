'use strict';

// Node's own tests of zlib: which there are, how each wants to be run, and what its end says. Each runs in a process of
// its own, in which Sluice stands in zlib's place and a second preload counts how often the test asked for it: a test
// that never did has shown nothing, and does not pass.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { runFile } = require('./run-file');

/** @typedef {{ file: string, status: 'pass' | 'fail' | 'timeout' | 'notrun' | 'skip', message?: string }} Result */

const NAME = /^test-zlib.*\.m?js$/;

const SKIPPED = new Map([
  ['test-zlib-type-error.js', 'it never loads zlib'],
  ['test-zlib-brotli-16GB.js', 'it needs 16 GB of memory'],
]);

const PRELOADS = [require.resolve('./count-uses')];

/** What the `// Flags:` lines of a test ask of its node. */
function flags(source) {
  const lines = source.matchAll(/^\/\/ Flags:(.*)$/gm);
  return Array.from(lines).flatMap(([, text]) => text.trim().split(/\s+/));
}

/** Lines of a stack, of an error's properties, of Node's last words. */
const NOISE =
  /^\s*(?:$|[{}]$|at |(?:generatedMessage|code|actual|errno|expected|operator|diff):|Node\.js v)/;
/** How a thrown error begins, what Node's `common` prints, and how node:test's reporters show what failed. */
const BEGINNINGS = [/^\s*\w*Error\b/, /^Mismatched/, /^\s*error: /, /^\s*(?:not ok|✖)/];

/** The few lines that say why a test failed: from its first error on, without the stack. */
function reason(stderr, stdout) {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter((line) => !NOISE.test(line));
  const places = BEGINNINGS.map((beginning) => lines.findIndex((line) => beginning.test(line)));
  const first = places.find((place) => place >= 0) ?? 0;
  return lines.slice(first, first + 3).join('\n');
}

/** @returns {Omit<Result, 'file'>} */
function verdict({ code, signal, timedOut, uses, stdout, stderr }) {
  const skipped = /^1\.\.0 # Skipped: (.*)$/m.exec(stdout);
  if (timedOut)
    return { status: 'timeout', message: `not ended in time\n${reason(stderr, stdout)}` };
  if (signal !== null) return { status: 'fail', message: `ended by ${signal}` };
  if (code !== 0) return { status: 'fail', message: reason(stderr, stdout) || `exit code ${code}` };
  if (skipped) return { status: 'skip', message: `by itself: ${skipped[1]}` };
  if (!(uses > 0)) return { status: 'notrun', message: 'it never asked for zlib' };
  return { status: 'pass' };
}

/** Runs one file; `slot` tells its temporary folder from those of the others that run. */
async function runTest(folder, file, slot, { node, timeout, scratch }) {
  const reasonToSkip = SKIPPED.get(file);
  if (reasonToSkip) return { file, status: 'skip', message: reasonToSkip };
  const script = path.join(folder, file);
  const preloads = PRELOADS.flatMap((preload) => ['--require', preload]);
  const args = [...flags(fs.readFileSync(script, 'utf8')), ...preloads, script];
  const env = { ...process.env, NODE_TEST_DIR: scratch, TEST_THREAD_ID: String(slot) };
  delete env.NODE_OPTIONS;
  const ended = await runFile(node, args, { cwd: scratch, env, timeout });
  return { file, ...verdict(ended) };
}

/**
 * Runs the tests, as many at a time as `jobs`, and reports each as it ends.
 * @returns {Promise<Result[]>} in the order of their names
 */
async function runNodeTests(root, { node, jobs, timeout, only, report }) {
  const folder = path.join(root, 'test', 'parallel');
  const files = fs.readdirSync(folder).filter((file) => NAME.test(file) && file.includes(only));
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-conformance-'));
  const results = [];
  const waiting = files.sort().entries();
  const work = async (slot) => {
    for (const [index, file] of waiting) {
      results[index] = await runTest(folder, file, slot, { node, timeout, scratch });
      report(results[index]);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, (_, slot) => work(slot)));
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return results;
}

module.exports = { runNodeTests };
