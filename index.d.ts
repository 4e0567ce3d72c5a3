/// <reference types="node" />

import type { FileHandle } from 'node:fs/promises';
import type { PathLike } from 'node:fs';
import { type Readable, Transform, Writable } from 'node:stream';

/** The marks of a stream's Rust buffer, and what happens above them. All sizes are bytes. */
export interface FlowOptions {
  /**
   * `write()` returns `false` while at least this many bytes are accepted and unconsumed.
   * @default 65536
   */
  highWaterMark?: number | undefined;
  /**
   * `'drain'` fires when at most this many bytes are left. At most `highWaterMark`, or `ERR_OUT_OF_RANGE`.
   * @default half of `highWaterMark`, rounded down
   */
  lowWaterMark?: number | undefined;
  /**
   * With `overflow: 'error'`, the most bytes that may wait: a `write()` that would pass it is refused whole.
   * At least `highWaterMark`, or `ERR_OUT_OF_RANGE`.
   * @default Infinity
   */
  hardLimit?: number | undefined;
  /**
   * What a `write()` past `hardLimit` does. `'queue'` accepts it, as Node does; `'error'` accepts nothing of it, and
   * the stream fails with `ERR_SLUICE_OVERFLOW`.
   * @default 'queue'
   */
  overflow?: 'queue' | 'error' | undefined;
}

/** One side's buffer at one moment. All sizes are bytes. */
export interface BufferPressure {
  /** Bytes in the buffer now. */
  buffered: number;
  /** The most bytes that it has held. */
  peak: number;
  highWaterMark: number;
  lowWaterMark: number;
}

/** A snapshot of a stream's flow control. It is a plain object and does not change afterwards. */
export interface Pressure extends BufferPressure {
  hardLimit: number;
  /** Whether the last `write()` returned `false` and no `'drain'` has followed yet. */
  needDrain: boolean;
  /** How many times `write()` has returned `false`. */
  falseWrites: number;
  /** How many `'drain'` events have fired. */
  drains: number;
  /** Bytes that `write()` and `end()` have accepted. */
  bytesIn: number;
  /** Bytes that the codec has produced, or that the sink has passed on. */
  bytesOut: number;
  /** The buffer between the codec and the reader; only on a Transform. */
  readable?: BufferPressure;
}

/** What every Sluice stream with a writable side has beyond Node's. */
export interface Flow {
  /** Bytes at which `'drain'` fires, the counterpart of `writableHighWaterMark`. */
  readonly writableLowWaterMark: number;
  /** A snapshot of the buffers and counters. */
  readonly pressure: Pressure;
  /**
   * Settles when there is room to write, and always settles: unlike `once(stream, 'drain')` it does not hang when the
   * stream is destroyed. Rejects with the stream's error, with `ERR_STREAM_DESTROYED` when it was closed without one,
   * and with `ERR_STREAM_WRITE_AFTER_END` after `end()`.
   */
  ready(): Promise<void>;
}

/** Options of the deflate family. */
export interface ZlibOptions extends FlowOptions {
  /**
   * 0 (stored) to 9 (smallest), -1 for the default, which is 6. The sizes are within 1 % of `node:zlib`'s.
   * Anything else is `ERR_OUT_OF_RANGE`. Decoders ignore it.
   */
  level?: number | undefined;
  /** Base-two logarithm of the window, 9 to 15; 8 means 9, and to a decoder of gzip or zlib 0 means 15. @default 15 */
  windowBits?: number | undefined;
  /** The largest piece, in bytes, in which output is handed to the reader; at least 64. @default 131072 */
  chunkSize?: number | undefined;
  /** `highWaterMark` of the writable side alone, in bytes. */
  writableHighWaterMark?: number | undefined;
  /** `highWaterMark` of the readable side alone, in bytes. @default `highWaterMark` where it is given, else 131072 */
  readableHighWaterMark?: number | undefined;
  signal?: AbortSignal | undefined;
  autoDestroy?: boolean | undefined;
  emitClose?: boolean | undefined;
  defaultEncoding?: BufferEncoding | undefined;
  allowHalfOpen?: boolean | undefined;
}

/** What all codec streams have. */
export interface CodecStream extends Transform, Flow {
  /** Bytes that the codec has consumed. */
  readonly bytesWritten: number;
  /**
   * Brings out what was written so far, so that it can be decoded; an encoder's `kind` is `constants.Z_PARTIAL_FLUSH`,
   * `Z_SYNC_FLUSH` or `Z_FULL_FLUSH` (default). `callback` runs when it is done.
   */
  flush(kind?: number, callback?: () => void): void;
  flush(callback?: () => void): void;
  /** Destroys the stream; `callback` runs when it is closed. */
  close(callback?: (error?: Error | null) => void): void;
}

/*
 * The codec streams. Encoders never fail on their input. A decoder fails with `Z_DATA_ERROR` where its input is
 * malformed and with `Z_BUF_ERROR` where it ends too early, after what could be decoded and without `'end'`.
 * Each error has zlib's `code` and `errno`.
 */

/** Compresses to the gzip format (RFC 1952). */
export class Gzip extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Gzip extends CodecStream {}

/** Decompresses gzip, concatenated members too. */
export class Gunzip extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Gunzip extends CodecStream {}

/** Compresses to the zlib format (RFC 1950). */
export class Deflate extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Deflate extends CodecStream {}

/** Decompresses the zlib format. */
export class Inflate extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Inflate extends CodecStream {}

/** Compresses to raw deflate (RFC 1951), without header or checksum. */
export class DeflateRaw extends Transform {
  constructor(options?: ZlibOptions);
}
export interface DeflateRaw extends CodecStream {}

/** Decompresses raw deflate. */
export class InflateRaw extends Transform {
  constructor(options?: ZlibOptions);
}
export interface InflateRaw extends CodecStream {}

/** Decompresses gzip or the zlib format, told apart by the first bytes. */
export class Unzip extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Unzip extends CodecStream {}

/** A new {@link Gzip}: compresses to the gzip format (RFC 1952). */
export function createGzip(options?: ZlibOptions): Gzip;
/** A new {@link Gunzip}: decompresses gzip, concatenated members too. */
export function createGunzip(options?: ZlibOptions): Gunzip;
/** A new {@link Deflate}: compresses to the zlib format (RFC 1950). */
export function createDeflate(options?: ZlibOptions): Deflate;
/** A new {@link Inflate}: decompresses the zlib format. */
export function createInflate(options?: ZlibOptions): Inflate;
/** A new {@link DeflateRaw}: compresses to raw deflate (RFC 1951), without header or checksum. */
export function createDeflateRaw(options?: ZlibOptions): DeflateRaw;
/** A new {@link InflateRaw}: decompresses raw deflate. */
export function createInflateRaw(options?: ZlibOptions): InflateRaw;
/** A new {@link Unzip}: decompresses gzip or the zlib format, told apart by the first bytes. */
export function createUnzip(options?: ZlibOptions): Unzip;

/** How a file is opened and closed, as in `fs.createWriteStream`. */
export interface FileOptions {
  /** How the file is opened, as in `fs.open`. @default 'w' */
  flags?: string | number | undefined;
  /** Permissions of a file that is created: a number, or octal digits. @default 0o666 */
  mode?: number | string | undefined;
  /** Position of the first byte, in bytes from the start of the file. @default where `flags` say */
  start?: number | undefined;
  /** Whether the file's data is brought to the disk, by `fsync`, before `'finish'`. @default false */
  flush?: boolean | undefined;
}

/** Options of {@link createWriteStream}: those of `fs.createWriteStream`, and the marks of the Rust buffer. */
export interface WriteStreamOptions extends FileOptions, FlowOptions {
  /**
   * An open file to write to, instead of opening `path`; then there is no `'open'` event. Not on Windows, where it is
   * `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`.
   */
  fd?: number | FileHandle | undefined;
  /** Encoding of strings for which `write()` names none. @default 'utf8' */
  encoding?: BufferEncoding | undefined;
  /** Whether the file is closed on `'finish'` and on error. @default true */
  autoClose?: boolean | undefined;
  /** Whether `'close'` is emitted. @default true */
  emitClose?: boolean | undefined;
  /** Destroys the stream with an `AbortError`. */
  signal?: AbortSignal | undefined;
}

/** The events of a {@link WriteStream} and what their listeners are given. */
export interface WriteStreamEvents {
  close: [];
  drain: [];
  error: [error: Error];
  finish: [];
  /** The file is open. */
  open: [fd: number];
  pipe: [source: Readable];
  /** Follows `'open'` at once. */
  ready: [];
  unpipe: [source: Readable];
}

/**
 * Writes to a file, with the buffer in Rust. `'finish'` means that the operating system has taken all bytes.
 *
 * A failed system call is the stream's `'error'`, with Node's `code`, `errno`, `syscall` and `path`: `ENOENT`, `EISDIR`,
 * `EACCES`, `ENOSPC`.
 */
export class WriteStream extends Writable {
  constructor(path: PathLike, options?: BufferEncoding | WriteStreamOptions);

  /** The path as it was given: a Buffer stays one. `undefined` with `fd`. */
  readonly path: string | Buffer | undefined;
  /** The file's descriptor; `null` before `'open'`, after it was closed, and on Windows. */
  readonly fd: number | null;
  /** Bytes that the operating system has taken. */
  readonly bytesWritten: number;
  /** Whether the file is not open: not yet, or not any more. */
  readonly pending: boolean;

  /** Ends the stream and closes the file; `callback` runs when it is closed. */
  close(callback?: (error?: NodeJS.ErrnoException | null) => void): void;

  addListener<E extends keyof WriteStreamEvents>(
    event: E,
    listener: (...args: WriteStreamEvents[E]) => void,
  ): this;
  addListener(event: string | symbol, listener: (...args: any[]) => void): this;
  on<E extends keyof WriteStreamEvents>(
    event: E,
    listener: (...args: WriteStreamEvents[E]) => void,
  ): this;
  on(event: string | symbol, listener: (...args: any[]) => void): this;
  once<E extends keyof WriteStreamEvents>(
    event: E,
    listener: (...args: WriteStreamEvents[E]) => void,
  ): this;
  once(event: string | symbol, listener: (...args: any[]) => void): this;
  prependListener<E extends keyof WriteStreamEvents>(
    event: E,
    listener: (...args: WriteStreamEvents[E]) => void,
  ): this;
  prependListener(event: string | symbol, listener: (...args: any[]) => void): this;
  prependOnceListener<E extends keyof WriteStreamEvents>(
    event: E,
    listener: (...args: WriteStreamEvents[E]) => void,
  ): this;
  prependOnceListener(event: string | symbol, listener: (...args: any[]) => void): this;
}
export interface WriteStream extends Flow {}

/**
 * A stream that writes to the file at `path`; a string as `options` is the encoding.
 * @throws `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` or `ERR_OUT_OF_RANGE` for options that make no sense
 */
export function createWriteStream(
  path: PathLike,
  options?: BufferEncoding | WriteStreamOptions,
): WriteStream;

/** Options of {@link createReadStream}: those of `fs.createReadStream`. All sizes and positions are bytes. */
export interface ReadStreamOptions {
  /** How the file is opened, as in `fs.open`. @default 'r' */
  flags?: string | number | undefined;
  /** Permissions of a file that is created: a number, or octal digits. @default 0o666 */
  mode?: number | string | undefined;
  /**
   * An open file to read, instead of opening `path`; then there is no `'open'` event. Not on Windows, where it is
   * `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`.
   */
  fd?: number | FileHandle | undefined;
  /** Position of the first byte. @default where the descriptor stands: the beginning of a file that is opened */
  start?: number | undefined;
  /**
   * Position of the last byte, which is read, too; where there is no `start`, counted from where the descriptor stands.
   * At least `start`, or `ERR_OUT_OF_RANGE`.
   * @default Infinity
   */
  end?: number | undefined;
  /** Encoding of the strings that are read instead of Buffers; it cuts no character in two. */
  encoding?: BufferEncoding | null | undefined;
  /**
   * The size of the chunks: a file gives all but the last one whole. Node's buffer holds about as much, and Rust's four
   * times as much, but no more than 256 KiB or one chunk.
   * @default 65536
   */
  highWaterMark?: number | undefined;
  /** Whether the file is closed on `'end'` and on error. @default true */
  autoClose?: boolean | undefined;
  /** Whether `'close'` is emitted. @default true */
  emitClose?: boolean | undefined;
  /** Destroys the stream with an `AbortError`. */
  signal?: AbortSignal | undefined;
}

/** A snapshot of a {@link ReadStream}'s flow. It is a plain object and does not change afterwards. All sizes are bytes. */
export interface ReadPressure {
  /** The buffer between the file and the reader, in Rust. */
  readable: BufferPressure;
  /** Bytes that were read from the file. */
  bytesIn: number;
  /** Bytes of them that were handed to the reader: `bytesRead`. */
  bytesOut: number;
}

/** The events of a {@link ReadStream} and what their listeners are given. */
export interface ReadStreamEvents {
  close: [];
  data: [chunk: Buffer | string];
  end: [];
  error: [error: Error];
  /** The file is open. */
  open: [fd: number];
  pause: [];
  readable: [];
  /** Follows `'open'` at once. */
  ready: [];
  resume: [];
}

/**
 * Reads a file, with the buffer in Rust. Nothing is read before somebody asks for it; then the file is read ahead of the
 * reader, as far as the buffer goes.
 *
 * A failed system call is the stream's `'error'`, behind the bytes that were read before it, with Node's `code`, `errno`,
 * `syscall` and `path`: `ENOENT`, `EACCES`, `EISDIR`.
 */
export class ReadStream extends Readable {
  constructor(path: PathLike, options?: BufferEncoding | ReadStreamOptions);

  /** The path as it was given: a Buffer stays one. `undefined` with `fd`. */
  readonly path: string | Buffer | undefined;
  /** The file's descriptor; `null` before `'open'`, after it was closed, and on Windows. */
  readonly fd: number | null;
  /** Bytes that were handed to the reader, or to Node's buffer. */
  readonly bytesRead: number;
  /** Whether the file is not open: not yet, or not any more. */
  readonly pending: boolean;
  /** Bytes that wait to be read, in Rust and in Node's buffer; with an encoding, Node counts its part in characters. */
  readonly readableLength: number;
  /** A snapshot of the buffer and the counters. */
  readonly pressure: ReadPressure;

  /** Destroys the stream and closes the file; `callback` runs when it is closed. */
  close(callback?: (error?: NodeJS.ErrnoException | null) => void): void;

  addListener<E extends keyof ReadStreamEvents>(
    event: E,
    listener: (...args: ReadStreamEvents[E]) => void,
  ): this;
  addListener(event: string | symbol, listener: (...args: any[]) => void): this;
  on<E extends keyof ReadStreamEvents>(
    event: E,
    listener: (...args: ReadStreamEvents[E]) => void,
  ): this;
  on(event: string | symbol, listener: (...args: any[]) => void): this;
  once<E extends keyof ReadStreamEvents>(
    event: E,
    listener: (...args: ReadStreamEvents[E]) => void,
  ): this;
  once(event: string | symbol, listener: (...args: any[]) => void): this;
  prependListener<E extends keyof ReadStreamEvents>(
    event: E,
    listener: (...args: ReadStreamEvents[E]) => void,
  ): this;
  prependListener(event: string | symbol, listener: (...args: any[]) => void): this;
  prependOnceListener<E extends keyof ReadStreamEvents>(
    event: E,
    listener: (...args: ReadStreamEvents[E]) => void,
  ): this;
  prependOnceListener(event: string | symbol, listener: (...args: any[]) => void): this;
}

/**
 * A stream that reads the file at `path`; a string as `options` is the encoding.
 * @throws `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` or `ERR_OUT_OF_RANGE` for options that make no sense
 */
export function createReadStream(
  path: PathLike,
  options?: BufferEncoding | ReadStreamOptions,
): ReadStream;

/** A file that a {@link SlowWritable} hands its bytes to. */
export interface FileDestination extends FileOptions {
  path: PathLike;
}

/** Options of {@link createSlowWritableStream}. */
export interface SlowWritableOptions extends FlowOptions {
  /** The pace, in bytes per second; more than 0, or `ERR_OUT_OF_RANGE`. @default Infinity */
  bytesPerSecond?: number | undefined;
  /**
   * The least time, in milliseconds, that each piece takes: a round trip. A piece is what waits, at most 64 KiB and at
   * most what `bytesPerSecond` allows in 20 ms or in this time, whichever is longer; so the pace holds where
   * `highWaterMark` lets as much wait.
   * @default 0
   */
  latency?: number | undefined;
  /** Where the bytes go: a file's path, or the path with how the file is opened. @default they are dropped */
  destination?: PathLike | FileDestination | undefined;
  /** Encoding of strings for which `write()` names none. @default 'utf8' */
  defaultEncoding?: BufferEncoding | undefined;
  /** Whether the stream is destroyed after `'finish'`. @default true */
  autoDestroy?: boolean | undefined;
  /** Whether `'close'` is emitted. @default true */
  emitClose?: boolean | undefined;
  /** Destroys the stream with an `AbortError`. */
  signal?: AbortSignal | undefined;
}

/** A slow consumer: takes bytes at a set pace, and hands them to a file or drops them. */
export class SlowWritable extends Writable {
  constructor(options?: SlowWritableOptions);

  readonly bytesPerSecond: number;
  /** Milliseconds. */
  readonly latency: number;
  /** The path of the file that the bytes go to, or `undefined`. */
  readonly path: string | Buffer | undefined;
  /** Bytes that were taken. */
  readonly bytesWritten: number;
}
export interface SlowWritable extends Flow {}

/**
 * The slow network connection of the classic example, to test how a program behaves when its consumer is slow.
 * @throws `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` for options that make no sense
 */
export function createSlowWritableStream(options?: SlowWritableOptions): SlowWritable;

/** zlib's constants, with the values of `require('node:zlib').constants`. */
export const constants: {
  // Kinds of flush.
  readonly Z_NO_FLUSH: 0;
  readonly Z_PARTIAL_FLUSH: 1;
  readonly Z_SYNC_FLUSH: 2;
  readonly Z_FULL_FLUSH: 3;
  readonly Z_FINISH: 4;
  readonly Z_BLOCK: 5;

  // Return codes: the `errno` of an error.
  readonly Z_OK: 0;
  readonly Z_STREAM_END: 1;
  readonly Z_NEED_DICT: 2;
  readonly Z_ERRNO: -1;
  readonly Z_STREAM_ERROR: -2;
  readonly Z_DATA_ERROR: -3;
  readonly Z_MEM_ERROR: -4;
  readonly Z_BUF_ERROR: -5;
  readonly Z_VERSION_ERROR: -6;

  // Levels.
  readonly Z_NO_COMPRESSION: 0;
  readonly Z_BEST_SPEED: 1;
  readonly Z_BEST_COMPRESSION: 9;
  readonly Z_DEFAULT_COMPRESSION: -1;

  // Strategies.
  readonly Z_FILTERED: 1;
  readonly Z_HUFFMAN_ONLY: 2;
  readonly Z_RLE: 3;
  readonly Z_FIXED: 4;
  readonly Z_DEFAULT_STRATEGY: 0;

  // Ranges and defaults of options.
  readonly Z_MIN_WINDOWBITS: 8;
  readonly Z_MAX_WINDOWBITS: 15;
  readonly Z_DEFAULT_WINDOWBITS: 15;
  readonly Z_MIN_LEVEL: -1;
  readonly Z_MAX_LEVEL: 9;
  readonly Z_DEFAULT_LEVEL: -1;
};
