'use strict';

// npm run test:model: what is proved about flow control rather than tried. Each model runs in every order in which its
// threads can meet, by loom; and any sequence of operations, as chosen by proptest, agrees with a plain model of it.

const { spawnSync } = require('node:child_process');
const { dirname } = require('node:path');

const root = dirname(__dirname);
const RUSTFLAGS = "build.rustflags=['--cfg', 'loom']";
const LOOM = ['--config', RUSTFLAGS, '--target-dir', 'target/loom', '--release'];
/** Sequences of operations for each property; fewer or more by PROPTEST_CASES. */
const CASES = process.env.PROPTEST_CASES ?? '2000';

/** Runs tests of the library whose names contain `filter`, and returns what they printed. There must be some. */
function test(filter, cargo, env = {}) {
  const command = ['test', ...cargo, '--no-default-features', '--lib', filter];
  const { status, stdout, error } = spawnSync('cargo', [...command, '--', '--show-output'], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: Infinity,
  });
  if (error) throw error;
  process.stdout.write(stdout);
  if (status !== 0 || !/^running [1-9]/m.test(stdout)) process.exit(1);
  return stdout;
}

const models = test('loom', LOOM);
const orders = [...models.matchAll(/^(\d+) interleavings$/gm)].map(([, count]) => Number(count));
const passed = (output) => Number(/^test result: ok\. (\d+) passed/m.exec(output)[1]);
const properties = test('tests::model', [], { PROPTEST_CASES: CASES });

const count = (number) => number.toLocaleString('en');
process.stdout.write(
  `${count(passed(models))} models in ${count(orders.reduce((sum, n) => sum + n, 0))} orders, ` +
    `up to ${count(Math.max(...orders))} in one; ` +
    `${count(passed(properties))} properties, ${count(Number(CASES))} cases each\n`,
);
