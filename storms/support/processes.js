'use strict';

const { spawn } = require('node:child_process');

/**
 * glibc has a heap for each thread, up to eight for each core, and keeps what is freed in them unless it lies at their end:
 * hundreds of megabytes behind a crowd. With two heaps, and pieces of 8 KiB and more from the system, what a process keeps is
 * what somebody holds.
 */
const thrifty = { ...process.env, MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '8192' };

/**
 * Runs a file as a program. One that has not ended after `timeout` milliseconds is killed, which `signal` shows. What it
 * writes to descriptor 3 is `report`.
 */
function runFile(file, { flags = [], args = [], env = process.env, timeout = 60_000 } = {}) {
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env,
    timeout,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '', report: '' };
  const names = ['stdout', 'stderr', 'report'];
  names.forEach((name, n) => {
    child.stdio[n + 1].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** Does `work(n)` for every n below `count`, so many of them at once. */
async function severalAtOnce(count, most, work) {
  let next = 0;
  const line = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: most }, line));
}

module.exports = { runFile, severalAtOnce, thrifty };
