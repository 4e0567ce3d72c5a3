'use strict';

/** The middle of some numbers; of an even count, the mean of the two in the middle. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median and spread of one field of several results. */
function summarize(results, field) {
  const values = results.map((result) => result[field]);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

module.exports = { median, summarize };
