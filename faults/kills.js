'use strict';

// Processes that are killed while they replace a file, or while they tell of writes.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { join } = require('node:path');
const { inFolder } = require('./run');
const { isComplete, versionOf } = require('./versions');

const LONGEST = 120;

/** Starts a program, lets it work for a random time, and kills it; what it had printed by then. */
function killed(program, file) {
  const child = spawn(process.execPath, [join(__dirname, program), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    // It is at work.
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST);
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(printed);
      else reject(new Error(`${program} ended with ${code ?? signal} before it was killed`));
    });
  });
}

async function replaced(times) {
  return inFolder(async (path) => {
    const counts = { replaced: 0, same: 0, torn: 0, back: 0, left: 0 };
    let version = -1;
    for (let n = 0; n < times; n += 1) {
      await killed('replace.js', path('file'));
      const bytes = fs.existsSync(path('file')) ? fs.readFileSync(path('file')) : undefined;
      const now = bytes === undefined ? -1 : versionOf(bytes);
      if (bytes !== undefined && !isComplete(bytes)) counts.torn += 1;
      else if (now < version) counts.back += 1;
      else if (now > version) counts.replaced += 1;
      else counts.same += 1;
      version = now;
      for (const name of fs.readdirSync(path('.'))) {
        if (name === 'file') continue;
        counts.left += 1;
        fs.unlinkSync(path(name));
      }
    }
    const { torn, back, left } = counts;
    return {
      what: `${times} processes killed while they replaced a file, atomic`,
      seen:
        `${counts.replaced} left a newer version, ${counts.same} the same one, ${torn} a torn one, ` +
        `${back} an older one; ${version + 1} versions in all; ${left} left a temporary file behind`,
      wrong:
        torn + back > 0 || counts.replaced === 0
          ? 'the file was not whole, or was not replaced'
          : undefined,
    };
  });
}

async function told(times) {
  return inFolder(async (path) => {
    let lost = 0;
    let all = 0;
    for (let n = 0; n < times; n += 1) {
      const file = path(`file-${n}`);
      const lines = (await killed('tell.js', file)).split('\n').slice(1, -1);
      const last = lines.length > 0 ? Number(lines.at(-1)) : -1;
      const kept = new Set(fs.readFileSync(file, 'utf8').split('\n').slice(0, -1));
      for (let write = 0; write <= last; write += 1) if (!kept.has(String(write))) lost += 1;
      all += last + 1;
    }
    return {
      what: `${times} processes killed while they told of writes, durable`,
      seen: `${all} writes told, ${lost} of them not in the file`,
      wrong: lost > 0 || all === 0 ? 'what was told was lost, or nothing was told' : undefined,
    };
  });
}

async function* kills(times) {
  yield await replaced(times);
  yield await told(Math.ceil(times / 10));
}

module.exports = { kills };
