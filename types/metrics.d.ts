/** One value of a metric. */
export interface MetricValue {
  /** Of a stage its name as `stage`, `kind` and class as `type`, and in one metric the `reason`. */
  labels: Record<string, string>;
  value: number;
}

/** A metric, with the values of this moment. */
export interface Metric {
  /** By the conventions of Prometheus. */
  name: string;
  help: string;
  /** A counter never falls. */
  type: 'counter' | 'gauge';
  /** What the values count; `''` for a number of things. */
  unit: 'seconds' | 'bytes' | '';
  /** The names of the labels of its values. */
  labels: string[];
  values: MetricValue[];
}

/**
 * What is and was observed ({@link observe}), and `Budget.default`, as metrics: plain data that does not change afterwards.
 * Stages of the same name, kind and class are added up, and counters keep what stages did that are observed no longer; so
 * there are as many values as different names. docs/pressure.md has the table. `sluice/prometheus` and
 * `sluice/opentelemetry` hand it on.
 */
export function metrics(): Metric[];
