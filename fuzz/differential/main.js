'use strict';

// npm run fuzz:diff [-- CASES --seed S --only PROPERTY]: random cases on Sluice and on node:zlib, which must agree.
// 20,000 unless told otherwise. A case on which they do not is made as small as it can be, and printed as a program.

const { parseArgs } = require('node:util');
const { programOf } = require('./program');
const { properties } = require('./properties');
const { runProperty, shareOut } = require('./run');

function options() {
  const { values, positionals } = parseArgs({
    options: { seed: { type: 'string' }, only: { type: 'string' } },
    allowPositionals: true,
  });
  const cases = Number(positionals[0] ?? 20_000);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(Number.isInteger(cases) && cases > 0)) throw new Error('CASES is a whole number above 0');
  if (!Number.isInteger(seed)) throw new Error('--seed takes a whole number');
  const names = properties.map(({ name }) => name);
  if (values.only && !names.includes(values.only)) {
    throw new Error(`--only takes one of ${names.join(', ')}`);
  }
  return {
    cases,
    seed,
    chosen: properties.filter(({ name }) => !values.only || name === values.only),
  };
}

async function main() {
  const { cases, seed, chosen } = options();
  console.log(`seed ${seed}, Node ${process.version}`);
  let failures = 0;
  for (const { property, runs: wanted } of shareOut(chosen, cases)) {
    const { name, runs, milliseconds, failure } = await runProperty(property, wanted, seed);
    const rate = `${runs} cases in ${(milliseconds / 1000).toFixed(1)} s`;
    console.log(`${failure ? 'FAIL' : 'ok'} ${name}: ${rate}`);
    if (!failure) continue;
    failures += 1;
    console.log(`${failure.message}\n\n${programOf(failure.counterexample)}`);
  }
  console.log(`${chosen.length - failures} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
