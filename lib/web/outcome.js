'use strict';

// How a stream ended, told to both of its web streams in the same words.

const { abortError } = require('../errors');

/** What a destroy without an error looks like to those that wait. */
const DESTROYED = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

class Outcome {
  #stream;
  #translate;
  #isKnown = false;
  #reason;

  /** `translate` says what the web streams fail with when the stream fails by itself. */
  constructor(stream, translate) {
    this.#stream = stream;
    this.#translate = translate;
  }

  /** Ends the stream for a `reason` that a web stream was given, which may be anything. */
  end(reason) {
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#reason = reason;
    // Node takes a destroy() by nothing for one without an error.
    this.#stream.destroy(reason || abortError());
  }

  /** What the web streams fail with, now that the stream has failed with `error`: the first to tell names it. */
  reasonOf(error) {
    if (!this.#isKnown) {
      this.#isKnown = true;
      this.#reason = DESTROYED.has(error.code) ? abortError(error) : this.#translate(error);
    }
    return this.#reason;
  }
}

module.exports = { Outcome };
