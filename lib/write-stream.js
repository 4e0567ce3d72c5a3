'use strict';

// createWriteStream(): the options, properties and events of fs.createWriteStream, on a Rust sink.

const { nextTick } = require('node:process');
const { kClosed, kOpened } = require('./events');
const { fileTarget, readOptions } = require('./file-target');
const {
  attachFile,
  forgetFile,
  isPending,
  noteOpen,
  releaseFile,
  tellOpen,
} = require('./open-file');
const { SinkStream } = require('./sink-stream');

class WriteStream extends SinkStream {
  constructor(path, options) {
    options = readOptions(options);
    const file = fileTarget(path, options);
    const { encoding, defaultEncoding } = options;
    super(
      { ...options, autoDestroy: file.autoClose, defaultEncoding: encoding || defaultEncoding },
      file.native,
    );
    attachFile(this, file);
  }

  get pending() {
    return isPending(this);
  }

  get autoClose() {
    return this._writableState.autoDestroy;
  }

  set autoClose(value) {
    this._writableState.autoDestroy = value;
  }

  close(callback) {
    if (callback) {
      if (this.closed) {
        nextTick(callback);
        return;
      }
      this.on('close', callback);
    }
    // Without autoClose nobody else destroys it at 'finish', be it to come or past.
    if (this.writableFinished) this.destroy();
    else if (!this.autoClose) this.on('finish', this.destroy);
    this.end();
  }

  destroySoon(...args) {
    return this.end(...args);
  }

  _destroy(error, callback) {
    if (!isPending(this)) forgetFile(this);
    super._destroy(error, callback);
  }

  [kOpened]() {
    if (noteOpen(this)) tellOpen(this);
  }

  [kClosed]() {
    releaseFile(this, () => super[kClosed]());
  }
}

module.exports = { WriteStream };
