'use strict';

// npm run fuzz [-- SECONDS [TARGET…]]: the fuzz targets, for so many seconds in all, 60 unless told otherwise. Needs
// cargo-fuzz (`cargo install cargo-fuzz`) and a C++ compiler. What it finds lies in fuzz/artifacts, and how to run that
// again is printed; what it learns lies in fuzz/corpus. Neither is for git.

const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const folder = join(root, 'fuzz');
const manifest = readFileSync(join(folder, 'Cargo.toml'), 'utf8');
const TARGETS = [...manifest.matchAll(/^\[\[bin\]\]\nname = "(\w+)"/gm)].map(([, name]) => name);

const [seconds = '60', ...chosen] = process.argv.slice(2);
const targets = chosen.length > 0 ? chosen : TARGETS;
if (!(Number(seconds) >= 1) || !targets.every((name) => TARGETS.includes(name))) {
  process.stderr.write(`npm run fuzz -- SECONDS [${TARGETS.join('|')}]…\n`);
  process.exit(2);
}

/** Coverage needs compiler options that a stable toolchain has under this variable alone. */
const env = {
  ...process.env,
  RUSTC_BOOTSTRAP: '1',
  CARGO_TARGET_DIR: join(root, 'target', 'fuzz'),
};

function cargoFuzz(command, target, options = []) {
  const build = ['--sanitizer', 'none', '--features', 'libfuzzer'];
  const { status, stderr, error } = spawnSync(
    'cargo',
    ['fuzz', command, ...build, ...target, ...options],
    {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'inherit', 'pipe'],
      maxBuffer: Infinity,
    },
  );
  if (error) throw error;
  return { status, stderr };
}

const built = cargoFuzz('build', []);
if (built.status !== 0) {
  process.stderr.write(built.stderr);
  process.exit(1);
}

const each = Math.max(1, Math.floor(Number(seconds) / targets.length));
let executions = 0;
let failed = false;
for (const target of targets) {
  const options = [`-max_total_time=${each}`, '-max_len=4096', '-timeout=60', '-rss_limit_mb=2048'];
  const { status, stderr } = cargoFuzz('run', [target], ['--', ...options, '-print_final_stats=1']);
  const [, count = '0'] = /^stat::number_of_executed_units:\s*(\d+)/m.exec(stderr) ?? [];
  const [, coverage = '?'] = /cov: (\d+)[^\n]*\n(?![^]*cov: )/.exec(stderr) ?? [];
  executions += Number(count);
  process.stdout.write(
    `${target}: ${Number(count).toLocaleString('en')} executions in ${each} s, ${coverage} edges: ` +
      `${status === 0 ? 'passed' : 'FAILED'}\n`,
  );
  if (status !== 0) {
    failed = true;
    process.stdout.write(`${stderr.split('\n').slice(-60).join('\n')}\n`);
  }
}
process.stdout.write(
  `${executions.toLocaleString('en')} executions of ${targets.length} targets\n`,
);
process.exit(failed ? 1 : 0);
