'use strict';

// Cells of the table: each function takes the results of both sides and gives some of a row's fields
// (sluice, node, ratio, wanted). Medians first, the spread (min–max) beside them.

const { summarize } = require('./statistics');

/** `12.3 unit (11.9–13.0)` */
function cell({ median, min, max }, unit, scale, digits) {
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
    sluice: cell(summarize(sluice, field), unit, scale, digits),
    node: cell(summarize(node, field), unit, scale, digits),
  };
}

const verdict = (text, met) => (text ? { wanted: `${text}: ${met ? 'met' : '**missed**'}` } : {});

function perWrite(sluice, node) {
  return both(sluice, node, 'nanoseconds', 'ns a write', 1, 0);
}

/** MB/s out of milliseconds: the fastest round is the one with the least time. */
function speeds(sluice, node, bytes) {
  const inverted = (results) =>
    results.map(({ milliseconds }) => ({ speed: bytes / 1000 / milliseconds }));
  return both(inverted(sluice), inverted(node), 'speed', 'MB/s', 1, 0);
}

function timesFaster(sluice, node, field, wanted) {
  const ratio = summarize(node, field).median / summarize(sluice, field).median;
  return {
    ratio: `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`,
    ...verdict(wanted && `≥ ${wanted} ×`, ratio >= wanted),
  };
}

function sizes(sluice, node) {
  return both(sluice, node, 'bytes', 'MB', 1e-6, 2);
}

function noLarger(sluice, node, wanted) {
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
function smaller(sluice, node, field) {
  const ratio = summarize(sluice, field).median / summarize(node, field).median;
  return { ratio: `${ratio.toFixed(2)} × of it` };
}

function grewAtMost(sluice, node, wanted) {
  const { median } = summarize(sluice, 'growth');
  return {
    ...smaller(sluice, node, 'growth'),
    ...verdict(`≤ ${wanted} MB`, median <= wanted * 1e6),
  };
}

module.exports = {
  grewAtMost,
  growths,
  noLarger,
  perStream,
  perWrite,
  sizes,
  smaller,
  speeds,
  timesFaster,
};
