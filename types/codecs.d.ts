import { Transform } from 'node:stream';
import type { Flow } from './flow';
import type {
  BrotliOptions,
  GunzipOptions,
  GzipHeaderRead,
  GzipOptions,
  ZlibOptions,
  ZstdOptions,
} from './options';
import type { WebPair } from './web';

/** What all codec streams have. */
export interface CodecStream extends Transform, Flow {
  /** Bytes that the codec has consumed; those behind the end of compressed data do not count. */
  readonly bytesWritten: number;
  /** The same by a name that says so: of a decoder with `members: 'first'`, the compressed bytes of the member. */
  readonly bytesConsumed: number;
  /**
   * Brings out what was written so far, so that it can be decoded. `kind` is one of the family's: an integer out of its
   * range is `ERR_OUT_OF_RANGE`. `callback` runs when it is done, and nothing that was written later can be read before.
   * @default Z_FULL_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush
   */
  flush(kind?: number, callback?: (error?: Error | null) => void): void;
  flush(callback?: (error?: Error | null) => void): void;
  /**
   * Begins anew, behind what was written. Throws while that is under way: from a `write()` or `flush()` until something
   * is heard of it, a callback, `'drain'` or output. On a closed stream it throws `ERR_INTERNAL_ASSERTION`.
   */
  reset(): void;
  /** Destroys the stream; `callback` runs when it is closed. */
  close(callback?: (error?: Error | null) => void): void;
  /** The stream as Web Streams, which fail as it does; a chunk that is none destroys it. */
  toWeb(): WebPair;
}

/** What all streams of `node:zlib` have, by the name that `@types/node` gives it. */
export interface Zlib {
  readonly bytesWritten: number;
  shell?: boolean | string;
  close(callback?: () => void): void;
  flush(kind?: number, callback?: () => void): void;
  flush(callback?: () => void): void;
}

/** What streams that can begin anew have. */
export interface ZlibReset {
  reset(): void;
}

/** What streams have whose level and strategy can be changed. */
export interface ZlibParams {
  params(level: number, strategy: number, callback: () => void): void;
}

/** What the streams of the deflate family have. */
export interface ZlibStream extends CodecStream {
  /**
   * Sets level and strategy for what is written from now on; what was written before is flushed. `callback` runs when
   * that is done. Decoders take no notice of either. On a closed stream it throws `ERR_INTERNAL_ASSERTION`.
   */
  params(level: number, strategy: number, callback: (error?: Error) => void): void;
}

/** What decoders of gzip have. */
export interface GunzipStream extends ZlibStream {
  /** With `members: 'first'`, what was written behind the first member, once that is complete; otherwise null. */
  readonly rest: Buffer | null;
}

/*
 * The codec streams. Encoders never fail on their input. A decoder fails with `Z_DATA_ERROR` where its input is
 * malformed and with `Z_BUF_ERROR` where it ends too early, after what could be decoded and without `'end'`; those of
 * brotli and zstd with codes of their own. Each error has Node's `code` and `errno`. Invalid options throw: as in Node
 * `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_INVALID_ARG_VALUE`, `ERR_ZLIB_INITIALIZATION_FAILED`.
 */

/** Compresses to the gzip format (RFC 1952). */
export class Gzip extends Transform {
  constructor(options?: GzipOptions);
}
export interface Gzip extends ZlibStream {}

/** Decompresses gzip, concatenated members too. */
export class Gunzip extends Transform {
  constructor(options?: GunzipOptions);

  /** The first member's header has been read. Comes once, before the first `'data'`. */
  on(event: 'header', listener: (header: GzipHeaderRead) => void): this;
  on(event: string | symbol, listener: (...args: any[]) => void): this;
  once(event: 'header', listener: (header: GzipHeaderRead) => void): this;
  once(event: string | symbol, listener: (...args: any[]) => void): this;
}
export interface Gunzip extends GunzipStream {}

/** Compresses to the zlib format (RFC 1950). */
export class Deflate extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Deflate extends ZlibStream {}

/** Decompresses the zlib format. */
export class Inflate extends Transform {
  constructor(options?: ZlibOptions);
}
export interface Inflate extends ZlibStream {}

/** Compresses to raw deflate (RFC 1951), without header or checksum. */
export class DeflateRaw extends Transform {
  constructor(options?: ZlibOptions);
}
export interface DeflateRaw extends ZlibStream {}

/** Decompresses raw deflate. */
export class InflateRaw extends Transform {
  constructor(options?: ZlibOptions);
}
export interface InflateRaw extends ZlibStream {}

/** Decompresses gzip or the zlib format, told apart by the first bytes. */
export class Unzip extends Transform {
  constructor(options?: GunzipOptions);

  /** The first member's header has been read. Comes once, before the first `'data'`. */
  on(event: 'header', listener: (header: GzipHeaderRead) => void): this;
  on(event: string | symbol, listener: (...args: any[]) => void): this;
  once(event: 'header', listener: (header: GzipHeaderRead) => void): this;
  once(event: string | symbol, listener: (...args: any[]) => void): this;
}
export interface Unzip extends GunzipStream {}

/** Compresses to brotli (RFC 7932). */
export class BrotliCompress extends Transform {
  constructor(options?: BrotliOptions);
}
export interface BrotliCompress extends CodecStream {}

/** Decompresses brotli. */
export class BrotliDecompress extends Transform {
  constructor(options?: BrotliOptions);
}
export interface BrotliDecompress extends CodecStream {}

/** Compresses to a zstd frame (RFC 8878). */
export class ZstdCompress extends Transform {
  constructor(options?: ZstdOptions);
}
export interface ZstdCompress extends CodecStream {}

/** Decompresses zstd, concatenated frames too. */
export class ZstdDecompress extends Transform {
  constructor(options?: ZstdOptions);
}
export interface ZstdDecompress extends CodecStream {}

/** A new {@link Gzip}: compresses to the gzip format (RFC 1952). */
export function createGzip(options?: GzipOptions): Gzip;
/** A new {@link Gunzip}: decompresses gzip, concatenated members too. */
export function createGunzip(options?: GunzipOptions): Gunzip;
/** A new {@link Deflate}: compresses to the zlib format (RFC 1950). */
export function createDeflate(options?: ZlibOptions): Deflate;
/** A new {@link Inflate}: decompresses the zlib format. */
export function createInflate(options?: ZlibOptions): Inflate;
/** A new {@link DeflateRaw}: compresses to raw deflate (RFC 1951), without header or checksum. */
export function createDeflateRaw(options?: ZlibOptions): DeflateRaw;
/** A new {@link InflateRaw}: decompresses raw deflate. */
export function createInflateRaw(options?: ZlibOptions): InflateRaw;
/** A new {@link Unzip}: decompresses gzip or the zlib format, told apart by the first bytes. */
export function createUnzip(options?: GunzipOptions): Unzip;
/** A new {@link BrotliCompress}: compresses to brotli (RFC 7932). */
export function createBrotliCompress(options?: BrotliOptions): BrotliCompress;
/** A new {@link BrotliDecompress}: decompresses brotli. */
export function createBrotliDecompress(options?: BrotliOptions): BrotliDecompress;
/** A new {@link ZstdCompress}: compresses to a zstd frame (RFC 8878). */
export function createZstdCompress(options?: ZstdOptions): ZstdCompress;
/** A new {@link ZstdDecompress}: decompresses zstd, concatenated frames too. */
export function createZstdDecompress(options?: ZstdOptions): ZstdDecompress;
