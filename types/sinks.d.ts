import type { FileHandle } from 'node:fs/promises';
import type { PathLike } from 'node:fs';
import { type Readable, Writable } from 'node:stream';
import type { Flow, FlowOptions } from './flow';
import type { SinkToWeb } from './web';

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
  /**
   * Whether a byte counts as written only when it is on the disk: for `'finish'`, for the callbacks of `write()`, and for
   * `writableLength` and `bytesWritten`. What waits is synced together, by `fdatasync`, after the name of the file itself: the
   * larger `highWaterMark`, the fewer syncs.
   * The first sync that fails is the stream's `'error'`; none is tried again. A file that cannot be synced, as a pipe or
   * a device, fails with `EINVAL`. To create a file, its folder has to be readable.
   * @default false
   */
  durable?: boolean | undefined;
  /**
   * Whether the file is replaced at once, when all is written: it is created beside the target, as `.sluice-….tmp`, and
   * at the end synced and renamed, and the rename synced, before `'finish'`. Until then, and whatever ends the stream, the
   * process or the machine, the old file is there as it was; only a process that a signal ends may leave the other behind.
   * With `autoClose: false` a stream that fails keeps the other until `destroy()`, or until the process exits.
   * A stream that is destroyed between the rename and `'finish'` has replaced it all the same.
   *
   * A file that exists keeps its permissions, and its owner and group where the process may give them. Where it may not,
   * whoever the permissions kept out is kept out by those that are left of them, and set-user-ID and set-group-ID are
   * cleared. Its other names (hard links), access control list and extended attributes are not passed on; a list that the
   * folder has for new files applies. Who may not write to it may not replace it, nor may who cannot read its folder. A
   * symbolic link is followed, one that leads nowhere is replaced. `/dev/stdout` is one, too: where it leads to a file,
   * that is replaced, and what the process writes to its standard output from then on goes to the old one. What is no
   * file, such as a pipe or a device, is `EINVAL`.
   * `flags` are `'w'`, or `'wx'`, which fails with `EEXIST` if the file is there at the beginning or at the end, and needs
   * a file system that has hard links; others are `ERR_INVALID_ARG_VALUE`. With `fd` or `start` it is
   * `ERR_INCOMPATIBLE_OPTION_PAIR`. Where the last step fails, the sync of the folder, the stream fails and the new file
   * is there.
   * @default false
   */
  atomic?: boolean | undefined;
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
 * Writes to a file, with the buffer in Rust. `'finish'` means that the operating system has taken all bytes; with
 * `flush` or `durable` that they are on the disk, and with `atomic` that they have replaced the file.
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
  /** The option. */
  readonly durable: boolean;
  /** The option; until `'finish'`, `fd` is of the file that is being written. */
  readonly atomic: boolean;

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
export interface WriteStream extends Flow, SinkToWeb {}

/**
 * A stream that writes to the file at `path`; a string as `options` is the encoding.
 * @throws `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, `ERR_OUT_OF_RANGE` or `ERR_INCOMPATIBLE_OPTION_PAIR` for options
 * that make no sense
 */
export function createWriteStream(
  path: PathLike,
  options?: BufferEncoding | WriteStreamOptions,
): WriteStream;

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
export interface SlowWritable extends Flow, SinkToWeb {}

/**
 * The slow network connection of the classic example, to test how a program behaves when its consumer is slow.
 * @throws `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` for options that make no sense
 */
export function createSlowWritableStream(options?: SlowWritableOptions): SlowWritable;
