'use strict';

// Numbers and tables as text. Pure functions: nothing here knows of streams or of a terminal.

const { formatBytes } = require('../lib/units');

/** Bytes in so many milliseconds, as MB/s. */
function rate(n, milliseconds) {
  if (n === 0 || milliseconds <= 0) return '-';
  const megabytes = n / 1000 / milliseconds;
  return `${megabytes.toFixed(megabytes < 10 ? 2 : megabytes < 100 ? 1 : 0)} MB/s`;
}

function count(n) {
  return n.toLocaleString('en-US');
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10000 ? 2 : 1)} s`;
}

/** A name short enough for a line: the end of a path is the part that tells. */
function shorten(text, width) {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

/**
 * Rows of strings as aligned lines: the first column to the left, the others to the right.
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [line(head), widths.map((width) => '─'.repeat(width)).join('──'), ...rows.map(line)];
}

module.exports = { bytes: formatBytes, count, rate, seconds, shorten, table };
