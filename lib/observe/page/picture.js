'use strict';

// What a page shows without any script: the verdict, and the stages as a graph, with what each does in colour and words.

const { escapeText } = require('./escape');
const { drawRails } = require('./rails');
const { formatBytes, formatShare, formatTime } = require('../../units');

const WHAT = {
  busy: 'works',
  blocked: 'has no room for what it would do next',
  starved: 'has no input',
  waiting: 'could work, but no worker is free, or the event loop does not come',
};
const PARTS = Object.keys(WHAT);
const REASONS = {
  reader: 'its reader',
  disk: 'the disk',
  remote: 'the remote',
  throttle: 'its throttle',
  budget: 'its budget',
};

const bdi = (text) => `<bdi>${escapeText(text)}</bdi>`;
const list = (names) => names.map(bdi).join(', ');
const swatch = (part) =>
  `<svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="${part}" width="12" height="12" rx="2"/></svg>`;

/** The shares that the verdict is about: the last seconds of what goes on, all of what is over. */
const sharesOf = (stage, over) => (over ? stage.total : stage.recent);

/** What a stage does most of the time. */
function most(shares) {
  const part = PARTS.reduce((first, next) => (shares[next] > shares[first] ? next : first));
  return shares[part] > 0 ? part : 'nothing';
}

/** A share in words; of a blocked stage by what, from the largest share on. */
function shareInWords(part, shares) {
  const text = `${part} ${formatShare(shares[part])}`;
  if (part !== 'blocked' || shares.blocked === 0) return text;
  const reasons = Object.entries(shares.blockedBy)
    .filter(([, share]) => share >= 0.005)
    .sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return text;
  const [[reason]] = reasons;
  if (reasons.length === 1) return `${text}, by ${REASONS[reason]}`;
  return `${text}: ${reasons.map(([each, share]) => `${REASONS[each]} ${formatShare(share)}`).join(', ')}`;
}

function bar(shares) {
  let x = 0;
  const rects = PARTS.map((part) => {
    const width = 100 * shares[part];
    const rect = `<rect class="${part}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%"/>`;
    x += width;
    return width > 0 ? rect : '';
  });
  return `<svg class="bar" aria-hidden="true">${rects.join('')}</svg>`;
}

function figures(stage, { over, elapsed }) {
  const rate = (bytes, recent) => (over ? (bytes / Math.max(elapsed, 1e-3)) * 1000 : recent);
  const flow = (bytes, recent) => `${formatBytes(bytes)}, ${formatBytes(rate(bytes, recent))}/s`;
  const stalls = stage.stalls === 1 ? 'once' : `${stage.stalls} times`;
  const rows = [
    stage.kind !== 'source' && ['in', flow(stage.bytesIn, stage.rateIn)],
    stage.kind !== 'sink' && ['out', flow(stage.bytesOut, stage.rateOut)],
    ['buffered', formatBytes(stage.buffered)],
    stage.stalls > 0 && ['stalled', `${stalls}, longest ${formatTime(stage.longestStall)}`],
  ];
  const items = rows
    .filter(Boolean)
    .map(([term, text]) => `<div><dt>${term}</dt><dd>${text}</dd></div>`);
  return `<dl class="figures">${items.join('')}</dl>`;
}

/** Who feeds it, and whom it feeds. */
function links(name, edges) {
  const from = edges.filter(([, to]) => to === name).map(([source]) => source);
  const to = edges.filter(([source]) => source === name).map(([, target]) => target);
  const texts = [from.length > 0 && `from ${list(from)}`, to.length > 0 && `to ${list(to)}`];
  return texts.filter(Boolean).join(' · ');
}

const STATES = { running: '', done: 'done', closed: 'closed before its end', failed: 'failed' };

/** The stage that failed, of which the others heard. */
function firstToFail(stages) {
  const failed = stages.filter(({ failedAs }) => failedAs !== undefined);
  return failed.sort((a, b) => a.failedAs - b.failedAs)[0];
}

/** What became of a stage. */
function stateInWords(stage, first) {
  const isHeir = stage.state === 'failed' && stage !== first && stage.error === first.error;
  if (isHeir) return `<span class="tag">ended by the failure of ${bdi(first.name)}</span>`;
  const text = STATES[stage.state];
  const tag = text && `<span class="tag ${stage.state}">${text}</span>`;
  return stage.error ? `${tag} <p class="error">${bdi(stage.error)}</p>` : tag;
}

/** Its shares as a bar, and those that can be seen in words. */
function time(shares) {
  const parts = PARTS.filter((part) => shares[part] >= 0.005);
  if (parts.length === 0) return `${bar(shares)}<p>nothing yet</p>`;
  const item = (part) => `<li>${swatch(part)}<span>${shareInWords(part, shares)}</span></li>`;
  return `${bar(shares)}<ul class="shares">${parts.map(item).join('')}</ul>`;
}

function renderStage(stage, rail, first, data) {
  const isHeld = data.verdict.stage === stage.name;
  const held = isHeld ? '<strong class="tag holds">holds the pipeline</strong> ' : '';
  return `<li class="stage${isHeld ? ' held' : ''}">${rail}<article>
<div class="who"><h3>${bdi(stage.name)}</h3>
<p>${stage.kind}, ${bdi(stage.type)}</p>
<p>${links(stage.name, data.edges)}</p>
${held}${stateInWords(stage, first)}</div>
<div>${time(sharesOf(stage, data.over))}</div>
${figures(stage, data)}</article></li>`;
}

function basis({ over, at, elapsed, window, verdict, loop }) {
  const span = over ? `all ${formatTime(elapsed)}` : `the last ${formatTime(window)}`;
  const sure =
    verdict.certainty > 0 ? `${formatShare(verdict.certainty)} sure, from ${span}. ` : '';
  const busy = formatShare(over ? loop.total : loop.recent);
  const when = escapeText(at.slice(0, 19).replace('T', ' '));
  const time = `<time datetime="${escapeText(at)}">${when} UTC</time>`;
  const state = over
    ? `Over since ${time}.`
    : `Still running after ${formatTime(elapsed)}, at ${time}.`;
  return `${sure}The event loop was busy ${busy} of the time. ${state}`;
}

function failure(first) {
  if (!first) return '';
  return `<p class="error">${first.kind} '${bdi(first.name)}' failed: ${bdi(first.error)}</p>`;
}

/** @param data see data.js */
function renderPicture(data) {
  const names = data.stages.map(({ name }) => name);
  const stageOf = (name) => data.stages.find((stage) => stage.name === name);
  const first = firstToFail(data.stages);
  const rails = drawRails(names, data.edges, (name) => most(sharesOf(stageOf(name), data.over)));
  const rows = rails.map(({ name, svg }) => renderStage(stageOf(name), svg, first, data));
  const legend = PARTS.map(
    (part) => `<li>${swatch(part)}<span><b>${part}</b>: ${WHAT[part]}</span></li>`,
  );
  const isEmpty = data.stages.every(({ bytesIn, bytesOut }) => bytesIn + bytesOut === 0);
  const hint = isEmpty && !data.over ? '<p class="basis">No bytes have come yet.</p>' : '';
  return `<header><h1>${bdi(data.title)}</h1>
<p class="verdict">${escapeText(data.verdict.text)}</p>${failure(first)}
<p class="basis">${basis(data)}</p>${hint}</header>
<section aria-labelledby="stages"><h2 id="stages">${names.length} ${names.length === 1 ? 'stage' : 'stages'}</h2>
<ul class="legend" aria-label="What the colours mean: a stage">${legend.join('')}</ul>
<ol class="stages">${rows.join('\n')}</ol></section>`;
}

module.exports = { renderPicture };
