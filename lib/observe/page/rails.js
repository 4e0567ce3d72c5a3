'use strict';

// The graph of the stages as rails beside a list of them, as version control draws branches: a stage is a row, those that
// feed it stand above it, and each stage that feeds others has a lane of its own down to the last of them. So it is drawn
// without knowing how high a row will be, and is as wide as there are lanes, not as there are stages.

/** Pixels: the first lane's middle, between lanes, at most for all; where in its row a stage is. */
const MARGIN = 14;
const GAP = 20;
const WIDEST = 120;
const NODE = 30;
const RADIUS = 7;

/**
 * Stages in an order in which they come behind those that feed them, branch after branch. In a circle the first one given
 * comes first; what leads back to it is in no row above it.
 */
function inOrder(names, edges) {
  const rest = new Set(names);
  const order = [];
  const isFed = (name) => edges.some(([from, to]) => to === name && from !== to && rest.has(from));
  const take = (name) => {
    rest.delete(name);
    order.push(name);
    for (const [from, to] of edges) if (from === name && rest.has(to) && !isFed(to)) take(to);
  };
  while (rest.size > 0) {
    const left = [...rest];
    take(left.find((name) => !isFed(name)) ?? left[0]);
  }
  return order;
}

/** The lanes beside each row: `{ name, lane, into, through, isFed, feeds }`, where `into` and `through` are lanes. */
function layOut(names, edges) {
  const order = inOrder(names, edges);
  const rowOf = new Map(order.map((name, row) => [name, row]));
  const down = edges.filter(([from, to]) => rowOf.get(from) < rowOf.get(to));
  /** Whose each lane is, and down to which row. */
  const lanes = [];
  return order.map((name, row) => {
    const sources = new Set(down.filter(([, to]) => to === name).map(([from]) => from));
    const taken = lanes.flatMap((lane, n) => (lane ? [n] : []));
    const into = taken.filter((n) => sources.has(lanes[n].name));
    const through = taken.filter((n) => lanes[n].last > row);
    for (const n of taken) if (lanes[n].last <= row) lanes[n] = undefined;
    const ended = into.find((n) => !lanes[n]);
    const free = lanes.findIndex((lane) => !lane);
    const lane = ended ?? (free < 0 ? lanes.length : free);
    const last = Math.max(...down.filter(([from]) => from === name).map(([, to]) => rowOf.get(to)));
    const feeds = last > row;
    lanes[lane] = feeds ? { name, last } : undefined;
    return { name, lane, into, through, feeds };
  });
}

/**
 * The rails of all rows, by the stages' names, and their order.
 * @param {(name: string) => string} classOf what the dot of a stage is
 */
function drawRails(names, edges, classOf) {
  const rows = layOut(names, edges);
  const count = 1 + Math.max(...rows.flatMap(({ lane, through }) => [lane, ...through]));
  const gap = Math.min(GAP, (WIDEST - 2 * MARGIN) / Math.max(1, count - 1));
  const width = Math.round(2 * MARGIN + gap * (count - 1));
  const at = (lane) => Math.round(10 * (MARGIN + gap * lane)) / 10;
  return rows.map(({ name, lane, into, through, feeds }) => {
    const x = at(lane);
    const tip = NODE - RADIUS - 2;
    const lines = [
      ...through.map((n) => `<line x1="${at(n)}" y1="0" x2="${at(n)}" y2="100%"/>`),
      ...into.map((n) => `<path d="M${at(n)} 0C${at(n)} ${tip / 2} ${x} 2 ${x} ${tip}"/>`),
      feeds ? `<line x1="${x}" y1="${NODE}" x2="${x}" y2="100%"/>` : '',
      into.length > 0
        ? `<path class="tip" d="M${x - 4.5} ${tip - 7}L${x + 4.5} ${tip - 7}L${x} ${tip}z"/>`
        : '',
      `<circle class="${classOf(name)}" cx="${x}" cy="${NODE}" r="${RADIUS}"/>`,
    ];
    return {
      name,
      svg: `<svg class="rail" width="${width}" aria-hidden="true">${lines.join('')}</svg>`,
    };
  });
}

module.exports = { drawRails, inOrder, layOut };
