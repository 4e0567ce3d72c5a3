'use strict';

// npm run test:asan [-- suite [JEST OPTION…] | storms [OPTION…]]: the Jest suite, then the storms, on an addon that is built
// with AddressSanitizer and loaded into this Node, which is not. Any report of it fails the run, those of child processes
// too. Needs Linux with glibc, GCC and its libasan. The build is in target/asan.
//
// Leaks are not looked for: what Node itself holds when it ends would be all there is to see. Storms and soak see ours.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { CRASHING } = require('../../storms/names');

/**
 * Tests of memory that comes back, which the sanitizer keeps for a while; and a browser, which does not start where the
 * sanitizer's runtime is there before its own memory.
 */
const LEFT_OUT = ['bombs', 'garbage', 'page-in-browser'];

const root = path.join(__dirname, '..', '..');
const target = path.join(root, 'target', 'asan');
const reports = path.join(target, 'reports');
const JEST = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const LINES_OF_A_REPORT = 60;

/** Ends what has no use without the step before it. */
function giveUp(message) {
  console.error(message);
  process.exit(1);
}

/** What a program prints, which has to succeed. Cargo's progress goes to standard error. */
function output(program, args, env = process.env) {
  const { error, status, stdout } = spawnSync(program, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) giveUp(`${program}: ${error.message}`);
  if (status !== 0) giveUp(`${program} ended with ${status}`);
  return stdout.trim();
}

/** The runtime of GCC, which code of rustc's is content with. In Node it has to be there before all else. */
function runtime() {
  const isGnu = process.report.getReport().header.glibcVersionRuntime !== undefined;
  if (process.platform !== 'linux' || !isGnu) giveUp('AddressSanitizer: on Linux with glibc only');
  const library = output('gcc', ['-print-file-name=libasan.so']);
  if (!path.isAbsolute(library)) giveUp('AddressSanitizer: GCC has no libasan here');
  return fs.realpathSync(library);
}

/** The sanitizer's flags are unstable ones, which a stable toolchain takes under this variable alone. */
const FLAGS = ['-Zsanitizer=address', '-Cunsafe-allow-abi-mismatch=sanitizer'];
const building = {
  ...process.env,
  RUSTC_BOOTSTRAP: '1',
  RUSTC_WRAPPER: path.join(__dirname, 'rustc.sh'),
  RUSTFLAGS: [...FLAGS, '-Cforce-frame-pointers=yes'].join(' '),
  CFLAGS: '-fsanitize=address -fno-omit-frame-pointer -g1',
};

/** Builds the addon, the C libraries in it too, and returns its path. */
function buildAddon() {
  const triple = /^host: (.+)$/m.exec(output('rustc', ['-vV']))[1];
  // Named, so that the flags are for the addon, and not for the build scripts that run without the runtime.
  const where = ['--target', triple, '--target-dir', target];
  output('cargo', ['build', '--profile', 'asan', '--lib', ...where], building);
  const addon = path.join(target, 'sluice.node');
  fs.copyFileSync(path.join(target, triple, 'asan', 'libsluice.so'), addon);
  return addon;
}

/** An addon that reads what it has freed. */
function buildProbe() {
  const probe = path.join(target, 'probe.node');
  const source = path.join(__dirname, 'probe.rs');
  output('rustc', ['--crate-type=cdylib', ...FLAGS, '-o', probe, source], building);
  return probe;
}

/** Runs Node under the sanitizer and returns its exit status. */
function run(environment, args) {
  fs.rmSync(reports, { recursive: true, force: true });
  fs.mkdirSync(reports, { recursive: true });
  const { error, status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment,
  });
  if (error) giveUp(error.message);
  return status ?? 1;
}

function reported() {
  return fs
    .readdirSync(reports)
    .map((name) => fs.readFileSync(path.join(reports, name), 'utf8'))
    .filter((text) => text !== '');
}

/** A sanitizer that sees nothing, or is not there, would pass everything. */
function checkThatItSees(environment) {
  const list = 'require(process.argv[1]), process.report.getReport().sharedObjects';
  const loaded = output(process.execPath, ['-p', list, root], environment);
  if (!loaded.includes(environment.ASAN_ADDON)) giveUp('index.js has loaded another addon');
  const load = 'process.dlopen({ exports: {} }, process.argv[1])';
  const status = run(environment, ['-e', load, buildProbe()]);
  const [report = ''] = reported();
  if (status === 0 || !/AddressSanitizer: heap-use-after-free/.test(report)) {
    giveUp('AddressSanitizer does not see what probe.rs does');
  }
}

const COMMANDS = {
  suite: (options) => {
    const left = LEFT_OUT.map((name) => `/__test__/${name}\\.test\\.js$`);
    const patterns = left.flatMap((pattern) => ['--testPathIgnorePatterns', pattern]);
    return ['--expose-gc', JEST, ...options, '--testTimeout', '120000', ...patterns];
  },
  storms: (options) => [
    path.join(root, 'storms', 'main.js'),
    ...(options.some((option) => CRASHING.includes(option)) ? options : [...options, ...CRASHING]),
  ],
};

function main() {
  const [chosen, ...options] = process.argv.slice(2);
  const names = chosen === undefined ? Object.keys(COMMANDS) : [chosen];
  if (!names.every((name) => Object.hasOwn(COMMANDS, name))) {
    giveUp('npm run test:asan -- suite [JEST OPTION…] | storms [OPTION…]');
  }
  const environment = {
    ...process.env,
    LD_PRELOAD: runtime(),
    ASAN_OPTIONS: `detect_leaks=0:log_path=${path.join(reports, 'report')}`,
    ASAN_ADDON: buildAddon(),
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require=${path.join(__dirname, 'load.js')}`,
  };
  checkThatItSees(environment);
  for (const name of names) {
    const status = run(environment, COMMANDS[name](options));
    const found = reported();
    for (const text of found) {
      console.error(text.split('\n').slice(0, LINES_OF_A_REPORT).join('\n'));
    }
    console.log(`${name} under AddressSanitizer: ${found.length} reports`);
    if (status !== 0 || found.length > 0) process.exitCode = 1;
  }
}

main();
