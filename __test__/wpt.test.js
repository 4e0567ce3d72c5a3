'use strict';

// How the Web Platform Tests are run and told of: on tests of our own, in the same folders, with a harness that has the
// same interface.

const fs = require('node:fs');
const path = require('node:path');
const { runWpt } = require('../scripts/conformance/wpt');
const { useFolder } = require('./support/folder');

const file = useFolder();

/** The part of testharness.js that the runner speaks to. */
const HARNESS = `
  const PASS = 0, FAIL = 1;
  const told = { result: [], completion: [] };
  const tests = [];
  function promise_test(run, name) { tests.push([name, run]); }
  function add_result_callback(callback) { told.result.push(callback); }
  function add_completion_callback(callback) { told.completion.push(callback); }
  function assert(value, message) { if (!value) throw new Error(message); }
  setTimeout(async () => {
    for (const [name, run] of tests) {
      const result = { name, status: PASS, message: null };
      await run().catch((error) => Object.assign(result, { status: FAIL, message: String(error) }));
      for (const callback of told.result) callback(result);
    }
    for (const callback of told.completion) callback(tests, { status: 0, message: null });
  });
`;

function write(name, text) {
  const target = file(path.join('test/fixtures/wpt', name));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}

/** What the runner says of these tests. */
function run(tests, options) {
  write('resources/testharness.js', HARNESS);
  for (const [name, text] of Object.entries(tests)) write(`compression/${name}`, text);
  return runWpt(file('.'), options);
}

test('runs .any.js and .window.js on Sluice, with the scripts that they name', async () => {
  const results = await run({
    'resources/shared.js': `const shared = 'gzip';`,
    'served.txt': 'served',
    'a.any.js': `// META: script=resources/shared.js
      promise_test(async () => new CompressionStream(shared).writable.getWriter(), 'makes one');
      promise_test(async () => {
        const { name } = new DecompressionStream('gzip').writable.constructor;
        assert(name === 'ByteWritableStream', name);
      }, 'of Sluice');
      promise_test(async () => assert(false, 'as it should'), 'fails');`,
    'b.window.js': `
      promise_test(async () => {
        const { buffer } = new Uint8Array(8);
        postMessage(undefined, 'nowhere', [buffer]);
        assert(buffer.byteLength === 0, 'is still there');
      }, 'transfers');
      promise_test(async () => {
        assert((await (await fetch('served.txt')).text()) === 'served');
        assert((await (await fetch('/compression/served.txt')).text()) === 'served');
      }, 'fetches');`,
  });
  const [a, b] = ['compression/a.any.js', 'compression/b.window.js'];
  expect(results).toEqual([
    { file: a, name: 'makes one', status: 'pass' },
    { file: a, name: 'of Sluice', status: 'pass' },
    { file: a, name: 'fails', status: 'fail', message: 'Error: as it should' },
    { file: b, name: 'transfers', status: 'pass' },
    { file: b, name: 'fetches', status: 'pass' },
  ]);
});

test('runs each variant', async () => {
  const results = await run({
    'v.any.js': `// META: variant=?one\n// META: variant=?two\npromise_test(async () => {}, location.search);`,
  });
  expect(results).toEqual([
    { file: 'compression/v.any.js?one', name: '?one', status: 'pass' },
    { file: 'compression/v.any.js?two', name: '?two', status: 'pass' },
  ]);
});

test('names what cannot be run, with the reason', async () => {
  const results = await run({
    'page.html': '<p>',
    'late.any.js': `promise_test(async () => { throw new ReferenceError('Float16Array is not defined'); }, 'half');`,
  });
  expect(results).toEqual([
    {
      file: 'compression/late.any.js',
      name: 'half',
      status: 'skip',
      message: 'no Float16Array here',
    },
    {
      file: 'compression/page.html',
      name: 'compression/page.html',
      status: 'skip',
      message: 'a page, for a browser',
    },
  ]);
});

test('a file that throws, ends early or does not end has failed', async () => {
  const tests = {
    'ends.any.js': `process.exit();`,
    'hangs.any.js': `promise_test(async () => {}, 'first'); promise_test(() => new Promise(() => {}), 'never');`,
    'throws.any.js': `throw new Error('at once');`,
  };
  const results = await run(tests, { timeout: 1000 });
  expect(results).toMatchObject([
    { name: 'compression/ends.any.js', status: 'fail' },
    { name: 'first', status: 'pass' },
    { name: 'compression/hangs.any.js', status: 'timeout' },
    { name: 'compression/throws.any.js', status: 'fail', message: 'Error: at once' },
  ]);
});
