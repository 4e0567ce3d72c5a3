'use strict';

// The ratios of a run as one SVG: a bar a row, on a scale of powers of ten, and a mark where the wanted ratio is.

const ROW = 26;
const TOP = 64;
const LABELS = 560;
const WIDTH = 1100;
const RIGHT = 70;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .grid { stroke: #d0d7de; }
  .even { stroke: #57606a; stroke-width: 1.5; }
  .bar { fill: #2f81f7; }
  .wanted { stroke: #cf222e; stroke-width: 2; }
  .value { font-weight: 600; }
  .background { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .even { stroke: #9198a1; }
    .background { fill: #0d1117; }
  }`;

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Code marks of Markdown are of no use in a chart, and the other side of a row may have a name. */
function label({ work, other }) {
  const name = /^([^:]+): /.exec(other)?.[1];
  const text = name && !work.includes(name) ? `${work}, beside ${name}` : work;
  return text.replaceAll('`', '');
}

const wantedRatio = ({ wanted }) => Number(/^≥ ([\d.]+) ×/.exec(wanted)?.[1]);

/** `rows` are those of the table; those without a ratio of speeds are left out. */
function chart(rows) {
  const shown = rows.filter(({ times }) => times > 0);
  const values = shown.flatMap((row) => [row.times, wantedRatio(row) || 1]);
  const low = Math.floor(Math.log10(Math.min(0.5, ...values)));
  const high = Math.ceil(Math.log10(Math.max(10, ...values)));
  const x = (ratio) =>
    LABELS + ((Math.log10(ratio) - low) / (high - low)) * (WIDTH - RIGHT - LABELS);
  const height = TOP + shown.length * ROW + 40;
  const bottom = height - 30;

  const grid = [];
  for (let power = low; power <= high; power += 1) {
    const at = x(10 ** power).toFixed(1);
    const kind = power === 0 ? 'even' : 'grid';
    grid.push(
      `<line class="${kind}" x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}"/>`,
      `<text class="quiet" x="${at}" y="${bottom + 18}" text-anchor="middle">${10 ** power} ×</text>`,
    );
  }

  const bars = shown.flatMap((row, i) => {
    const y = TOP + i * ROW;
    const [from, to] = [x(1), x(row.times)].sort((a, b) => a - b);
    const wanted = wantedRatio(row);
    const mark = wanted ? x(wanted).toFixed(1) : undefined;
    return [
      `<text x="${LABELS - 12}" y="${y + 14}" text-anchor="end">${escape(label(row))}</text>`,
      `<rect class="bar" x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${ROW - 8}" rx="2"/>`,
      mark && `<line class="wanted" x1="${mark}" x2="${mark}" y1="${y - 3}" y2="${y + ROW - 5}"/>`,
      `<text class="value" x="${(to + 6).toFixed(1)}" y="${y + 14}">${escape(row.ratio)}</text>`,
    ].filter(Boolean);
  });

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>How many times as fast as Node's own streams, or as what is named</title>
<style>${STYLE}
</style>
<rect class="background" width="${WIDTH}" height="${height}"/>
<text class="title" x="16" y="28">How many times as fast</text>
<text class="quiet" x="16" y="46">as Node's own streams, or as what is named; the red mark is the ratio that is wanted</text>
${[...grid, ...bars].join('\n')}
</svg>
`;
}

module.exports = { chart };
