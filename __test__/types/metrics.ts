// Metrics, and what hands them on.

import { metrics as api } from '@opentelemetry/api';
import { Registry } from 'prom-client';
import { type Metric, metrics } from 'sluice';
import * as openTelemetry from 'sluice/opentelemetry';
import { registerMetrics } from 'sluice/prometheus';

const all: Metric[] = metrics();
for (const { name, unit, values } of all) {
  for (const { labels, value } of values) console.log(name, unit, labels.stage, value.toFixed());
}

const undo: () => void = registerMetrics();
undo();
registerMetrics(new Registry())();
openTelemetry.registerMetrics()();
openTelemetry.registerMetrics(api.getMeter('mine'))();
// @ts-expect-error: a meter is none
registerMetrics(api.getMeter('mine'));
