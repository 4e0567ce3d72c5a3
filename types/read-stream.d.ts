import type { FileHandle } from 'node:fs/promises';
import type { PathLike } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Budget } from './budget';
import type { Clocks } from './clocks';
import type { BudgetPressure, BufferPressure } from './flow';

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
  /** What the bytes that were read ahead count to. @default Budget.default */
  budget?: Budget | undefined;
}

/** A snapshot of a {@link ReadStream}'s flow. It is a plain object and does not change afterwards. All sizes are bytes. */
export interface ReadPressure {
  /** The buffer between the file and the reader, in Rust. */
  readable: BufferPressure;
  /** Bytes that were read from the file. */
  bytesIn: number;
  /** Bytes of them that were handed to the reader: `bytesRead`. */
  bytesOut: number;
  /** Whether the buffer waits for its turn of the budget. */
  awaitsBudget: boolean;
  /** The budget that the stream's bytes count to. */
  budget: BudgetPressure;
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
  /** A snapshot of how the stream's stage, which reads the file, has spent its time. */
  readonly clocks: Clocks;

  /** Destroys the stream and closes the file; `callback` is called as that of `finished()` is. */
  close(callback?: (error?: NodeJS.ErrnoException | null) => void): void;
  /** The stream as a byte stream, as {@link WebPair.readable} is one. */
  toWeb(): ReadableStream<Uint8Array<ArrayBuffer>>;

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
