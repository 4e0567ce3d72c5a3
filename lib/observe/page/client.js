// The script of the page: draws the charts, and keeps a live page up to date. Runs in a browser, where uPlot and the
// functions of units.js stand before it.

/** How often a live page asks; milliseconds. */
const INTERVAL = 1000;
/** Lines that are drawn at first; who wants others picks them. */
const LINES = 8;

const CHARTS = [
  { title: 'Bytes that come in, a second', key: 'bytesIn', isRate: true, without: 'source' },
  { title: 'Bytes that go out, a second', key: 'bytesOut', isRate: true, without: 'sink' },
  { title: 'Bytes that are buffered', key: 'buffered', isRate: false },
];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

const dark = matchMedia('(prefers-color-scheme: dark)');
/** Okabe and Ito's colours, made darker or lighter where a line would be too faint. */
const palette = () =>
  dark.matches
    ? ['#56b4e9', '#e69f00', '#1fc592', '#e79ac6', '#f0e442', '#ff7f50', '#b39ddb']
    : ['#0072b2', '#d55e00', '#007a5a', '#b0528a', '#8a6d00', '#3d7fd0', '#6a3d9a'];

const element = document.getElementById('data');
const isLive = 'live' in element.dataset;
let data = JSON.parse(element.textContent);
const shown = chooseLines();
let plots = [];

/** Colour and dashes of the line of a stage. */
function lineOf(n) {
  const colours = palette();
  const dash = DASHES[Math.floor(n / colours.length) % DASHES.length];
  return { stroke: colours[n % colours.length], dash };
}

/** Which stages have a line at first: all, or those that buffer most, and the one that holds the rest. */
function chooseLines() {
  const { stages, verdict, history } = data;
  const weight = (n) =>
    stages[n].name === verdict.stage ? Infinity : Math.max(0, ...history.stages[n].buffered);
  const order = stages.map((_, n) => n).sort((a, b) => weight(b) - weight(a) || a - b);
  return new Set(order.slice(0, LINES));
}

/** For an axis, where most numbers are round. */
const short = (text) => text.replace('.0 ', ' ');

/** From bytes since the beginning to bytes a second, between each point and the one before. */
function ratesOf(bytes, times) {
  const rates = bytes.map((sum, n) =>
    n === 0 ? 0 : (1000 * (sum - bytes[n - 1])) / Math.max(times[n] - times[n - 1], 0.1),
  );
  rates[0] = rates[1];
  return rates;
}

const indexesFor = ({ without }) =>
  data.stages.flatMap(({ kind }, n) => (kind === without ? [] : [n]));

function columnsFor(chart) {
  const { times, stages } = data.history;
  const lines = indexesFor(chart).map((n) => {
    const values = stages[n][chart.key];
    return chart.isRate ? ratesOf(values, times) : values;
  });
  return [times.map((at) => at / 1000), ...lines];
}

function make(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A line as it is drawn, beside its name. */
function sample({ stroke, dash }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  const attributes = { x1: 0, y1: 6, x2: 28, y2: 6, stroke, 'stroke-width': 3 };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, value);
  if (dash.length > 0) line.setAttribute('stroke-dasharray', dash.join(' '));
  for (const [name, value] of Object.entries({ width: 28, height: 12 }))
    svg.setAttribute(name, value);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(line);
  return svg;
}

/** Which lines are drawn, for all charts at once. */
function legend() {
  const items = data.stages.map(({ name }, n) => {
    const box = make('input', { type: 'checkbox', checked: shown.has(n) });
    box.addEventListener('change', () => {
      if (box.checked) shown.add(n);
      else shown.delete(n);
      for (const { plot, indexes } of plots) {
        const series = indexes.indexOf(n);
        if (series >= 0) plot.setSeries(series + 1, { show: box.checked });
      }
    });
    return make('label', {}, box, sample(lineOf(n)), make('bdi', { textContent: name }));
  });
  const title = make('legend', { textContent: 'Lines' });
  return make('fieldset', { className: 'lines' }, title, ...items);
}

/** What the lines are worth where the pointer is. */
function readOut(plot, indexes, { isRate }) {
  const { idx } = plot.cursor;
  if (idx == null) return '';
  const texts = indexes.flatMap((n, series) => {
    if (!shown.has(n)) return [];
    return `${data.stages[n].name} ${formatBytes(plot.data[series + 1][idx])}${isRate ? '/s' : ''}`;
  });
  return `at ${formatTime(1000 * plot.data[0][idx])}: ${texts.join(', ')}`;
}

/** The place of a chart in the page. */
function figureFor(chart) {
  const place = make('div', { className: 'chart' });
  const values = make('p', { className: 'values' });
  const title = make('figcaption', { textContent: chart.title });
  return { chart, place, values, figure: make('figure', {}, title, place, values) };
}

function draw({ chart, place, values }) {
  const indexes = indexesFor(chart);
  const style = getComputedStyle(document.documentElement);
  const [stroke, faint] = ['--ink', '--line'].map((name) => style.getPropertyValue(name));
  const font = '12px system-ui, sans-serif';
  const axis = {
    stroke,
    font,
    grid: { stroke: faint, width: 1 },
    ticks: { stroke: faint, width: 1 },
  };
  const paths = chart.isRate ? uPlot.paths.stepped({ align: -1 }) : uPlot.paths.linear();
  const options = {
    width: place.clientWidth,
    height: 220,
    legend: { show: false },
    cursor: { y: false, sync: { key: 'pressure' } },
    scales: {
      x: { time: false },
      y: { range: (plot, low, high) => [0, high > 0 ? 1.05 * high : 1000] },
    },
    axes: [
      {
        ...axis,
        space: 70,
        size: 30,
        values: (plot, marks) => marks.map((at) => short(formatTime(1000 * at))),
      },
      {
        ...axis,
        size: 76,
        values: (plot, marks) => marks.map((bytes) => short(formatBytes(bytes))),
      },
    ],
    series: [
      {},
      ...indexes.map((n) => {
        const { name } = data.stages[n];
        return {
          label: name,
          width: 2,
          ...lineOf(n),
          paths,
          points: { show: false },
          show: shown.has(n),
        };
      }),
    ],
    hooks: { setCursor: [(plot) => (values.textContent = readOut(plot, indexes, chart))] },
  };
  const plot = new uPlot(options, columnsFor(chart), place);
  place.setAttribute('role', 'img');
  place.setAttribute('aria-label', `${chart.title}, over time; the figures are beside the stages`);
  return { chart, plot, indexes, place };
}

/** All charts anew: at first, and for other colours. */
function drawAll() {
  for (const { plot } of plots) plot.destroy();
  plots = [];
  const root = document.getElementById('charts');
  if (data.history.times.length < 2) {
    root.replaceChildren(make('p', { textContent: 'Nothing to draw yet.' }));
    return;
  }
  const charts = CHARTS.filter((chart) => indexesFor(chart).length > 0).map(figureFor);
  // All of them take their places before one of them is drawn: so it is as wide as it will be.
  const grid = make('div', { id: 'plots' }, ...charts.map(({ figure }) => figure));
  root.replaceChildren(legend(), grid);
  plots = charts.map(draw);
}

function resize() {
  for (const { plot, place } of plots) plot.setSize({ width: place.clientWidth, height: 220 });
}

/** Takes over what the server says. */
function update(fresh) {
  data = fresh.data;
  document.getElementById('picture').innerHTML = fresh.picture;
  document.title = `${data.title}: ${data.verdict.text}`;
  if (plots.length === 0) drawAll();
  else for (const { chart, plot } of plots) plot.setData(columnsFor(chart));
}

/** Asks until it is over. */
async function follow() {
  const lost = document.getElementById('lost');
  try {
    const response = await fetch('state', { signal: AbortSignal.timeout(10 * INTERVAL) });
    if (!response.ok) throw new Error(response.statusText);
    update(await response.json());
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  if (!data.over) setTimeout(follow, INTERVAL);
}

drawAll();
addEventListener('resize', resize);
dark.addEventListener('change', drawAll);
if (isLive && !data.over) setTimeout(follow, INTERVAL);
