'use strict';

const { spawn } = require('node:child_process');

/** The end of what a process prints is enough to see why it failed. */
const KEPT = 64 * 1024;

function tail(stream) {
  let text = '';
  stream?.setEncoding('utf8').on('data', (more) => {
    text = (text + more).slice(-KEPT);
  });
  return () => text;
}

/** A process and all that it has started. */
function kill(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/**
 * Runs a node to its end, or until `timeout` milliseconds have passed.
 * @returns {Promise<{ code: number | null, signal: string | null, timedOut: boolean, uses: number, stdout: string,
 *   stderr: string }>} `uses` is what count-uses.js wrote to the fourth stream
 */
function runFile(node, args, { cwd, env, timeout }) {
  const child = spawn(node, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, uses] = child.stdio.slice(1).map(tail);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill(child);
  }, timeout);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const [stdoutText, stderrText, count] = [stdout(), stderr(), Number(uses())];
      resolve({ code, signal, timedOut, uses: count, stdout: stdoutText, stderr: stderrText });
    });
  });
}

module.exports = { runFile };
