'use strict';

const { bytes, count } = require('./format');

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** The bar ends above the high mark: a write() is accepted whole, so one chunk may stand above it. */
const SCALE = 1.75;
/** Rates are taken over this many frames, about a second. */
const FRAMES = 10;

/**
 * One line of the picture: one side of one stream, read from its pressure.
 * `counts` is false for a buffer that nobody calls write() on (the readable side of a codec).
 */
class Gauge {
  constructor(name, stream, { side = (pressure) => pressure, passed = 'bytesIn' } = {}) {
    this.name = name;
    this.stream = stream;
    this.side = side;
    this.passed = passed;
    this.samples = [{ at: performance.now(), passed: 0 }];
  }

  /** A snapshot, with the rate in bytes a millisecond over the last frames. */
  read() {
    const pressure = this.stream.pressure;
    const side = this.side(pressure);
    const now = { at: performance.now(), passed: pressure[this.passed] };
    this.samples.push(now);
    if (this.samples.length > FRAMES) this.samples.shift();
    const first = this.samples[0];
    const rate = (now.passed - first.passed) / Math.max(1, now.at - first.at);
    return { side, rate, counts: side === pressure ? pressure : null };
  }
}

/** Cells of a bar `width` wide: text and where it stands (below the low mark, between, above the high mark). */
function cells(side, shown, width) {
  const scale = side.highWaterMark * SCALE;
  const at = (n) => Math.min(width - 1, Math.floor((n / scale) * width));
  const [low, high] = [at(side.lowWaterMark), at(side.highWaterMark)];
  const eighths = Math.round(Math.min(1, shown / scale) * width * 8);
  const full = Math.floor(eighths / 8);
  const out = [];
  for (let i = 0; i < width; i += 1) {
    const zone = i < low ? 'low' : i < high ? 'middle' : 'high';
    if (i === low || i === high)
      out.push([i < full ? 'filledMark' : 'mark', i === low ? '┊' : '│']);
    else if (i < full) out.push([zone, '█']);
    else if (i === full && eighths % 8 > 0) out.push([zone, EIGHTHS[eighths % 8]]);
    else out.push(['empty', '·']);
  }
  if (shown > scale) out[width - 1] = ['high', '▶'];
  return out;
}

/** The columns beside the bar; the narrower the terminal, the fewer of them. */
const falseWrites = ({ counts }) => (counts ? count(counts.falseWrites) : '');
const drains = ({ counts }) => (counts ? count(counts.drains) : '');
const COLUMNS = [
  { head: 'MB/s', width: 7, from: 0, to: 999, text: ({ rate }) => (rate / 1000).toFixed(1) },
  { head: 'false', width: 10, from: 0, to: 99, text: falseWrites },
  { head: 'write()=false', width: 15, from: 100, to: 999, text: falseWrites },
  { head: 'drains', width: 10, from: 72, to: 999, text: drains },
];

function layout(columns) {
  const shown = COLUMNS.filter(({ from, to }) => columns >= from && columns <= to);
  const beside = 2 + 9 + 1 + 10 + shown.reduce((sum, column) => sum + column.width, 0);
  return { shown, bar: Math.max(8, Math.min(64, columns - beside - 1)) };
}

/** The line above the gauges. */
function heading(columns, final, paint) {
  const { shown, bar } = layout(columns);
  const marks = bar >= 30 ? 'buffer, with its marks ┊ low │ high' : '┊ low │ high';
  const cellsOfHead = shown.map((column) => column.head.padStart(column.width)).join('');
  const text = `  ${'stage'.padEnd(9)}${marks.slice(0, bar).padEnd(bar)} `;
  return paint('dim', `${text}${(final ? 'highest' : 'buffered').padStart(10)}${cellsOfHead}`);
}

/** One gauge as a line; `final` draws the highest fill instead of the present one. */
function line(gauge, columns, final, paint) {
  const { shown, bar } = layout(columns);
  const reading = gauge.read();
  const fill = final ? reading.side.peak : reading.side.buffered;
  const drawn = cells(reading.side, fill, bar).map(([zone, text]) => paint(zone, text));
  const figures = shown.map((column) => column.text(reading).padStart(column.width)).join('');
  return `  ${gauge.name.padEnd(9)}${drawn.join('')} ${bytes(fill).padStart(10)}${figures}`;
}

module.exports = { Gauge, heading, line };
