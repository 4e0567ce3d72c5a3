'use strict';

// npm run test:storms [-- --short --seed S NAME…]: what is done to the addon to crash it, to make it leak, or to bring it
// down, thousands of times over. Each storm is a program of its own, so that a crash is seen as a signal. Ends with 1 when
// one of them fails. --short takes less than a minute, for every change.

const path = require('node:path');
const { parseArgs } = require('node:util');
const { STORMS } = require('./names');
const { runFile, thrifty } = require('./support/processes');

const MINUTES = { full: 20, short: 2 };

function options() {
  const { values, positionals } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !STORMS.includes(name));
  if (unknown) throw new Error(`no storm is called ${unknown}; there are ${STORMS.join(', ')}`);
  if (!Number.isInteger(Number(values.seed))) throw new Error('--seed takes a whole number');
  return { ...values, chosen: positionals.length > 0 ? positionals : STORMS };
}

async function main() {
  const { short, seed, chosen } = options();
  console.log(`seed ${seed}, Node ${process.version}${short ? ', short' : ''}`);
  let failures = 0;
  for (const name of chosen) {
    const begin = performance.now();
    const { code, signal, stdout, stderr } = await runFile(path.join(__dirname, 'storm.js'), {
      env: thrifty,
      flags: ['--expose-gc'],
      args: [name, seed, ...(short ? ['short'] : [])],
      timeout: MINUTES[short ? 'short' : 'full'] * 60_000,
    });
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    // One that waits for what never comes ends without a word.
    const passed = code === 0 && stdout !== '' && stderr === '';
    const outcome = passed ? stdout.trim() : `ended with ${signal ?? code}\n${stdout}${stderr}`;
    console.log(`${passed ? 'ok' : 'FAIL'} ${name} (${seconds} s): ${outcome}`);
    if (!passed) failures += 1;
  }
  console.log(`${chosen.length - failures} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
