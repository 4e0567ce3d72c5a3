'use strict';

// What a page shows, as plain data. The page carries it as JSON, too.

/** An error in words: `ENOSPC: no space left on device, write`. */
function inWords(error) {
  const { code, message } = Object(error);
  if (message === undefined) return String(error);
  return code === undefined || String(message).includes(code) ? message : `${code}: ${message}`;
}

/**
 * @param {object} observed
 * @param {string} observed.title
 * @param {boolean} observed.over
 * @param {Date} observed.at
 * @param observed.snapshot, observed.verdict as the program gets them
 * @param observed.stages in the order of the snapshot
 * @param observed.history
 */
function pageData({ title, over, at, snapshot, verdict, stages, history }) {
  const { stage, reason, certainty, text } = verdict;
  return {
    title,
    over,
    at: at.toISOString(),
    verdict: { stage, reason, certainty, text },
    ...snapshot,
    stages: snapshot.stages.map((shown, n) => {
      const { state, failure } = stages[n];
      return failure
        ? { ...shown, state, error: inWords(failure.error), failedAs: failure.order }
        : { ...shown, state };
    }),
    history: history.points(),
  };
}

module.exports = { pageData };
