'use strict';

const { observe } = require('..');
const { BOTTLENECKS } = require('./support/bottlenecks');

/** How often each one is planted: `SLUICE_ROUNDS=10` for ten times in a row. */
const ROUNDS = Number(process.env.SLUICE_ROUNDS ?? 1);
/** How long a pipeline runs before it is judged, in milliseconds. */
const RUN = 1500;

const rounds = Array.from({ length: ROUNDS }, (_, n) => n + 1);

/** What each stage did, in percent of the time: with the verdict in one, so that a wrong one can be understood. */
function shares(observation) {
  const { stages, loop } = observation.snapshot();
  const lines = stages.map(({ name, recent }) => {
    const { blockedBy, busy, starved, waiting } = recent;
    const parts = Object.entries({ busy, starved, waiting, ...blockedBy });
    const told = parts.filter(([, share]) => share >= 0.005);
    return `${name}: ${told.map(([part, share]) => `${part} ${Math.round(100 * share)}`).join(', ')}`;
  });
  return [...lines, `loop: ${Math.round(100 * loop.recent)}`];
}

const cases = rounds.flatMap((round) => Object.keys(BOTTLENECKS).map((name) => [name, round]));

test.each(cases)('%s is found, round %i', async (name) => {
  const { streams, verdict, stop } = BOTTLENECKS[name]();
  const observation = observe(streams);
  try {
    await new Promise((resolve) => setTimeout(resolve, RUN));
    const found = observation.verdict();
    // All that was measured is compared with itself: it is there to be shown where the verdict is another.
    const seen = shares(observation);
    expect({ ...found, seen }).toEqual({ ...found, ...verdict, seen });
    expect(found.text).toMatch(verdict.stage === null ? /^the event loop / : `'${verdict.stage}' `);
    expect(String(found)).toBe(found.text);
  } finally {
    observation.close();
    stop();
  }
});
