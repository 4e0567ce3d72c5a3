'use strict';

// createWriteStream(): the options, properties and events of fs.createWriteStream, on a Rust sink.

const { nextTick } = require('node:process');
const native = require('../binding.js');
const { invalidArgType, invalidArgValue } = require('./errors');
const { kClosed, kHandle, kOpened } = require('./events');
const { fileTarget } = require('./file-target');
const { SinkStream } = require('./sink-stream');

const kFileHandle = Symbol('sluice.fileHandle');
const kPending = Symbol('sluice.pending');

/** Streams whose descriptor the program may use for as long as it likes: collected, they would close it. */
const unclosed = new Set();

/** As `fs` reads its options: nothing, an object, or an encoding. */
function readOptions(options) {
  if (options == null) return {};
  if (typeof options === 'string') options = { encoding: options };
  if (typeof options !== 'object') {
    throw invalidArgType('options', 'one of type string or object', options);
  }
  const { encoding } = options;
  if (encoding && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw invalidArgValue('encoding', encoding, 'is invalid encoding');
  }
  return options;
}

class WriteStream extends SinkStream {
  constructor(path, options) {
    options = readOptions(options);
    const { descriptor, shown, native: file, autoClose } = fileTarget(path, options);
    const { encoding, defaultEncoding } = options;
    super(
      { ...options, autoDestroy: autoClose, defaultEncoding: encoding || defaultEncoding },
      file,
    );
    Object.assign(this, shown);
    /** The file's descriptor; null until it is open and after it is closed, and on Windows. */
    this.fd = descriptor?.number ?? null;
    this[kPending] = descriptor === null;
    this[kFileHandle] = descriptor?.handle ?? null;
    if (!autoClose) unclosed.add(this);
    // What closes the handle leaves the stream nothing to write to.
    this[kFileHandle]?.on('close', () => this.close());
  }

  /** Whether the file is not open: not yet, or not any more. */
  get pending() {
    return this[kPending];
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
    if (!this[kPending]) this._forgetFile();
    super._destroy(error, callback);
  }

  _forgetFile() {
    this.fd = null;
    this[kPending] = true;
  }

  [kOpened]() {
    if (!this[kPending]) return;
    this[kPending] = false;
    this.fd = native.descriptor(this[kHandle]) ?? null;
    this.emit('open', this.fd);
    this.emit('ready');
  }

  [kClosed]() {
    this._forgetFile();
    unclosed.delete(this);
    const handle = this[kFileHandle];
    this[kFileHandle] = null;
    const close = () => super[kClosed]();
    // A FileHandle is closed by itself, or it warns when it is collected.
    if (handle === null) close();
    else handle.close().then(close, close);
  }
}

module.exports = { WriteStream };
