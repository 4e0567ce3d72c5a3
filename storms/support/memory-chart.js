'use strict';

// What a process held over time as one SVG: a line for each kind of memory.

const WIDTH = 1100;
const HEIGHT = 420;
const LEFT = 70;
const RIGHT = 20;
const TOP = 70;
const BOTTOM = 40;

const LINES = [
  ['rss', 'resident'],
  ['heapUsed', "V8's heap"],
  ['external', 'external'],
];

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .grid { stroke: #d0d7de; }
  .line { fill: none; stroke-width: 1.5; }
  .rss { stroke: #2f81f7; }
  .heapUsed { stroke: #cf222e; }
  .external { stroke: #8250df; }
  .background { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .background { fill: #0d1117; }
  }`;

/** A step of 1, 2 or 5 and zeros that makes at most `most` parts of `range`. */
function step(range, most) {
  const power = 10 ** Math.floor(Math.log10(range / most));
  return [1, 2, 5, 10].map((n) => n * power).find((size) => range / size <= most);
}

/** `samples` are { seconds, rss, heapUsed, external }, in bytes. */
function memoryChart(samples) {
  const seconds = samples.at(-1).seconds;
  const highest = Math.max(...samples.map(({ rss }) => rss)) / 1e6;
  const unit = step(highest, 6);
  const top = Math.ceil(highest / unit) * unit;
  const x = (time) => LEFT + (time / seconds) * (WIDTH - LEFT - RIGHT);
  const y = (megabytes) => HEIGHT - BOTTOM - (megabytes / top) * (HEIGHT - TOP - BOTTOM);
  const parts = [];
  for (let at = 0; at <= top; at += unit) {
    const level = y(at).toFixed(1);
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${level}" y2="${level}"/>`,
      `<text class="quiet" x="${LEFT - 8}" y="${level}" dy="4" text-anchor="end">${at} MB</text>`,
    );
  }
  const minutes = step(Math.max(1, seconds / 60), 10);
  for (let at = 0; at * 60 <= seconds; at += minutes) {
    parts.push(
      `<text class="quiet" x="${x(at * 60).toFixed(1)}" y="${HEIGHT - 16}" text-anchor="middle">${at} min</text>`,
    );
  }
  LINES.forEach(([name, label], n) => {
    const points = samples.map(
      (sample) => `${x(sample.seconds).toFixed(1)},${y(sample[name] / 1e6).toFixed(1)}`,
    );
    const at = LEFT + n * 130;
    parts.push(
      `<polyline class="line ${name}" points="${points.join(' ')}"/>`,
      `<line class="line ${name}" x1="${at}" x2="${at + 24}" y1="48" y2="48"/>`,
      `<text class="quiet" x="${at + 30}" y="52">${label}</text>`,
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>What a process holds while streams of all kinds come and go</title>
<style>${STYLE}
</style>
<rect class="background" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="16" y="28">What a process holds while streams of all kinds come and go</text>
${parts.join('\n')}
</svg>
`;
}

module.exports = { memoryChart };
