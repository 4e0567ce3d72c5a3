'use strict';

// The Web Platform Tests of compression, as they lie among Node's sources, against Sluice's CompressionStream and
// DecompressionStream. Each file runs in a worker of its own, by the tests' own harness.

const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

/** Where Node keeps them, below the root of its sources. */
const ROOT = 'test/fixtures/wpt';
const SUBJECT = 'compression';
const WORKER = path.join(__dirname, 'wpt-worker.js');
/** Milliseconds that a file may take, on a machine that does other things, too. */
const TIMEOUT = 60_000;

/** Files of these kinds are tests; what else lies there serves them. */
const RUNNABLE = /\.(?:any|window|worker)\.js$/;
const PAGE = /\.(?:html|htm|xhtml)$/;

/** Globals that tests name, and that older versions of Node have not got. */
const MISSING = /ReferenceError: (Float16Array) is not defined/;

/** A served path that differs from where the file lies. */
const ALIASES = new Map([['/resources/WebIDLParser.js', '/resources/webidl2/lib/webidl2.js']]);

/**
 * @typedef {object} Result
 * @property {string} file the test's file, from the root of the Web Platform Tests, with its variant
 * @property {string} name what it tests; the file itself, where that has not run or not ended
 * @property {'pass' | 'fail' | 'timeout' | 'notrun' | 'skip'} status
 * @property {string} [message] what failed, or why it was not run
 */

/** The tests' files, from `root`. */
function list(root) {
  const all = fs.readdirSync(path.join(root, SUBJECT), { recursive: true });
  return all.map((name) => `${SUBJECT}/${name.split(path.sep).join('/')}`).sort();
}

/** Values of the `// META: key=value` lines. */
function meta(source, key) {
  const lines = source.matchAll(/^\/\/ META: *([^=]+)=(.*)$/gm);
  return Array.from(lines)
    .filter(([, name]) => name === key)
    .map(([, , value]) => value.trim());
}

/** What a worker runs, in order: the harness, the scripts that the test names, and the test. */
function scripts(root, file, source) {
  const named = meta(source, 'script').map((url) =>
    url.startsWith('/')
      ? (ALIASES.get(url) ?? url)
      : path.posix.join('/', path.posix.dirname(file), url),
  );
  return ['/resources/testharness.js', ...named, `/${file}`].map((url) => path.join(root, url));
}

/** One file in one variant. */
function runFile(root, file, source, variant, timeout) {
  const shown = file + variant;
  const results = [];
  const report = (name, status, message) => {
    const [, missing] = MISSING.exec(message) ?? [];
    const result = missing
      ? { status: 'skip', message: `no ${missing} here` }
      : { status, message };
    results.push({ file: shown, name, ...result });
  };
  const worker = new Worker(WORKER, {
    workerData: {
      root,
      url: `http://web-platform.test/${shown}`,
      scripts: scripts(root, file, source),
    },
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      report(shown, 'timeout', `not ended after ${timeout / 1000} s`);
      worker.terminate();
    }, timeout);
    let isComplete = false;
    worker.on('message', ({ name, status, message, complete }) => {
      if (complete) isComplete = true;
      if (!complete || status !== 'pass') report(name ?? shown, status, message);
      // Tests leave behind what would keep the worker alive.
      if (complete) worker.terminate();
    });
    worker.on('error', (error) => report(shown, 'fail', String(error)));
    worker.on('exit', () => {
      clearTimeout(timer);
      if (!isComplete && results.every(({ name }) => name !== shown)) {
        report(shown, 'fail', 'ended before its tests had');
      }
      resolve(results);
    });
  });
}

/**
 * Runs the Web Platform Tests of compression in a folder of Node's sources.
 * @param {string} folder
 * @param {{ timeout?: number }} [options] milliseconds that a file may take
 * @returns {Promise<Result[]>} a result for each test, in the order of the files
 */
async function runWpt(folder, { timeout = TIMEOUT } = {}) {
  const root = path.resolve(folder, ROOT);
  const results = [];
  for (const file of list(root)) {
    if (PAGE.test(file)) {
      results.push({ file, name: file, status: 'skip', message: 'a page, for a browser' });
    } else if (RUNNABLE.test(file)) {
      const source = fs.readFileSync(path.join(root, file), 'utf8');
      const variants = meta(source, 'variant');
      for (const variant of variants.length > 0 ? variants : ['']) {
        results.push(...(await runFile(root, file, source, variant, timeout)));
      }
    }
  }
  return results;
}

module.exports = { runWpt };
