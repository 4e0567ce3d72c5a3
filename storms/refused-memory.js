'use strict';

// The system refuses memory: in a program of its own each, the k-th request of 64 KiB or more that the addon makes, for
// every k until a program gets all that it asks for. The bytes are right, or the stream fails with a code. Smaller ones,
// and the tables of the brotli encoder, end the process: see SECURITY.md.
//
// On Linux with glibc, where there is a C compiler.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { programs } = require('./support/memory-programs');
const { inFolder } = require('./support/folder');
const { runFile } = require('./support/processes');

const PROGRAM = path.join(__dirname, 'support', 'memory-program.js');
const FROM = 64 * 1024;

/** Builds what refuses memory. Says why it can't be built, where it can't. */
function build(library) {
  const isGnu = process.report.getReport().header.glibcVersionRuntime !== undefined;
  if (process.platform !== 'linux' || !isGnu) return 'only with glibc';
  const source = path.join(__dirname, 'refused-memory.c');
  const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-o', library];
  const { error, status, stderr } = spawnSync('cc', [...flags, source, '-ldl'], {
    encoding: 'utf8',
  });
  if (error) return 'there is no cc';
  assert.equal(status, 0, stderr);
  return undefined;
}

/** Refuses a program's requests, one after the other. Returns how many there were. */
async function refuseEach(name, library, codes) {
  for (let at = 1; ; at += 1) {
    const env = {
      ...process.env,
      LD_PRELOAD: library,
      REFUSE: String(at),
      REFUSE_FROM: String(FROM),
    };
    const { code, signal, stdout, stderr, report } = await runFile(PROGRAM, { args: [name], env });
    const what = `${name}, request ${at}, of ${report}: ${stdout}${stderr}`;
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, what);
    assert.match(stdout, report === '' ? /^right$/m : /^(right|[A-Z]\w+)$/m, what);
    codes.add(stdout.trim());
    if (report === '') return at - 1;
  }
}

async function run({ short }) {
  return inFolder(async (folder) => {
    const library = path.join(folder, 'refused-memory.so');
    const reason = build(library);
    if (reason) return `skipped: ${reason}`;
    const codes = new Set();
    let refused = 0;
    const names = Object.keys(programs);
    for (const name of short ? names.slice(0, 3) : names) {
      refused += await refuseEach(name, library, codes);
    }
    return `${refused} requests refused, one in each program: ${[...codes].sort().join(', ')}`;
  });
}

module.exports = { run };
