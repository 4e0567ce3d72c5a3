'use strict';

// One fault: a folder with a file, the subject that meets it in a process of its own, and what both look like afterwards.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { inspect, isDeepStrictEqual } = require('node:util');
const { content } = require('./content');

const SUBJECT = join(__dirname, 'subject.js');
const PATIENCE = 60_000;
const OLD = 'what was there';

/** Paths in a folder that is there for the time that `use` takes. */
async function inFolder(use) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sluice-faults-'));
  try {
    return await use((name) => join(folder, name));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What the subject prints, in the process that `command` makes of it. */
function meet(subject, command) {
  const [file, ...args] = [...command, process.execPath, SUBJECT, JSON.stringify(subject)];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 && output.stderr === '') resolve(JSON.parse(output.stdout));
      else reject(new Error(`ended with ${code ?? signal}: ${output.stderr}`));
    });
  });
}

/** What a folder holds that the subject wrote to. */
function look(folder) {
  const names = fs.readdirSync(folder);
  if (!names.includes('file')) return { names };
  const bytes = fs.readFileSync(join(folder, 'file'));
  return {
    names,
    size: bytes.length,
    isOld: bytes.equals(Buffer.from(OLD)),
    isWritten: bytes.equals(content(bytes.length)),
  };
}

/** What of `result` is not as `expected` has it, in words; `undefined`: nothing. */
function difference(result, expected) {
  const wrong = Object.keys(expected).filter((key) => {
    const want = expected[key];
    if (typeof want === 'function') return !want(result[key], result);
    return !isDeepStrictEqual(result[key], want);
  });
  if (wrong.length === 0) return undefined;
  return `${wrong.join(', ')} not as expected: ${inspect(result, { breakLength: Infinity })}`;
}

/** The line for a fault. */
const outcome = (what, result, expected) => ({
  what,
  seen: result.errors.join(', ') || 'no error',
  wrong: difference(result, expected),
});

module.exports = { OLD, inFolder, look, meet, outcome };
