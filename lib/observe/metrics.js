'use strict';

// metrics(): what is observed as counters and gauges, by one table of names. Counters never fall: what an observation saw
// stays in them when it is closed.

const { performance } = require('node:perf_hooks');
const { Budget } = require('../budget');
const { BLOCKED } = require('./stopwatch');

const STAGE = ['stage', 'kind', 'type'];

const seconds = (part) => (reading) => [[{}, reading[part] / 1000]];
const figure = (key) => (reading) => [[{}, reading[key]]];
const ofStages =
  (type, suffix) =>
  (name, help, unit, read, labels = []) => ({
    name: `sluice_stage_${name}${suffix}`,
    help,
    type,
    unit,
    labels: [...STAGE, ...labels],
    read,
  });
const counter = ofStages('counter', '_total');
const gauge = ofStages('gauge', '');
const ofBudget = (name, help, unit, read) => ({
  name: `sluice_budget_${name}`,
  help,
  type: 'gauge',
  unit,
  labels: [],
  ofBudget: read,
});

/** The one table of names; docs/pressure.md has the same. A metric of stages has `read`, one of the budget `ofBudget`. */
const TABLE = [
  counter('observed_seconds', 'Time that the stage was observed', 'seconds', seconds('elapsed')),
  counter('busy_seconds', 'Time that the stage worked', 'seconds', seconds('busy')),
  counter(
    'blocked_seconds',
    'Time that the stage had no room for what it would do next, by reason',
    'seconds',
    (reading) => BLOCKED.map((reason) => [{ reason }, reading[reason] / 1000]),
    ['reason'],
  ),
  counter('starved_seconds', 'Time that the stage had no input', 'seconds', seconds('starved')),
  counter(
    'waiting_seconds',
    'Time that the stage waited for a worker or the event loop',
    'seconds',
    seconds('waiting'),
  ),
  counter('input_bytes', 'Bytes that the stage was given', 'bytes', figure('bytesIn')),
  counter('output_bytes', 'Bytes that the stage passed on', 'bytes', figure('bytesOut')),
  counter(
    'stalls',
    'Times that the stage was stopped for longer than stallAfter',
    '',
    figure('stalls'),
  ),
  gauge('open', 'Stages that are observed now', '', figure('open')),
  gauge('buffered_bytes', 'Bytes in the buffers of the stage', 'bytes', figure('buffered')),
  ofBudget('limit_bytes', 'Bound of Budget.default, if it has one', 'bytes', ({ bytes }) => bytes),
  ofBudget('used_bytes', 'Bytes that count to Budget.default', 'bytes', ({ used }) => used),
  ofBudget('peak_bytes', 'The most that counted to Budget.default', 'bytes', ({ peak }) => peak),
  ofBudget('waiting', 'Buffers that wait for Budget.default', '', ({ waiting }) => waiting),
];

/** Stages that are observed. */
const stages = new Set();
/** What became of those that were, added up by their labels: { labels, reading }. */
const past = new Map();

const labelsOf = ({ name, kind, stream }) => ({ stage: name, kind, type: stream.constructor.name });

function add(sums, labels, reading) {
  const key = JSON.stringify(Object.values(labels));
  const sum = sums.get(key)?.reading ?? {};
  const entries = Object.entries(reading).map(([name, value]) => [name, (sum[name] ?? 0) + value]);
  sums.set(key, { labels, reading: Object.fromEntries(entries) });
}

/** A stage begins to be observed. */
function enter(stage) {
  stages.add(stage);
}

/** A stage is no longer observed: what it has done stays. */
function leave(stage) {
  if (!stages.delete(stage)) return;
  const reading = { ...stage.read(performance.now()), stalls: stage.stalls, open: 0, buffered: 0 };
  add(past, labelsOf(stage), reading);
}

/** What all stages have done, those of the same labels together. */
function readStages() {
  const sums = new Map(past);
  const now = performance.now();
  for (const stage of stages) {
    add(sums, labelsOf(stage), { ...stage.read(now), stalls: stage.stalls, open: 1 });
  }
  return [...sums.values()];
}

/** The values of a metric, of `readings` if there are any already: `{ labels, value }`. */
function valuesOf({ read, ofBudget: readBudget }, readings) {
  if (readBudget) {
    const value = readBudget(Budget.default);
    return Number.isFinite(value) ? [{ labels: {}, value }] : [];
  }
  return (readings ?? readStages()).flatMap(({ labels, reading }) =>
    read(reading).map(([more, value]) => ({
      labels: { ...labels, ...more },
      // Differences of clocks, rounded.
      value: Math.max(0, value),
    })),
  );
}

function metrics() {
  const readings = readStages();
  return TABLE.map((metric) => {
    const { name, help, type, unit, labels } = metric;
    return { name, help, type, unit, labels: [...labels], values: valuesOf(metric, readings) };
  });
}

module.exports = { TABLE, enter, leave, metrics, valuesOf };
