'use strict';

/** The runner of Node's own tests, with a few made-up ones: each verdict, and what it takes to pass. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { useFolder } = require('./support/folder');

const MAIN = path.join(__dirname, '..', 'scripts', 'conformance', 'main.js');
const inFolder = useFolder();

const GZIP = "zlib.gunzipSync(zlib.gzipSync('x')).toString() === 'x' || process.abort();";
const tests = {
  'passes.js': `const zlib = require('zlib'); ${GZIP}`,
  'has-flags.js': `// Flags: --expose-gc\nconst zlib = require('node:zlib'); gc(); ${GZIP}`,
  'imports.mjs': `import * as zlib from 'node:zlib'; ${GZIP}`,
  'uses-node-test.js': `const zlib = require('zlib'); require('node:test')('round', () => { ${GZIP} });`,
  'is-subclassed.js': `const { Gzip } = require('zlib'); const sluice = require(${JSON.stringify(path.dirname(__dirname))});
    if (!(new Gzip() instanceof sluice.Gzip)) throw new Error('not swapped');`,
  'fails.js': "require('zlib'); throw new TypeError('as planned');",
  'fails-in-node-test.js':
    "require('zlib'); require('node:test')('bad', () => { throw new Error('in a test'); });",
  'hangs.js': "require('zlib'); setInterval(() => {}, 1000);",
  'never-loads.js': "require('node:path');",
  'loads-elsewhere.js': "require('./helper');",
  'skips-itself.js': "require('zlib'); console.log('1..0 # Skipped: not here'); process.exit(0);",
  'brotli-16GB.js': "throw new Error('must not run');",
};

/** Runs the runner over those of the tests that are named. */
function run(names, ...args) {
  const folder = inFolder('node');
  const parallel = path.join(folder, 'test', 'parallel');
  fs.mkdirSync(parallel, { recursive: true });
  fs.writeFileSync(path.join(parallel, 'helper.js'), "require('zlib');");
  for (const name of names) fs.writeFileSync(path.join(parallel, `test-zlib-${name}`), tests[name]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, folder, ...args], {
    encoding: 'utf8',
  });
  return { status, stderr, lines: stdout.trim().split('\n') };
}

test('what passes is counted, and prints no line', () => {
  const { status, lines } = run([
    'passes.js',
    'has-flags.js',
    'uses-node-test.js',
    'is-subclassed.js',
  ]);
  expect(lines).toEqual(["Node's tests of zlib: 4 passed, 0 failed, 0 skipped"]);
  expect(status).toBe(0);
});

const canSeeImports = typeof require('node:module').registerHooks === 'function';
(canSeeImports ? test : test.skip)('an import is as good as a require', () => {
  const { status, lines } = run(['imports.mjs']);
  expect(lines).toEqual(["Node's tests of zlib: 1 passed, 0 failed, 0 skipped"]);
  expect(status).toBe(0);
});

test('every way not to pass is told with its reason, and the exit code is 1', () => {
  const names = Object.keys(tests).filter((name) => !name.endsWith('.mjs'));
  const { status, lines } = run(names, '--timeout', '3');
  const closing = lines.pop();
  expect(lines.sort()).toEqual([
    expect.stringMatching(/^FAIL test-zlib-fails-in-node-test\.js: .*in a test/),
    'FAIL test-zlib-fails.js: TypeError: as planned',
    'NOT RUN test-zlib-loads-elsewhere.js: it never asked for zlib',
    'NOT RUN test-zlib-never-loads.js: it never asked for zlib',
    'TIMEOUT test-zlib-hangs.js: not ended in time',
    'skipped test-zlib-brotli-16GB.js: it needs 16 GB of memory',
    'skipped test-zlib-skips-itself.js: by itself: not here',
  ]);
  expect(closing).toBe("Node's tests of zlib: 4 passed, 5 failed, 2 skipped");
  expect(status).toBe(1);
});

test.each([
  [['--timeout', '0'], /--timeout takes a number above 0/],
  [['--node', '/no/such/node'], /ENOENT/],
  [['another'], /name one folder/],
])('%j ends it in one line and with 1', (args, message) => {
  const { status, stderr } = run(['passes.js'], ...args);
  expect(stderr.trim()).toMatch(message);
  expect(stderr.trim()).not.toMatch(/\n/);
  expect(status).toBe(1);
});

test('a folder without tests is no success', () => {
  const { status, lines } = run([]);
  expect(lines).toEqual(["Node's tests of zlib: 0 passed, 0 failed, 0 skipped"]);
  expect(status).toBe(1);
});
