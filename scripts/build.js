'use strict';

// Builds the addon, and `binding.js` that loads it, with the options of `napi build`. Runs on `npm ci` in a clone, so
// what is missing is said in one sentence.

const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);

/** The oldest Rust that compiles the crate, as `Cargo.toml` says: `[1, 88]`. */
function requiredRust() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  return version(/^rust-version = "(.+)"$/m.exec(manifest)[1]);
}

/** The Rust that is here, or `null`. */
function installedRust() {
  const { error, status, stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  return error || status !== 0 ? null : version(/^cargo (\S+)/.exec(stdout)[1]);
}

function version(text) {
  return text.split('.', 2).map(Number);
}

/** What has to be installed before the addon can be built, in one sentence, or `null`. */
function missing() {
  const [major, minor] = requiredRust();
  const needed = `Building Sluice needs Rust ${major}.${minor} or newer`;
  const installed = installedRust();
  if (installed === null) {
    return `${needed}, and no working cargo is on the PATH: install it from https://rustup.rs.`;
  }
  if (installed[0] < major || (installed[0] === major && installed[1] < minor)) {
    return `${needed}, and cargo is ${installed.join('.')}: update it with \`rustup update stable\`.`;
  }
  return null;
}

function build(options) {
  const napi = join(dirname(require.resolve('@napi-rs/cli/package.json')), 'dist', 'cli.js');
  const files = ['--js', 'binding.js', '--dts', 'binding.d.ts'];
  const { error, status } = spawnSync(
    process.execPath,
    [napi, 'build', '--platform', ...files, ...options],
    { cwd: root, stdio: 'inherit' },
  );
  if (error) throw error;
  return status ?? 1;
}

const sentence = missing();
if (sentence === null) {
  process.exitCode = build(process.argv.slice(2));
} else {
  console.error(sentence);
  process.exitCode = 1;
}
