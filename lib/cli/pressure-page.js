'use strict';

/** The page of `--pressure`: what the stages of a conversion did, written once its result is safe. */

const fs = require('node:fs');
const { observe } = require('../..');
const { MARK } = require('../observe/page/mark.js');
const { Failure, Status, failureOf } = require('./failure.js');
const { isSameFile } = require('./source.js');
const { printable } = require('./terminal-text.js');

class PressurePage {
  #path;
  #force;
  #title;
  #observation;

  /** @param {import('./arguments.js').Conversion} task */
  constructor({ pressure, force, command, files }) {
    this.#path = pressure;
    this.#force = force;
    this.#title = `sluice ${command} ${files[0]}`;
  }

  /**
   * Observes a conversion that is about to begin.
   *
   * @param {Record<string, import('node:stream').Stream>} streams
   * @param {fs.BigIntStats[]} used the files that it reads and writes, which the page must not replace
   * @throws {Failure} before anything is lost
   */
  watch(streams, used) {
    this.#refuse(used);
    this.#observation = observe(streams);
  }

  /** @returns {Promise<Failure | undefined>} why there is no page; the conversion and its result are as they are */
  async write() {
    if (!this.#observation) return undefined;
    this.#observation.close();
    try {
      await this.#observation.report(this.#path, { title: this.#title });
      return undefined;
    } catch (error) {
      return failureOf(this.#path, error);
    }
  }

  #refuse(used) {
    const name = printable(this.#path);
    let stat;
    try {
      stat = fs.statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      throw failureOf(this.#path, error);
    }
    if (!stat) return;
    if (used.some((other) => isSameFile(stat, other))) {
      throw new Failure(`${name}: the page and the input or output are the same file`);
    }
    // Who forgets to name the page names the source in its place.
    if (stat.isFile() && !this.#force && !this.#isPage()) {
      const text = `${name} already exists and is no such page; not overwritten`;
      throw new Failure(text, Status.WARNING);
    }
  }

  /** Whether what stands there is a page, which may be replaced by the next one. An empty file is as good. */
  #isPage() {
    let fd;
    try {
      fd = fs.openSync(this.#path, 'r');
      const buffer = Buffer.alloc(1024);
      const length = fs.readSync(fd, buffer);
      return length === 0 || buffer.toString('utf8', 0, length).includes(MARK);
    } catch (error) {
      throw failureOf(this.#path, error);
    } finally {
      if (fd !== undefined) fs.closeSync(fd);
    }
  }
}

module.exports = { PressurePage };
