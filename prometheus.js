'use strict';

// What metrics() tells, for prom-client.

const { Counter, Gauge, register } = require('prom-client');
const { invalidArgType } = require('./lib/errors');
const { TABLE, valuesOf } = require('./lib/observe/metrics');

/** Fills a metric of prom-client's when it is collected. */
function fill(target, metric) {
  target.reset();
  // One without labels stands at 0 then.
  if (metric.labels.length === 0) target.remove();
  for (const { labels, value } of valuesOf(metric)) {
    if (metric.type === 'counter') target.inc(labels, value);
    else target.set(labels, value);
  }
}

function registerMetrics(registry = register) {
  if (typeof registry?.registerMetric !== 'function') {
    throw invalidArgType('registry', 'an instance of Registry', registry);
  }
  for (const metric of TABLE) {
    const { name, help, labels, type } = metric;
    const Class = type === 'counter' ? Counter : Gauge;
    new Class({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        fill(this, metric);
      },
    });
  }
  return () => {
    for (const { name } of TABLE) registry.removeSingleMetric(name);
  };
}

module.exports = { registerMetrics };
