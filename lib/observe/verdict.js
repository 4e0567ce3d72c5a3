'use strict';

// The verdict: which stage holds the rest back, and why.
//
// A stage is at fault for the time that it spends on what is its own: work, a wait for what stands behind it, and, where
// nobody is observed there, for its input or its reader. Its neighbours' waits for it are no fault of theirs.

const { BLOCKED } = require('./stopwatch');

/** Below this share nobody holds anything back. */
const LEAST = 0.2;
/** How busy the event loop is, beside the stages' own work, when it is to blame. */
const LOOP_BUSY = 0.85;
/** What waiting weighs: who goes on in small steps, for another reason, waits at each of them. */
const LOOP_WEIGHT = 0.5;
const WORKER_WEIGHT = 0.25;

const REASONS = {
  busy: 'busy with its work',
  reader: 'waiting for its reader',
  disk: 'waiting for the disk',
  remote: 'waiting for the remote',
  throttle: 'waiting for its throttle',
  budget: 'waiting for its budget',
  starved: 'waiting for its input',
  waiting: 'waiting for a worker',
  loop: 'while it does other work',
};

const percent = (share) => `${Math.round(100 * share)} %`;
const sum = (shares, parts) => parts.reduce((total, part) => total + shares[part], 0);

/** What each stage answers for, the likeliest first. */
function suspects(stages, edges, loop) {
  const list = [];
  for (const { stage, shares } of stages) {
    const parts = ['busy', 'disk', 'remote', 'throttle', 'budget'];
    if (stage.kind !== 'sink' && edges.every(([from]) => from !== stage)) parts.push('reader');
    if (edges.every(([, to]) => to !== stage)) parts.push('starved');
    const reason = parts.reduce((most, part) => (shares[part] > shares[most] ? part : most));
    const score = sum(shares, parts) * shares.alive;
    list.push({ stage, reason, score, weight: score });
  }
  const [late] = stages.toSorted((a, b) => weighed(b, 'waiting') - weighed(a, 'waiting'));
  const score = weighed(late, 'waiting');
  // What runs on the event loop as a stage is at fault by itself.
  const other =
    loop -
    sumOf(
      stages.filter(({ stage }) => !stage.isNative),
      'busy',
    );
  if (other >= LOOP_BUSY) {
    list.push({ stage: null, reason: 'loop', score, weight: LOOP_WEIGHT * score });
  } else {
    list.push({ stage: late.stage, reason: 'waiting', score, weight: WORKER_WEIGHT * score });
  }
  return list.sort((a, b) => b.weight - a.weight);
}

const weighed = ({ shares }, part) => shares[part] * shares.alive;
const sumOf = (stages, part) => stages.reduce((total, each) => total + weighed(each, part), 0);

/** What others suffer from a stage: those before it that are blocked, or those behind it that starve. If none, its own. */
function evidence(stages, edges, stage, own) {
  const sharesOf = (wanted) => stages.find((each) => each.stage === wanted).shares;
  const before = edges.filter(([, to]) => to === stage).map(([from]) => sharesOf(from));
  const blocked = Math.max(0, ...before.map((shares) => sum(shares, BLOCKED)));
  if (blocked > LEAST) return `upstream blocked ${percent(blocked)} of the time`;
  const behind = edges.filter(([from]) => from === stage).map(([, to]) => sharesOf(to));
  const starved = Math.max(0, ...behind.map(({ starved: share }) => share));
  if (starved > LEAST) return `downstream starved ${percent(starved)} of the time`;
  return `${percent(own)} of its own time`;
}

/** How sure a verdict is, in words. */
function adverb(certainty) {
  if (certainty > 0.5) return '';
  return certainty > 0.25 ? 'probably ' : 'perhaps ';
}

const settle = (stage, reason, certainty, text) => ({
  stage: stage && stage.name,
  reason,
  certainty,
  text,
  toString() {
    return text;
  },
});

const nothingYet = () => settle(null, null, 0, 'nothing has happened yet');

/**
 * @param stages each with its shares of the time
 * @param edges pairs of stages
 * @param loop how much of the time the event loop was busy
 */
function judge(stages, edges, loop) {
  if (stages.every(({ shares }) => shares.alive === 0)) return nothingYet();
  const [first, second] = suspects(stages, edges, loop);
  const { stage, reason, score } = first;
  if (score < LEAST) return settle(null, null, 1 - score, 'no stage holds the pipeline');
  const others = second && second.stage !== stage ? second.score : 0;
  const certainty = Math.round(100 * Math.max(0, score - others)) / 100;
  const holds = `${adverb(certainty)}holds the pipeline`;
  if (stage === null) {
    const text = `the event loop ${holds}: stages waiting ${percent(score)} of the time, ${REASONS.loop}`;
    return settle(null, reason, certainty, text);
  }
  const who =
    reason === 'reader' ? `the reader of '${stage.name}'` : `${stage.kind} '${stage.name}'`;
  const why = reason === 'reader' ? 'which is not read' : REASONS[reason];
  const text = `${who} ${holds}: ${evidence(stages, edges, stage, score)}, ${why}`;
  return settle(stage, reason, certainty, text);
}

module.exports = { judge, nothingYet };
