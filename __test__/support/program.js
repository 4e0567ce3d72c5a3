'use strict';

/** Programs in a process of their own: for what holds, ends or breaks a whole process. */

const { spawn } = require('node:child_process');
const path = require('node:path');

const ROOT = JSON.stringify(path.join(__dirname, '..', '..'));
const PRELUDE = `'use strict';
const fs = require('node:fs');
const sluice = require(${ROOT});
`;

/**
 * Runs `source` as a program that has `fs` and `sluice`. One that has not ended after `timeout` milliseconds is killed,
 * which `signal` shows.
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }>}
 */
function runProgram(source, { flags = [], args = [], timeout = 20_000 } = {}) {
  const child = spawn(process.execPath, [...flags, '-e', PRELUDE + source, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** What a program that must end well printed. */
async function printed(source, options) {
  const result = await runProgram(source, options);
  expect(result).toMatchObject({ code: 0, signal: null, stderr: '' });
  return result.stdout;
}

/** What a program that must end well printed with `console.log(JSON.stringify(…))`. */
async function reported(source, options) {
  return JSON.parse(await printed(source, options));
}

module.exports = { printed, reported, runProgram };
