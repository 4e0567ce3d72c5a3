'use strict';

// What metrics() tells, for OpenTelemetry.

const api = require('@opentelemetry/api');
const { invalidArgType } = require('./lib/errors');
const { TABLE, metrics } = require('./lib/observe/metrics');
const { version } = require('./package.json');

const UNITS = { seconds: 's', bytes: 'By', '': '1' };

/** By its conventions a name has neither the unit nor `total`; an exporter to Prometheus adds them. */
const nameOf = ({ name, unit }) => {
  const bare = name.replace(/_total$/, '');
  return (unit ? bare.slice(0, -unit.length - 1) : bare).replaceAll('_', '.');
};

function instrument(meter, metric) {
  const options = { description: metric.help, unit: UNITS[metric.unit] };
  return metric.type === 'counter'
    ? meter.createObservableCounter(nameOf(metric), options)
    : meter.createObservableGauge(nameOf(metric), options);
}

function registerMetrics(meter = api.metrics.getMeter('sluice', version)) {
  if (typeof meter?.addBatchObservableCallback !== 'function') {
    throw invalidArgType('meter', 'an instance of Meter', meter);
  }
  const instruments = TABLE.map((metric) => instrument(meter, metric));
  const observe = (result) => {
    metrics().forEach(({ values }, n) => {
      for (const { labels, value } of values) result.observe(instruments[n], value, labels);
    });
  };
  meter.addBatchObservableCallback(observe, instruments);
  return () => meter.removeBatchObservableCallback(observe, instruments);
}

module.exports = { registerMetrics };
