'use strict';

/** Samples the resident memory of this process and keeps the highest value. */
class MemorySampler {
  constructor(interval = 20) {
    this.start = process.memoryUsage.rss();
    this.peak = this.start;
    this.timer = setInterval(() => this.sample(), interval);
    this.timer.unref();
  }

  sample() {
    this.peak = Math.max(this.peak, process.memoryUsage.rss());
  }

  /** Stops sampling; returns the growth in bytes: the peak over the start. */
  stop() {
    this.sample();
    clearInterval(this.timer);
    return this.peak - this.start;
  }
}

module.exports = { MemorySampler };
