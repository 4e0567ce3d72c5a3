'use strict';

/** Runs the real command in a folder of its own, and the real gzip beside it as a second opinion. */

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const SCRIPT = path.join(__dirname, '..', '..', 'bin', 'sluice.js');
const MAX_OUTPUT = 256 * 1024 * 1024;

/** @returns {string} a new empty folder */
function temporaryFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-cli-'));
}

function finish({ error, status, signal, stdout, stderr }) {
  if (error) throw error;
  return { status, signal, stdout, stderr: stderr.toString() };
}

/**
 * @param {string} cwd
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {{ status: number | null, signal: string | null, stdout: Buffer, stderr: string }}
 */
function sluice(cwd, args, options) {
  const argv = [SCRIPT, ...args];
  return finish(spawnSync(process.execPath, argv, { cwd, maxBuffer: MAX_OUTPUT, ...options }));
}

/** The real gzip or gunzip, with its messages in English. */
function original(command, cwd, args, options) {
  const env = { ...process.env, LC_ALL: 'C' };
  return finish(spawnSync(command, args, { cwd, env, maxBuffer: MAX_OUTPUT, ...options }));
}

/** The command as a running process; `exit` resolves with how it ended. */
function start(cwd, args, options) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { cwd, ...options });
  const stderr = [];
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  // The command may well end before it has read all that it was sent.
  child.stdin.on('error', () => {});
  const exit = new Promise((resolve) => {
    child.on('close', (status, signal) =>
      resolve({ status, signal, stderr: Buffer.concat(stderr).toString() }),
    );
  });
  return { child, exit };
}

function has(program, args) {
  return spawnSync(program, args).status === 0;
}

/** Lines as of a log: they compress well, better at each level, and are the same at each run. */
function sampleText(bytes) {
  const paths = ['/index.html', '/api/items', '/style.css', '/favicon.ico', '/login'];
  let seed = 1;
  const next = (limit) => (seed = (seed * 48271) % 2147483647) % limit;
  const lines = [];
  for (let length = 0; length < bytes; length += lines.at(-1).length + 1) {
    const address = `10.${next(4)}.${next(256)}.${next(256)}`;
    lines.push(`${address} GET ${paths[next(5)]}?id=${next(100_000)} 200 ${next(60_000)}`);
  }
  return Buffer.from(lines.join('\n')).subarray(0, bytes);
}

module.exports = {
  SCRIPT,
  hasGzip: has('gzip', ['--version']),
  hasScript: process.platform === 'linux' && has('script', ['--version']),
  original,
  sampleText,
  sluice,
  start,
  temporaryFolder,
};
