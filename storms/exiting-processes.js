'use strict';

// process.exit() in full flow, in several processes at once: it ends with its code, and says nothing.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { kinds } = require('./support/flows');
const { inFolder } = require('./support/folder');
const { runFile, severalAtOnce } = require('./support/processes');

const PROGRAM = path.join(__dirname, 'support', 'flowing-process.js');
const AT_ONCE = 3;
const FLOWS = 6;

async function run({ short, random }) {
  const count = short ? 20 : 1000;
  await inFolder((folder) =>
    severalAtOnce(count, AT_ONCE, async (n) => {
      const own = path.join(folder, String(n));
      const args = [own, random(kinds), FLOWS, random(60)].map(String);
      const { code, signal, stdout, stderr } = await runFile(PROGRAM, { args });
      const expected = { code: 7, signal: null, stdout: '', stderr: '' };
      assert.deepEqual({ code, signal, stdout, stderr }, expected, `process ${n}: ${args}`);
      fs.rmSync(own, { recursive: true, force: true });
    }),
  );
  return `${count} exits with code 7, without a signal or a word`;
}

module.exports = { run };
