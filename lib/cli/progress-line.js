'use strict';

/** The line that shows how far a conversion is, and the one that sums it up: numbers in, text out. */

const { formatBytes } = require('../units.js');
const { columns, printable, truncate } = require('./terminal-text.js');

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const MIN_BAR = 8;
const MAX_BAR = 40;
const MAX_NAME = 24;

/** What gives way to the bar on a narrow terminal, in this order. */
const DISPENSABLE = ['name', 'ratio', 'rate', 'left', 'bytes'];

/**
 * @typedef {object} Progress
 * @property {string} name
 * @property {number} bytesIn bytes of the source consumed so far
 * @property {number} bytesOut bytes of the result so far
 * @property {number | undefined} total bytes of the source, when that is known
 * @property {number} rate bytes of the source a second
 * @property {boolean} [expands] whether the result is the larger side
 */

/** @returns {string} such as `0:07` or `1:02:03` */
function formatDuration(seconds) {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How many times smaller the compressed side is; empty as long as one side is. */
function formatRatio({ bytesIn, bytesOut, expands }) {
  if (bytesIn === 0 || bytesOut === 0) return '';
  const ratio = expands ? bytesOut / bytesIn : bytesIn / bytesOut;
  return `${ratio.toFixed(ratio < 100 ? 2 : 0)}×`;
}

/**
 * @param {number} fraction 0 to 1
 * @param {number} cells columns, each of which shows eight steps
 * @returns {string} exactly `cells` columns
 */
function bar(fraction, cells) {
  const eighths = Math.floor(Math.min(1, Math.max(0, fraction)) * cells * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return filled.padEnd(cells);
}

/**
 * @param {Progress} progress
 * @param {number} width columns of the terminal; the line stays below them, so that it never wraps
 * @returns {string} without control characters; empty where nothing fits
 */
function progressLine(progress, width) {
  const fields = progressFields(progress);
  const hasBar = fields.percent !== undefined;
  const frame = 4; // two edges, and the space between the bar and its neighbours
  const room = () => {
    const texts = Object.values(fields).filter(Boolean);
    return width - 1 - texts.reduce((sum, text) => sum + columns(text) + 2, -2);
  };
  for (const name of DISPENSABLE) {
    if (room() >= (hasBar ? MIN_BAR + frame : 0)) break;
    delete fields[name];
  }

  const { name, percent, ...rest } = fields;
  const cells = Math.min(MAX_BAR, room() - frame);
  const parts = [name, percent];
  if (hasBar && cells >= MIN_BAR) {
    parts.push(`▕${bar(progress.bytesIn / progress.total, cells)}▏`);
  }
  const line = [...parts, ...Object.values(rest)].filter(Boolean).join('  ');
  return columns(line) < width ? line : '';
}

/** Padded where digits come and go, so that the line stands still. */
function progressFields({ name, total, ...progress }) {
  const { bytesIn, rate } = progress;
  const known = total > 0;
  const done = formatBytes(bytesIn).padStart(8);
  return {
    name: truncate(printable(name), MAX_NAME),
    percent: known ? `${Math.floor(Math.min(1, bytesIn / total) * 100)} %`.padStart(5) : undefined,
    bytes: known ? `${done} / ${formatBytes(total)}` : done,
    rate: `${formatBytes(rate)}/s`.padStart(10),
    ratio: formatRatio(progress).padStart(6),
    left:
      known && rate > 0 ? `${formatDuration(Math.max(0, total - bytesIn) / rate)} left` : undefined,
  };
}

/**
 * @param {Progress} progress
 * @param {{ target: string, seconds: number }} result
 */
function summaryLine({ name, bytesIn, bytesOut, ...progress }, { target, seconds }) {
  const facts = [
    `${formatBytes(bytesIn)} → ${formatBytes(bytesOut)}`,
    formatRatio({ bytesIn, bytesOut, ...progress }),
    `${seconds.toFixed(1)} s`,
    seconds > 0 ? `${formatBytes(bytesIn / seconds)}/s` : '',
  ];
  return `${printable(name)} → ${printable(target)}: ${facts.filter(Boolean).join(', ')}`;
}

module.exports = { bar, formatDuration, progressLine, summaryLine };
