'use strict';

const os = require('node:os');
const { version } = require('../package.json');

const COLUMNS = [
  ['Work', 'work'],
  ['Sluice', 'sluice'],
  ['Node, or what is named', 'other'],
  ['Ratio', 'ratio'],
  ['Wanted', 'wanted'],
];

/** What the figures were measured on, as one paragraph. */
function machine() {
  const cpus = os.cpus();
  const memory = `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const { node, zlib } = process.versions;
  return [
    `${cpus[0].model.trim()}, ${cpus.length} cores, ${memory} of memory;`,
    `${os.type()} ${os.release()} ${os.arch()};`,
    `Node ${node} with zlib ${zlib}; Sluice ${version}.`,
  ].join(' ');
}

/** The rows as one Markdown table, padded so that it reads as plain text, too. */
function table(rows) {
  const lines = [COLUMNS.map(([head]) => head), ...rows.map(cells)];
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const text = (line) => `| ${line.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [text(lines[0]), rule, ...lines.slice(1).map(text)].join('\n');
}

function cells(row) {
  return COLUMNS.map(([, field]) => row[field] ?? '');
}

function page({ rows, rounds, file, source }) {
  return `# Benchmark

Sluice beside Node's own streams, measured in one run by \`npm run bench\`. Each measurement is a process of its own; the
two sides take turns. Figures are medians of ${rounds} rounds (3 at most for the slow client, 1 for the bombs), with the smallest and
the largest in brackets. Every output was checked after the clock had stopped. "The file" is \`${file}\`, ${(source.bytes / 1e6).toFixed(1)} MB. The
one-shot functions go through pieces of the Node executable and, as many, of JavaScript sources; times are those of one call.

${machine()}

${table(rows)}
`;
}

module.exports = { page };
