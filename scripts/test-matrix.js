'use strict';

// npm run test:matrix [-- VERSION…] [-- JEST OPTIONS…]: the Jest suite on other versions of Node, 20, 22, 24 and 26
// unless told otherwise. Each is installed from the npm registry, into a folder that git does not see, and says which
// files failed.

const { execFileSync, spawnSync } = require('node:child_process');
const {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join, relative } = require('node:path');

const root = dirname(__dirname);
const store = join(root, 'target', 'nodes');
const VERSIONS = ['20', '22', '24', '26'];
const JEST = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

/** The Node of this version for this machine, installed if it is not yet. */
function install(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(store, version);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    execFileSync(
      process.execPath,
      [process.env.npm_execpath, 'install', ...options, `${name}@${version}`],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
  return binary;
}

/** Runs the suite; its progress goes to standard error. */
function run(binary, jestOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-matrix-'));
  const outputFile = join(folder, 'result.json');
  try {
    const jest = ['--expose-gc', JEST, '--json', '--outputFile', outputFile, ...jestOptions];
    const { error } = spawnSync(binary, jest, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (error) throw error;
    return JSON.parse(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(binary, result) {
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = result;
  console.log(
    `Node ${version}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`,
  );
  for (const { name, status } of testResults) {
    if (status === 'failed') console.log(`  failed: ${relative(root, name)}`);
  }
}

const isVersion = (argument) => /^\d/.test(argument);
const asked = process.argv.slice(2);
const versions = asked.filter(isVersion);
let failed = false;
for (const version of versions.length > 0 ? versions : VERSIONS) {
  const binary = install(version);
  const result = run(
    binary,
    asked.filter((argument) => !isVersion(argument)),
  );
  report(binary, result);
  failed ||= !result.success;
}
if (failed) process.exitCode = 1;
