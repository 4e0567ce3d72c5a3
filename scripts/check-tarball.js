'use strict';

// Packs the package, installs the tarball in an empty folder where no Rust is to be found, and uses it there:
// required, imported, and as a command. Run as `npm run test:tarball`.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');
const { version } = require('../package.json');

const root = dirname(__dirname);
const addon = `sluice.${process.platform}-${process.arch}`;

const REQUIRED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bin/sluice.js',
  'binding.js',
  'index.d.ts',
  'index.js',
  'index.mjs',
  'opentelemetry.d.ts',
  'opentelemetry.js',
  'package.json',
  'prometheus.d.ts',
  'prometheus.js',
  'promises.d.ts',
  'promises.js',
  'promises.mjs',
  'register.js',
];
const ALLOWED = [
  /^lib\/[\w/-]+\.js$/,
  /^lib\/observe\/page\/page\.css$/,
  /^lib\/observe\/vendor\/uplot\/(LICENSE|README\.md|uPlot\.iife\.min\.js|uPlot\.min\.css)$/,
  /^types\/[\w-]+\.d\.ts$/,
  /^bin\/[\w-]+\.js$/,
];

/** What a program does with the package. Its source is written into the folder, so it stands alone. */
async function roundTrip(sluice) {
  const { deepEqual } = require('node:assert/strict');
  const { Readable } = require('node:stream');
  const { pipeline } = require('node:stream/promises');
  const { buffer } = require('node:stream/consumers');
  const { gunzipSync } = require('node:zlib');

  const plain = Buffer.from('The quick brown fox jumps over the lazy dog.\n'.repeat(50_000));
  const packed = await pipeline(Readable.from([plain]), sluice.createGzip(), buffer);
  deepEqual(gunzipSync(packed), plain, 'node:zlib reads what gzip wrote');
  const unpacked = await pipeline(Readable.from([packed]), sluice.createGunzip(), buffer);
  deepEqual(unpacked, plain, 'gunzip gives back what gzip took');
  // A page is made of files of the package.
  await sluice.observe(sluice.createGzip()).report('page.html');
}

const PROGRAMS = {
  'round-trip.cjs': `module.exports = ${roundTrip}`,
  'required.cjs': "require('./round-trip.cjs')(require('sluice'));",
  'imported.mjs': `
    import roundTrip from './round-trip.cjs';
    import * as sluice from 'sluice';
    await roundTrip(sluice);
  `,
};

function npm(args, options) {
  return execFileSync(process.execPath, [process.env.npm_execpath, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

function pack(folder) {
  const args = ['--json', '--foreground-scripts=false', '--pack-destination', folder];
  const [{ filename, files }] = JSON.parse(npm(['pack', ...args], { cwd: root }));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

function checkFiles(files) {
  for (const path of REQUIRED) assert.ok(files.includes(path), `the tarball lacks ${path}`);
  const addons = files.filter((path) => path.endsWith('.node'));
  assert.ok(
    addons.some((path) => path.startsWith(addon)),
    `the tarball lacks the addon ${addon}`,
  );
  const known = (path) =>
    REQUIRED.includes(path) || addons.includes(path) || ALLOWED.some((rule) => rule.test(path));
  assert.deepEqual(
    files.filter((path) => !known(path)),
    [],
    'the tarball holds what it should not',
  );
}

/** An environment whose PATH leads to node and to nothing else. */
function withoutRust(folder) {
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  const env = { ...process.env, PATH: folder };
  for (const tool of ['cargo', 'rustc']) {
    assert.throws(() => execFileSync(tool, ['--version'], { env }), { code: 'ENOENT' });
  }
  return env;
}

function checkUse(tarball, folder, env) {
  mkdirSync(folder);
  const options = { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const run = (file, args) => execFileSync(file, args, options);
  npm(['install', '--no-audit', '--no-fund', '--offline', tarball], { cwd: folder, env });
  for (const [name, program] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, name), program);
  run(process.execPath, ['required.cjs']);
  run(process.execPath, ['imported.mjs']);
  const printed = run(join(folder, 'node_modules', '.bin', 'sluice'), ['--version']);
  assert.ok(printed.includes(version), `sluice --version printed ${printed}`);
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-tarball-'));
try {
  const { tarball, files } = pack(folder);
  checkFiles(files);
  checkUse(tarball, join(folder, 'program'), withoutRust(join(folder, 'tools')));
  console.log(`The tarball's ${files.length} files install and work without Rust.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
