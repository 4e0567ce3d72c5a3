'use strict';

const { bytes, count, rate, seconds, table } = require('./format');

const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`;
const percent = (ratio) => `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(2)} %`;

/** What every stage did: one column each. */
function stages({ compressed, sent, decoded }) {
  const columns = [
    ['gzip', compressed.gzip, compressed.milliseconds],
    ['file', compressed.file, compressed.milliseconds],
    ['slow', sent.slow, sent.milliseconds],
    ['gunzip', decoded.gunzip, decoded.milliseconds],
  ].map(([name, stream, milliseconds]) => ({ name, milliseconds, ...stream.pressure }));
  const row = (label, text) => [label, ...columns.map(text)];
  return table(
    ['', ...columns.map(({ name }) => name)],
    [
      row('bytes in', ({ bytesIn }) => bytes(bytesIn)),
      row('bytes out', ({ bytesOut }) => bytes(bytesOut)),
      row('time', ({ milliseconds }) => seconds(milliseconds)),
      row('write() false', ({ falseWrites }) => count(falseWrites)),
      row('drains', ({ drains }) => count(drains)),
      row('highest fill', ({ peak }) => bytes(peak)),
      row('high mark', ({ highWaterMark }) => bytes(highWaterMark)),
    ],
  );
}

/** Why the highest fill may stand above the mark. */
const NOTE = 'A write() is accepted whole: one chunk may pass the mark.';

/** Sluice beside node:zlib: the same file, the same shape of pipeline, the same run. */
function comparison({ size, compressed, decoded, nodeCompressed, nodeDecoded, growth }) {
  const speeds = (label, sluice, node) => [
    label,
    rate(size, sluice.milliseconds),
    rate(size, node.milliseconds),
    times(node.milliseconds / sluice.milliseconds),
  ];
  return table(
    ['', 'Sluice', 'node:zlib', ''],
    [
      speeds('gzip to a file', compressed, nodeCompressed),
      speeds('gunzip, hashed', decoded, nodeDecoded),
      [
        'size of the gzip',
        bytes(compressed.bytes),
        bytes(nodeCompressed.bytes),
        percent(compressed.bytes / nodeCompressed.bytes),
      ],
      ['memory grew by', bytes(growth), '', ''],
    ],
  );
}

/** Whether each decoder gave back the source. */
function roundTrip({ sha256, decoded, nodeDecoded }) {
  return [
    ['Sluice', decoded],
    ['node:zlib', nodeDecoded],
  ].map(([by, { sha256: found }]) => ({
    same: found === sha256,
    text:
      found === sha256
        ? `✓ decoded by ${by}: the SHA-256 of the source`
        : `✗ decoded by ${by}: ${found}, but the source is ${sha256}`,
  }));
}

module.exports = { NOTE, comparison, roundTrip, stages };
