'use strict';

/** Random cases on Sluice and on the node:zlib of this Node, which must agree; `npm run fuzz:diff` runs many more. */

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const fc = require('fast-check');
const { DIFFERENCES } = require('../fuzz/differential/differences');
const { programOf } = require('../fuzz/differential/program');
const { properties } = require('../fuzz/differential/properties');
const { runProperty, shareOut } = require('../fuzz/differential/run');

const ROOT = path.join(__dirname, '..');
const CASES = 500;
/** The same cases in every run: one that fails is to fail again. */
const SEED = 20_261;

test.each(shareOut(properties, CASES).map(({ property, runs }) => [property.name, runs, property]))(
  '%s: %d cases',
  async (_, runs, property) => {
    const { failure } = await runProperty(property, runs, SEED);
    expect(failure && `${failure.message}\n${programOf(failure.counterexample)}`).toBeUndefined();
  },
);

test('a difference is found, made small, and printed as a program', async () => {
  const sluice = require('..');
  const property = properties.find(({ name }) => name === 'one-shot-decoders');
  // A library that loses the last byte of what is longer than ten.
  const broken = { ...sluice };
  for (const name of Object.keys(sluice).filter((key) =>
    /(?:decompress|unzip|inflate)/i.test(key),
  )) {
    if (name.endsWith('Sync')) {
      broken[name] = (...args) => {
        const output = sluice[name](...args);
        return output.length > 10 ? output.subarray(0, -1) : output;
      };
    }
  }
  const { failure } = await runProperty(property, 1000, SEED, broken);
  expect(failure.message).toMatch(/decoded: 10 bytes from Sluice, 11 from the oracle/);
  expect(failure.counterexample).toMatchObject({ way: 'sync', encoded: { accidents: [] } });
  expect(programOf(failure.counterexample)).toMatch(/Sync\(input, options\)/);
});

test('the program of a case of each kind runs, and shows both sides alike', () => {
  for (const { name, cases } of properties) {
    for (const c of fc.sample(cases, { numRuns: 2, seed: SEED })) {
      const program = ['-e', programOf(c)];
      const { stdout, stderr } = spawnSync(process.execPath, program, {
        cwd: ROOT,
        encoding: 'utf8',
      });
      expect([name, stderr]).toEqual([name, expect.not.stringMatching(/Error/)]);
      expect(stdout).toMatch(/^node:zlib [^]*^sluice /m);
    }
  }
});

test('every allowed difference has a name of its own and a reason', () => {
  const names = DIFFERENCES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { reason } of DIFFERENCES) expect(reason).toMatch(/\w+ \w+/);
});

test('the command runs so many cases of a property, and can be told the seed', () => {
  const command = ['fuzz/differential/main.js', '20', '--seed', '7', '--only', 'bad-options'];
  const { status, stdout } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toMatch(/^seed 7, Node v/);
  expect(stdout).toMatch(/^ok bad-options: 20 cases in /m);
  expect(stdout).toMatch(/^1 passed, 0 failed$/m);
  expect(status).toBe(0);
});
