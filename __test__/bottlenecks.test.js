'use strict';

const { observe } = require('..');
const { BOTTLENECKS } = require('./support/bottlenecks');

/** How often each one is planted: `SLUICE_ROUNDS=10` for ten times in a row. */
const ROUNDS = Number(process.env.SLUICE_ROUNDS ?? 1);
/** How long a pipeline runs before it is judged, in milliseconds. */
const RUN = 1500;

const rounds = Array.from({ length: ROUNDS }, (_, n) => n + 1);
const cases = rounds.flatMap((round) => Object.keys(BOTTLENECKS).map((name) => [name, round]));

test.each(cases)('%s is found, round %i', async (name) => {
  const { streams, verdict, stop } = BOTTLENECKS[name]();
  const observation = observe(streams);
  try {
    await new Promise((resolve) => setTimeout(resolve, RUN));
    const found = observation.verdict();
    expect({ ...found, stages: observation.snapshot().stages }).toMatchObject(verdict);
    expect(found.text).toMatch(verdict.stage === null ? /^the event loop / : `'${verdict.stage}' `);
    expect(String(found)).toBe(found.text);
  } finally {
    observation.close();
    stop();
  }
});
