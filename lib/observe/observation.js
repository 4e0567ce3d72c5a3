'use strict';

// An observation: the stages, what they did over the last seconds and in all, and the verdict.

const { performance } = require('node:perf_hooks');
const { publishDrain, publishStall } = require('./channels');
const { Graph } = require('./graph');
const { History } = require('./history');
const { unwatchLoop, watchLoop } = require('./loop');
const { enter, leave } = require('./metrics');
const { Stage, sharesBetween } = require('./stage');
const { BLOCKED } = require('./stopwatch');
const { pageData } = require('./page/data');
const { judge, nothingYet } = require('./verdict');
const { invalidArgType, outOfRange } = require('../errors');

/** What "the last seconds" are, and how often they are sampled; milliseconds. */
const WINDOW = 5000;
const SAMPLE = 100;
/** What a page is called. */
const TITLE = 'Pressure';

/** Streams that are observed; each by one observation at a time. */
const observed = new WeakSet();
const open = new Set();

/** Shares as they are shown. */
function show(shares) {
  const blockedBy = Object.fromEntries(BLOCKED.map((reason) => [reason, shares[reason]]));
  const blocked = BLOCKED.reduce((sum, reason) => sum + shares[reason], 0);
  const { busy, starved, waiting } = shares;
  return { busy, blocked, starved, waiting, blockedBy };
}

class Observation {
  #stages;
  #graph;
  #samples = [];
  #history;
  #end;
  #endedAt;
  #stallAfter = 1000;
  #listener = (now) => this.#look(now);

  constructor(entries) {
    const now = performance.now();
    this.#stages = entries.map(([name, stream]) => new Stage(name, stream, now));
    this.#graph = new Graph(this.#stages);
    for (const stage of this.#stages) {
      observed.add(stage.stream);
      enter(stage);
    }
    this.#history = new History(this.#stages.length);
    this.#samples.push(this.#sample(now));
    this.#remember(this.#samples[0]);
    watchLoop(this.#listener);
    open.add(this);
  }

  get stallAfter() {
    return this.#stallAfter;
  }

  set stallAfter(value) {
    if (typeof value !== 'number') throw invalidArgType('stallAfter', 'of type number', value);
    if (!(value > 0)) throw outOfRange('stallAfter', '> 0', value);
    this.#stallAfter = value;
  }

  get closed() {
    return this.#end !== undefined;
  }

  snapshot() {
    return this.#snapshotAt(this.#sampleAt());
  }

  verdict() {
    return this.#verdictAt(this.#sampleAt());
  }

  async report(path, { title = TITLE } = {}) {
    const { renderDocument, writePage } = require('./page');
    checkTitle(title);
    await writePage(path, renderDocument(this.#page(title), { isLive: false }));
  }

  async serve({ port = 0, host = '127.0.0.1', title = TITLE } = {}) {
    const { servePage } = require('./page');
    checkTitle(title);
    return servePage(() => this.#page(title), { port, host });
  }

  close() {
    if (this.closed) return;
    this.#graph.look();
    this.#end = this.#sample(performance.now());
    this.#endedAt = new Date();
    this.#remember(this.#end);
    unwatchLoop(this.#listener);
    open.delete(this);
    this.#graph.release();
    for (const stage of this.#stages) {
      observed.delete(stage.stream);
      leave(stage);
      stage.release();
    }
  }

  #snapshotAt(now) {
    const [total, recent] = [this.#samples[0], this.#windowBefore(now)];
    const span = (now.at - recent.at) / 1000;
    const stages = this.#stages.map((stage, n) => {
      const [first, before, after] = [total.stages[n], recent.stages[n], now.stages[n]];
      const rate = (key) => (span > 0 ? (after[key] - before[key]) / span : 0);
      return {
        name: stage.name,
        kind: stage.kind,
        type: stage.stream.constructor.name,
        native: stage.isNative,
        done: stage.isDone,
        recent: show(sharesBetween(before, after, now.at - recent.at)),
        total: show(sharesBetween(first, after, now.at - total.at)),
        bytesIn: after.bytesIn,
        bytesOut: after.bytesOut,
        rateIn: rate('bytesIn'),
        rateOut: rate('bytesOut'),
        buffered: after.buffered,
        stalls: stage.stalls,
        longestStall: stage.longestStall,
      };
    });
    return {
      elapsed: now.at - total.at,
      window: now.at - recent.at,
      loop: { recent: loopBetween(recent, now), total: loopBetween(total, now) },
      stages,
      edges: this.#graph.edges().map(([from, to]) => [from.name, to.name]),
    };
  }

  #verdictAt(now) {
    const over = this.#isOver();
    const since = over ? this.#samples[0] : this.#windowBefore(now);
    const span = now.at - since.at;
    if (!over && span < SAMPLE && now.stages.every(isUntouched)) return nothingYet();
    const stages = this.#stages.map((stage, n) => ({
      stage,
      shares: sharesBetween(since.stages[n], now.stages[n], span),
    }));
    return judge(stages, this.#graph.edges(), loopBetween(since, now));
  }

  /** Looks at the stages every few milliseconds; when all are done there is nothing more to see. */
  #look(now) {
    for (const stage of this.#stages) {
      const change = stage.look(now, this.#stallAfter);
      if (change === 'stall') publishStall(stage, this.#stallAfter);
      else if (change === 'drain') publishDrain(stage);
    }
    if (now - this.#samples.at(-1).at >= SAMPLE) {
      this.#graph.look();
      this.#keep(this.#sample(now));
    }
    if (this.#isOver()) this.close();
  }

  #isOver() {
    return this.closed || this.#stages.every(({ isDone }) => isDone);
  }

  #sample(at) {
    const { active, idle } = performance.eventLoopUtilization();
    return { at, active, idle, stages: this.#stages.map((stage) => stage.read(at)) };
  }

  #sampleAt() {
    return this.#end ?? this.#sample(performance.now());
  }

  #remember({ at, stages }) {
    this.#history.add(at - this.#samples[0].at, stages);
  }

  /** What a page shows now. */
  #page(title) {
    const now = this.#sampleAt();
    if (!this.closed) this.#remember(now);
    return pageData({
      title,
      over: this.#isOver(),
      at: this.#endedAt ?? new Date(),
      snapshot: this.#snapshotAt(now),
      verdict: this.#verdictAt(now),
      stages: this.#stages,
      history: this.#history,
    });
  }

  /** The first sample stays, and those of the window. */
  #keep(sample) {
    const samples = this.#samples;
    samples.push(sample);
    this.#remember(sample);
    while (samples.length > 2 && samples[2].at <= sample.at - WINDOW) samples.splice(1, 1);
  }

  /** The sample that the window before `now` begins with. */
  #windowBefore(now) {
    const inside = this.#samples.filter(({ at }) => at >= now.at - WINDOW - SAMPLE);
    return inside[0] ?? this.#samples.at(-1);
  }
}

const isUntouched = ({ bytesIn, bytesOut, buffered }) => bytesIn + bytesOut + buffered === 0;

function checkTitle(title) {
  if (typeof title !== 'string') throw invalidArgType('options.title', 'of type string', title);
}

/** How much of the time the event loop was busy. */
function loopBetween(before, after) {
  const active = after.active - before.active;
  const all = active + after.idle - before.idle;
  return all > 0 ? active / all : 0;
}

module.exports = { Observation, observed, open };
