'use strict';

// Who feeds whom among the stages of an observation. What is piped is known from the streams; where nothing is known of
// either, a stage is taken to feed the one that is named after it.

/** How many streams that are not observed may lie between two that are. */
const HOPS = 16;

/** Whether what goes into `from` comes to `to`. Streams may be piped in circles. */
function leads(edges, from, to, seen = new Set()) {
  if (from === to) return true;
  seen.add(from);
  return edges.some(
    ([start, end]) => start === from && !seen.has(end) && leads(edges, end, to, seen),
  );
}

class Graph {
  #stages;
  /** Edges seen so far, as `from` → `to`: they are gone from the streams when those have ended. */
  #edges = new Map();
  #undo = [];

  constructor(stages) {
    this.#stages = stages;
    for (const stage of stages) {
      const note = (source) => this.#noteSource(source, stage);
      stage.stream.on('pipe', note);
      this.#undo.push(() => stage.stream.removeListener('pipe', note));
    }
    this.look();
  }

  /** Looks for what is piped now. */
  look() {
    for (const stage of this.#stages) this.#follow(stage, stage.stream, HOPS);
  }

  /** Pairs of stages. */
  edges() {
    const known = [...this.#edges.values()];
    const isLast = (stage) => known.every(([from]) => from !== stage);
    const isFirst = (stage) => known.every(([, to]) => to !== stage);
    const edges = [...known];
    for (let n = 1; n < this.#stages.length; n += 1) {
      const [from, to] = [this.#stages[n - 1], this.#stages[n]];
      const fits = from.kind !== 'sink' && to.kind !== 'source';
      if (fits && isLast(from) && isFirst(to) && !leads(edges, to, from)) edges.push([from, to]);
    }
    return edges;
  }

  release() {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  #noteSource(source, to) {
    const from = this.#stages.find(({ stream }) => stream === source);
    if (from) this.#add(from, to);
  }

  #follow(from, stream, hops) {
    for (const target of stream._readableState?.pipes ?? []) {
      const to = this.#stages.find((stage) => stage.stream === target);
      if (to) this.#add(from, to);
      else if (hops > 0) this.#follow(from, target, hops - 1);
    }
  }

  #add(from, to) {
    this.#edges.set(`${this.#stages.indexOf(from)} ${this.#stages.indexOf(to)}`, [from, to]);
  }
}

module.exports = { Graph };
