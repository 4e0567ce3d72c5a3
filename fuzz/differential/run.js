'use strict';

// Runs properties over random cases: each case once on Sluice and once on the oracle.

const fc = require('fast-check');
const zlib = require('node:zlib');
const sluice = require('../..');

/** Runs `property` over so many cases; a failure has its shrunk `counterexample`. */
async function runProperty({ name, cases, observe, check }, runs, seed, subject = sluice) {
  const start = performance.now();
  const agree = fc.asyncProperty(cases, async (c) => {
    const ours = await observe(subject, c);
    const theirs = await observe(zlib, c);
    check(c, ours, theirs);
  });
  const details = await fc.check(agree, { numRuns: runs, seed, endOnFailure: false });
  const result = { name, runs: details.numRuns, milliseconds: performance.now() - start };
  if (!details.failed) return result;
  const [counterexample] = details.counterexample;
  const message = details.errorInstance?.message ?? String(details.errorInstance);
  return { ...result, failure: { message, counterexample } };
}

/** How many of the cases each property gets, by its share. */
function shareOut(properties, cases) {
  const whole = properties.reduce((sum, { share }) => sum + share, 0);
  return properties.map((property) => ({
    property,
    runs: Math.ceil((cases * property.share) / whole),
  }));
}

module.exports = { runProperty, shareOut };
