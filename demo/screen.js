'use strict';

const { heading, line } = require('./gauge');

const INTERVAL = 100;
/** On a narrower terminal lines would wrap, and going back by lines would miss. */
const NARROWEST = 56;
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

const STYLES = {
  bold: '1',
  dim: '2',
  empty: '2',
  low: '32',
  middle: '33',
  high: '31',
  mark: '1',
  filledMark: '7',
  good: '1;32',
  bad: '1;31',
};

/** Paints text when `out` is a terminal that wants colours. */
function painter(out) {
  const colours = out.isTTY && out.hasColors() && !process.env.NO_COLOR;
  return (style, text) => (colours ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text);
}

/** Whether lines on `out` can be drawn over. */
function canMove(out) {
  return Boolean(out.isTTY) && process.env.TERM !== 'dumb' && out.columns >= NARROWEST;
}

/**
 * Gauges drawn on a terminal and redrawn in their place, ten times a second. On anything else nothing is drawn, and
 * `plain` is printed once at the end.
 */
class Live {
  constructor(out, title, gauges, { progress, plain }) {
    Object.assign(this, { out, title, gauges, progress, plain });
    this.paint = painter(out);
    this.moving = canMove(out);
    this.height = 0;
    if (!this.moving) return;
    this.out.write(HIDE_CURSOR);
    this.draw(false);
    this.timer = setInterval(() => this.draw(false), INTERVAL);
  }

  draw(final) {
    const { columns } = this.out;
    const lines = [
      `${this.paint('bold', this.title)}  ${this.progress()}`,
      heading(columns, final, this.paint),
      ...this.gauges.map((gauge) => line(gauge, columns, final, this.paint)),
    ];
    const back = this.height > 0 ? `\x1b[${this.height}A\r` : '';
    this.out.write(`${back}${lines.map((text) => `\x1b[2K${text}\n`).join('')}`);
    this.height = lines.length;
  }

  /** Stops drawing. After a success the last picture shows how high each buffer stood at most. */
  end(success) {
    clearInterval(this.timer);
    if (!this.moving) {
      if (success) this.out.write(`${this.plain()}\n`);
      return;
    }
    if (success) this.draw(true);
    this.out.write(`${SHOW_CURSOR}\n`);
  }
}

/** Runs `work` while its gauges are drawn. `work` is called with a function that starts the picture. */
async function watch(out, work) {
  let live;
  let success = false;
  try {
    const result = await work((...args) => {
      live = new Live(out, ...args);
    });
    success = true;
    return result;
  } finally {
    live?.end(success);
  }
}

/** Runs `work` under a line that says what is being done; the line is gone afterwards. */
async function during(out, text, work) {
  const moving = canMove(out);
  if (moving) out.write(painter(out)('dim', `${text} …`));
  try {
    return await work();
  } finally {
    if (moving) out.write('\r\x1b[2K');
  }
}

module.exports = { during, SHOW_CURSOR, painter, watch };
