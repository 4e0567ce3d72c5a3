'use strict';

// npm run test:faults [-- --short]: real faults of real files, on Linux, and what streams make of them. A small tmpfs and
// limits need no tools but util-linux's; failing system calls need strace. What a machine does not have is said, and
// fails the run unless --short is given.

const { spawnSync } = require('node:child_process');
const { limits } = require('./limits');
const { systemCalls } = require('./system-calls');
const { threads } = require('./threads');
const { kills } = require('./kills');

const short = process.argv.includes('--short');

const can = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const GROUPS = [
  {
    name: 'limits',
    needs: 'unshare and prlimit',
    works: () =>
      can('unshare', '--map-root-user', '--mount', 'true') && can('prlimit', '--version'),
    run: limits,
  },
  {
    name: 'system calls',
    needs: 'strace',
    works: () => can('strace', '--quiet=all', '-o', '/dev/null', 'true'),
    run: systemCalls,
  },
  {
    name: 'threads',
    needs: 'prlimit and root',
    works: () => process.getuid() === 0 && can('prlimit', '--version'),
    run: threads,
  },
  { name: 'kills', needs: 'nothing', works: () => true, run: () => kills(short ? 20 : 200) },
];

async function main() {
  if (process.platform !== 'linux') {
    console.log('These faults are made by means of Linux: skipped.');
    return;
  }
  let failed = 0;
  for (const { name, needs, works, run } of GROUPS) {
    if (!works()) {
      console.log(`${name}: not run, this machine lacks ${needs}`);
      if (!short) failed += 1;
      continue;
    }
    for await (const { what, seen, wrong } of run()) {
      console.log(`${wrong === undefined ? 'passed' : 'FAILED'}: ${what}: ${seen}`);
      if (wrong === undefined) continue;
      failed += 1;
      console.log(`  ${wrong}`);
    }
  }
  if (failed > 0) {
    console.log(`${failed} failed`);
    process.exitCode = 1;
  }
}

main();
