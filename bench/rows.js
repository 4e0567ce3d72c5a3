'use strict';

// Cells of the table: each function takes the results of both sides and gives some of a row's fields
// (sluice, other, ratio, wanted, times). Medians first, the spread (min–max) beside them.

const { summarize } = require('./statistics');

/** `12.3 unit (11.9–13.0)`, or a dash for a side that has not got it. */
function cell(results, field, unit, scale, digits) {
  if (results.length === 0) return '–';
  const { median, min, max } = summarize(results, field);
  const text = (n) =>
    (n * scale).toLocaleString('en-US', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const spread = text(min) === text(max) ? '' : ` (${text(min)}–${text(max)})`;
  return `${text(median)} ${unit}${spread}`;
}

function both(sluice, node, field, unit, scale, digits) {
  return {
    sluice: cell(sluice, field, unit, scale, digits),
    other: cell(node, field, unit, scale, digits),
  };
}

const verdict = (text, met) => (text ? { wanted: `${text}: ${met ? 'met' : '**missed**'}` } : {});

function perWrite(sluice, node) {
  return both(sluice, node, 'nanoseconds', 'ns a write', 1, 0);
}

/** `unit` is 'µs' or 'ms'. */
function perCall(sluice, node, unit) {
  return both(sluice, node, 'nanoseconds', unit, unit === 'ms' ? 1e-6 : 1e-3, 1);
}

/** MB/s out of milliseconds: the fastest round is the one with the least time. */
function speeds(sluice, node, bytes) {
  const inverted = (results) =>
    results.map(({ milliseconds }) => ({ speed: bytes / 1000 / milliseconds }));
  return both(inverted(sluice), inverted(node), 'speed', 'MB/s', 1, 0);
}

function timesFaster(sluice, node, field, wanted) {
  if (node.length === 0) return {};
  const ratio = summarize(node, field).median / summarize(sluice, field).median;
  return {
    ratio: `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`,
    times: ratio,
    ...verdict(wanted && `≥ ${wanted} ×`, ratio >= wanted),
  };
}

/** `unit` is 'MB' or 'kB'. */
function sizes(sluice, node, unit = 'MB') {
  return both(sluice, node, 'bytes', unit, unit === 'kB' ? 1e-3 : 1e-6, 2);
}

function noLarger(sluice, node, wanted) {
  if (node.length === 0) return {};
  const ratio = summarize(sluice, 'bytes').median / summarize(node, 'bytes').median;
  const percent = (ratio - 1) * 100;
  return {
    ratio: `${percent >= 0 ? '+' : ''}${percent.toFixed(2)} %`,
    ...verdict(wanted && `≤ +${wanted} %`, ratio <= 1 + wanted / 100),
  };
}

function growths(sluice, node) {
  return both(sluice, node, 'growth', 'MB', 1e-6, 1);
}

function perStream(sluice, node) {
  return both(sluice, node, 'growth', 'kB', 1e-3, 0);
}

/** How many times as much Sluice takes: less than 1 is better. */
function smaller(sluice, node, field, wanted) {
  if (node.length === 0) return {};
  const ratio = summarize(sluice, field).median / summarize(node, field).median;
  return {
    ratio: `${ratio.toFixed(2)} × of it`,
    ...verdict(wanted && `≤ ${wanted} × of it`, ratio <= wanted),
  };
}

/** Delays of the event loop, in nanoseconds; `wanted` is the most of ours in milliseconds. */
function delays(sluice, node, wanted) {
  const { median } = summarize(sluice, 'delay');
  return {
    ...both(sluice, node, 'delay', 'ms', 1e-6, 1),
    ...verdict(wanted && `≤ ${wanted} ms`, median <= wanted * 1e6),
  };
}

/** Shares of the time; `wanted` is the most of ours in per cent. */
function shares(sluice, node, field, wanted) {
  const { median } = summarize(sluice, field);
  return {
    ...both(sluice, node, field, '%', 100, 1),
    ...verdict(wanted && `≤ ${wanted} %`, median * 100 <= wanted),
  };
}

/** A row that is not beside Node's own streams, but beside what is called `name`. */
const versus = (name, row) => ({ ...row, other: `${name}: ${row.other}` });

function grewAtMost(sluice, node, wanted) {
  const { median } = summarize(sluice, 'growth');
  return {
    ...smaller(sluice, node, 'growth'),
    ...verdict(`≤ ${wanted} MB`, median <= wanted * 1e6),
  };
}

module.exports = {
  delays,
  grewAtMost,
  growths,
  noLarger,
  perCall,
  perStream,
  perWrite,
  shares,
  sizes,
  smaller,
  speeds,
  timesFaster,
  versus,
};
