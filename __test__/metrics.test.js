'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { PassThrough, Readable, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { metrics: api } = require('@opentelemetry/api');
const {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} = require('@opentelemetry/sdk-metrics');
const { Registry, register } = require('prom-client');
const { Budget, createGzip, createSlowWritableStream, metrics, observe } = require('..');
const openTelemetry = require('../opentelemetry');
const prometheus = require('../prometheus');
const { lines } = require('./support/data');
const {
  closeAfterEach,
  destroyAfterEach,
  stuckWritable,
  thrown,
  track,
  wait,
} = require('./support/streams');

destroyAfterEach();

const keep = closeAfterEach();
const watch = (...streams) => keep(observe(...streams));
const unregister = [];
afterEach(() => {
  for (const undo of unregister.splice(0)) undo();
});

/** The value of a metric for a stage, the values of all reasons together. */
function valueOf(name, stage) {
  const { values } = metrics().find((metric) => metric.name === name);
  const own = values.filter(({ labels }) => labels.stage === stage);
  return own.length === 0 ? undefined : own.reduce((sum, { value }) => sum + value, 0);
}

const TIMES = ['busy', 'blocked', 'starved', 'waiting'].map(
  (part) => `sluice_stage_${part}_seconds_total`,
);

describe('metrics()', () => {
  test('is plain data, and its names are those of docs/pressure.md', () => {
    const all = metrics();
    expect(structuredClone(all)).toEqual(all);
    const doc = readFileSync(join(__dirname, '..', 'docs', 'pressure.md'), 'utf8');
    const rows = Array.from(
      doc.matchAll(/^\| `(sluice_\w+)` \| (\w+) \| (\w*) ?\|([^|]*)\|/gm),
      ([, name, type, unit, labels]) => ({ name, type, unit, labels: labels.match(/\w+/g) ?? [] }),
    );
    expect(rows).toEqual(all.map(({ name, type, unit, labels }) => ({ name, type, unit, labels })));
  });

  test('its names follow the conventions of Prometheus', () => {
    for (const { name, type, unit, help } of metrics()) {
      expect(name).toMatch(/^sluice_[a-z]+(_[a-z]+)*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (unit) expect(name.replace('_total', '').endsWith(`_${unit}`)).toBe(true);
      expect(help.length).toBeGreaterThan(10);
    }
  });

  test('has the seconds and bytes of the stages that are observed', async () => {
    const source = Readable.from([lines(20_000)]);
    const gzip = track(createGzip());
    const sink = track(createSlowWritableStream({ bytesPerSecond: 1e6 }));
    watch({ 'the source': source, 'the gzip': gzip, 'the sink': sink });
    await pipeline(source, gzip, sink);
    const bytes = gzip.pressure.bytesOut;
    expect(valueOf('sluice_stage_input_bytes_total', 'the gzip')).toBe(lines(20_000).length);
    expect(valueOf('sluice_stage_output_bytes_total', 'the gzip')).toBe(bytes);
    expect(valueOf('sluice_stage_input_bytes_total', 'the sink')).toBe(bytes);
    for (const stage of ['the source', 'the gzip', 'the sink']) {
      const observed = valueOf('sluice_stage_observed_seconds_total', stage);
      const parts = TIMES.reduce((sum, name) => sum + valueOf(name, stage), 0);
      expect(observed).toBeGreaterThan(0);
      expect(Math.abs(parts - observed)).toBeLessThan(0.001);
    }
    const [{ labels }] = metrics()[0].values.filter((value) => value.labels.stage === 'the sink');
    expect(labels).toEqual({ stage: 'the sink', kind: 'sink', type: 'SlowWritable' });
  });

  test('counts what is blocked by its reason', async () => {
    const stuck = stuckWritable();
    watch({ stuck });
    stuck.write(Buffer.alloc(1000));
    await wait(100);
    const { values } = metrics().find(({ name }) => name === 'sluice_stage_blocked_seconds_total');
    const own = values.filter(({ labels }) => labels.stage === 'stuck');
    expect(own.map(({ labels }) => labels.reason)).toEqual([
      'reader',
      'disk',
      'remote',
      'throttle',
      'budget',
    ]);
    const [{ value }] = own.filter(({ labels }) => labels.reason === 'remote');
    expect(value).toBeGreaterThan(0.05);
    expect(valueOf('sluice_stage_buffered_bytes', 'stuck')).toBe(1000);
  });

  test('adds up stages of one name, and keeps what those did that are gone', async () => {
    const open = () => valueOf('sluice_stage_open', 'pass');
    for (let n = 1; n <= 3; n += 1) {
      const pass = new PassThrough();
      const observation = watch({ pass });
      pass.resume().write(Buffer.alloc(100));
      await wait(5);
      expect(open()).toBe(1);
      const before = metrics();
      observation.close();
      pass.write(Buffer.alloc(100));
      expect(open()).toBe(0);
      expect(valueOf('sluice_stage_input_bytes_total', 'pass')).toBe(100 * n);
      const after = metrics();
      before.forEach(({ type, values }, m) => {
        if (type === 'gauge') return;
        expect(after[m].values).toHaveLength(values.length);
        values.forEach(({ value }, i) => {
          expect(after[m].values[i].value).toBeGreaterThanOrEqual(value);
        });
      });
    }
  });

  test('counts stalls', async () => {
    const stuck = stuckWritable({ highWaterMark: 10 });
    watch({ stalled: stuck }).stallAfter = 20;
    stuck.write(Buffer.alloc(100));
    while (valueOf('sluice_stage_stalls_total', 'stalled') === 0) await wait(5);
    expect(valueOf('sluice_stage_stalls_total', 'stalled')).toBe(1);
  });

  test('has the budget of the process, whose bound is there when it has one', () => {
    const budget = () =>
      Object.fromEntries(
        metrics()
          .filter(({ name }) => name.startsWith('sluice_budget_'))
          .map(({ name, values }) => [name, values[0]?.value]),
      );
    stuckWritable().write(Buffer.alloc(5000));
    expect(budget().sluice_budget_limit_bytes).toBeUndefined();
    expect(budget().sluice_budget_used_bytes).toBeGreaterThanOrEqual(5000);
    Budget.default.bytes = 2 ** 30;
    try {
      expect(budget().sluice_budget_limit_bytes).toBe(2 ** 30);
    } finally {
      Budget.default.bytes = Infinity;
    }
  });
});

describe('with prom-client', () => {
  test('a registry tells what metrics() does', async () => {
    const registry = new Registry();
    unregister.push(prometheus.registerMetrics(registry));
    const stuck = stuckWritable();
    watch({ upload: stuck });
    stuck.write(Buffer.alloc(700));
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await registry.metrics();
      const label = 'stage="upload",kind="sink",type="SlowWritable"';
      expect(text).toContain(`\nsluice_stage_input_bytes_total{${label}} 700\n`);
      expect(text).toContain(`\nsluice_stage_buffered_bytes{${label}} 700\n`);
      expect(text).toMatch(/\nsluice_stage_blocked_seconds_total\{[^}]*reason="remote"\} 0?\.?\d+/);
      expect(text).toContain('# TYPE sluice_stage_busy_seconds_total counter\n');
      expect(text).toContain('# TYPE sluice_budget_used_bytes gauge\n');
      expect(text).not.toMatch(/^sluice_budget_limit_bytes/m);
    }
    const shown = (await registry.getMetricsAsJSON()).map(({ name, type }) => ({ name, type }));
    expect(shown).toEqual(metrics().map(({ name, type }) => ({ name, type })));
  });

  test("prom-client's own registry is the default, until the metrics are removed", async () => {
    const undo = prometheus.registerMetrics();
    expect(register.getSingleMetric('sluice_stage_open')).toBeDefined();
    expect(thrown(() => prometheus.registerMetrics())).toBeDefined();
    undo();
    expect(await register.metrics()).not.toContain('sluice');
  });

  test.each([5, null, {}, 'registry'])('%p is no registry', (registry) => {
    const error = thrown(() => prometheus.registerMetrics(registry));
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });
});

describe('with OpenTelemetry', () => {
  let provider;
  let exporter;
  beforeEach(() => {
    exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6 });
    provider = new MeterProvider({ readers: [reader] });
  });
  afterEach(() => provider.shutdown());

  /** What the SDK exports: name to metric. */
  async function exported() {
    exporter.reset();
    await provider.forceFlush();
    const [{ scopeMetrics }] = exporter.getMetrics();
    const all = scopeMetrics.flatMap(({ metrics: list }) => list);
    return new Map(all.map((metric) => [metric.descriptor.name, metric]));
  }

  test('a meter observes what metrics() tells', async () => {
    unregister.push(openTelemetry.registerMetrics(provider.getMeter('test')));
    const sink = new Writable({ write() {}, highWaterMark: 10 });
    watch({ 'of node': sink });
    sink.write(Buffer.alloc(70));
    await wait(50);
    const all = await exported();
    const point = (name) =>
      all.get(name).dataPoints.find(({ attributes }) => attributes.stage === 'of node');
    expect(point('sluice.stage.input').value).toBe(70);
    expect(point('sluice.stage.input').attributes).toEqual({
      stage: 'of node',
      kind: 'sink',
      type: 'Writable',
    });
    const blocked = all
      .get('sluice.stage.blocked')
      .dataPoints.filter(({ attributes }) => attributes.stage === 'of node');
    const { remote } = Object.fromEntries(
      blocked.map(({ attributes: { reason }, value }) => [reason, value]),
    );
    expect(remote).toBeGreaterThan(0.02);
    expect(all.get('sluice.stage.blocked')).toMatchObject({
      descriptor: { unit: 's' },
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
    });
    expect(all.get('sluice.stage.buffered')).toMatchObject({
      descriptor: { unit: 'By' },
      dataPointType: DataPointType.GAUGE,
    });
    expect(all.get('sluice.budget.used').dataPoints).toHaveLength(1);
  });

  test('the global provider is the default, until it is ended', async () => {
    api.setGlobalMeterProvider(provider);
    try {
      const undo = openTelemetry.registerMetrics();
      const used = async () => (await exported()).get('sluice.budget.used').dataPoints[0].value;
      const hoard = () => stuckWritable().write(Buffer.alloc(5000));
      const first = await used();
      hoard();
      const second = await used();
      expect(second).toBeGreaterThanOrEqual(first + 5000);
      undo();
      hoard();
      // The SDK repeats what it was told last.
      expect(await used()).toBe(second);
    } finally {
      api.disable();
    }
  });

  test.each([5, null, {}, 'meter'])('%p is no meter', (meter) => {
    const error = thrown(() => openTelemetry.registerMetrics(meter));
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });
});
