import type { FlowOptions } from './flow';

/** Options that every Transform takes. */
export interface TransformFlowOptions extends FlowOptions {
  /** `highWaterMark` of the writable side alone, in bytes. */
  writableHighWaterMark?: number | undefined;
  /** `highWaterMark` of the readable side alone, in bytes. @default `highWaterMark` where it is given, else 131072 */
  readableHighWaterMark?: number | undefined;
  /** Destroys the stream with an `AbortError`. */
  signal?: AbortSignal | undefined;
  /** Whether the stream is destroyed at its end and on error. @default true */
  autoDestroy?: boolean | undefined;
  /** Whether `'close'` is emitted. @default true */
  emitClose?: boolean | undefined;
  /** Encoding of strings for which `write()` names none. @default 'utf8' */
  defaultEncoding?: BufferEncoding | undefined;
  /** Whether the writable side stays open when the readable side ends. @default true */
  allowHalfOpen?: boolean | undefined;
}

/** What is compressed and decompressed, and used as a dictionary. */
export type Bytes = NodeJS.ArrayBufferView | ArrayBufferLike;

/** Limits to what comes out; all are checked while it comes, so that no more is made than the limit and a byte. */
export interface LimitOptions {
  /**
   * The most bytes that may come out in all, an integer from 1 to `buffer.kMaxLength`. More is `ERR_BUFFER_TOO_LARGE`: of
   * a stream its `'error'`, behind the bytes up to the limit. `node:zlib` heeds it in one-shot functions alone.
   * @default none for streams, `buffer.kMaxLength` for one-shot functions
   */
  maxOutputLength?: number | undefined;
  /**
   * The most bytes that may come out for each byte that went in, at least 1. More is `ERR_BUFFER_TOO_LARGE`; up to 64 KiB
   * of output never is, whatever the ratio: in a small input it is high by chance. Not in `node:zlib`.
   * @default none
   */
  maxOutputRatio?: number | undefined;
}

/** Options of all codecs, and of the stream around them. */
export interface CodecOptions extends TransformFlowOptions, LimitOptions {
  /**
   * The kind of flush behind every `write()`.
   * @default Z_NO_FLUSH, BROTLI_OPERATION_PROCESS, ZSTD_e_continue
   */
  flush?: number | undefined;
  /**
   * The kind of flush at the end. With any but the default a decoder takes input that ends too early.
   * @default Z_FINISH, BROTLI_OPERATION_FINISH, ZSTD_e_end
   */
  finishFlush?: number | undefined;
  /**
   * The largest piece, in bytes, in which output is handed to the reader; at least 64. By default pieces grow from 16 KiB
   * to 128 KiB.
   */
  chunkSize?: number | undefined;
  /** Whether one-shot functions return `{ buffer, engine }` instead of a Buffer. @default false */
  info?: boolean | undefined;
  /**
   * Whether bytes behind the end of the data are an `ERR_TRAILING_JUNK_AFTER_STREAM_END`, rather than ignored.
   * @default false
   */
  rejectGarbageAfterEnd?: boolean | undefined;
}

/** Options of the deflate family. What is out of its range is `ERR_OUT_OF_RANGE`. */
export interface ZlibOptions extends CodecOptions {
  /**
   * 0 (stored) to 9 (smallest), -1 for the default, which is 6. The sizes are within 1 % of `node:zlib`'s.
   * Decoders ignore it.
   */
  level?: number | undefined;
  /**
   * The most threads that compress the stream at once: an integer from 1, or `'auto'` for one a core. All streams share
   * them; the output is the same whatever their number. Up to 256 KiB between two flushes are one thread's work; behind
   * that, up to `threads + 4` blocks of 256 KiB count as consumed while they are on their way. The `Sync` functions use
   * the thread that calls them, and decoders ignore it. Not in `node:zlib`.
   * @default 'auto'
   */
  threads?: 'auto' | number | undefined;
  /** Base-two logarithm of the window, 8 to 15; for gzip, 9 to 15; to a decoder of gzip or zlib 0 is what the data say. @default 15 */
  windowBits?: number | undefined;
  /** How much memory compression takes, 1 to 9. @default 8 */
  memLevel?: number | undefined;
  /** `constants.Z_DEFAULT_STRATEGY`, `Z_FILTERED`, `Z_HUFFMAN_ONLY`, `Z_RLE` or `Z_FIXED`. @default 0 */
  strategy?: number | undefined;
  /**
   * Bytes that the data is expected to repeat; copied. Of zlib and raw deflate, not gzip. A decoder that lacks the
   * dictionary, or has another, fails with `Z_NEED_DICT`.
   */
  dictionary?: Bytes | undefined;
}

/** The fields of a gzip header (RFC 1952) that a program may write. */
export interface GzipHeader {
  /** The name of the original file: Latin-1 without null characters, or `ERR_INVALID_ARG_VALUE`. */
  name?: string | undefined;
  /** For people to read: Latin-1 without null characters, or `ERR_INVALID_ARG_VALUE`. */
  comment?: string | undefined;
  /** When the original was modified: a Date, or seconds since 1970, below 2 ** 32. @default 0, unknown */
  mtime?: Date | number | undefined;
  /** Subfields for programs, at most 65,535 bytes. */
  extra?: Bytes | undefined;
}

/** The fields of a gzip header that was read; of each of them 64 KiB at most. */
export interface GzipHeaderRead {
  name: string | undefined;
  comment: string | undefined;
  /** Seconds since 1970; 0 is unknown. */
  mtime: number;
  extra: Buffer | undefined;
  /** The file system that the original lay in: 3 is Unix, 255 unknown. */
  os: number;
  /** Whether the original is probably text. */
  text: boolean;
}

/** Options of {@link Gzip}. */
export interface GzipOptions extends ZlibOptions {
  /** What the header says. Not in `node:zlib`. @default nothing but that it is gzip */
  header?: GzipHeader | undefined;
}

/** Options of {@link Gunzip} and {@link Unzip}. */
export interface GunzipOptions extends ZlibOptions {
  /**
   * Which members of a gzip file are read. `'first'` ends the stream with the first: its sources are unpiped, and what
   * was written behind the member is in `rest`. By `write()` or `pipe()`, that is: `pipeline()` takes a stream that ends
   * before its source does for a failure. Not in `node:zlib`.
   * @default 'all', as one stream
   */
  members?: 'all' | 'first' | undefined;
}

/** Parameters by their numbers in `constants`; one that does not exist is `ERR_BROTLI_INVALID_PARAM`. */
export interface BrotliOptions extends CodecOptions {
  /** `BROTLI_PARAM_…` of an encoder, `BROTLI_DECODER_PARAM_…` of a decoder. */
  params?: { [key: number]: boolean | number } | undefined;
  /**
   * The most threads that compress the stream, beside the one that it runs on: an integer from 1, at most one a core, or
   * two. From 2 on what follows 4 MiB without a flush is cut into segments of 4 MiB, each of which sees 2 MiB before it.
   * At qualities 2 to 9, that is, and with neither a dictionary nor a large window; otherwise, as at the default quality,
   * 11, there is one. The output is the same whatever their number, and about as large as that of one thread; up to 3 %
   * larger where much repeats itself from farther away. What has come of a segment comes out with the next write, flush,
   * or the end; a flush behind the first 4 MiB costs milliseconds, and some of the ratio. All these threads are the
   * stream's own: the one that it runs on from its creation to its end, and the others as long as there are segments for
   * them. At quality 5 two of them take about 90 MB more than none. Up to `threads + 3` segments count as consumed while
   * they are on their way. A stream that is destroyed first ends the segments under way, and a new one waits while two
   * such are left. Where the process cannot have the threads, the constructor throws `EAGAIN`, or the stream fails with
   * it. `'auto'` is one. The `Sync` functions and decoders ignore it. Not in `node:zlib`.
   * @default 'auto'
   */
  threads?: 'auto' | number | undefined;
  /** Bytes that the data is expected to repeat; copied. */
  dictionary?: Bytes | undefined;
}

/** Parameters by their numbers in `constants`; one that does not exist is `ERR_ZSTD_INVALID_PARAM`. */
export interface ZstdOptions extends CodecOptions {
  /** `ZSTD_c_…` of an encoder, `ZSTD_d_…` of a decoder. */
  params?: { [key: number]: boolean | number } | undefined;
  /**
   * The most threads that compress the stream, beside the one that it runs on: an integer from 1, at most one a core.
   * From 2 on a frame is cut into jobs of 4 MiB, or of a window where that is more, each of which sees the window before
   * it. The output is the same whatever their number, and about as large as that of one thread. What has come of a job
   * comes out with the next write, flush, or the end. All these threads are the stream's own: the one that it runs on
   * from its creation to its end, though nothing be written, and the others as long as a frame lasts. Each of the
   * others holds a job, what comes of it, and an encoder. At level 3 two of them take 27 MB more than none, at level 19
   * twice as much as none; from level 20 on the window is up to 128 MiB, and so is a job. Up to `threads + 3` jobs
   * count as consumed while they are on their way. A frame that is destroyed is first compressed as far as it was
   * taken, and a new stream waits while two such are left. Where the process cannot have the threads, the constructor
   * throws `EAGAIN`. `'auto'` is one. A decoder ignores it. Not in `node:zlib`,
   * whose `ZSTD_c_nbWorkers`, `ZSTD_c_jobSize` and `ZSTD_c_overlapLog` say it in zstd's words, and stand above it here.
   * @default 'auto'
   */
  threads?: 'auto' | number | undefined;
  /** How many bytes will be compressed, which the header then says; another number is `ZSTD_error_srcSize_wrong`. */
  pledgedSrcSize?: number | undefined;
  /** Bytes that the data is expected to repeat; copied. */
  dictionary?: Bytes | undefined;
}
