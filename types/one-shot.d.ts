import type {
  BrotliCompress,
  BrotliDecompress,
  Deflate,
  DeflateRaw,
  Gunzip,
  Gzip,
  Inflate,
  InflateRaw,
  Unzip,
  ZstdCompress,
  ZstdDecompress,
} from './codecs';
import type {
  BrotliOptions,
  Bytes,
  GunzipOptions,
  GzipOptions,
  ZlibOptions,
  ZstdOptions,
} from './options';

/** What the one-shot functions take; a string is UTF-8. */
export type InputType = string | Bytes;

/** A Buffer whose memory no other thread can share. */
type OwnBuffer = ReturnType<typeof Buffer.alloc>;

/** What a one-shot function gives with `info: true`. */
export interface InfoResult<Engine> {
  buffer: OwnBuffer;
  /** The stream that made it, which is closed: `engine.bytesConsumed` says how much of the input was read. */
  engine: Engine;
}

/** What a one-shot function calls back, by the name that `@types/node` gives it. */
export type CompressCallback = (error: Error | null, result: OwnBuffer) => void;

/** A function that calls back with all output, which is computed on another thread. */
export interface OneShot<Options, Engine> {
  (buffer: InputType, callback: (error: Error | null, result: OwnBuffer) => void): void;
  (
    buffer: InputType,
    options: Options & { info: true },
    callback: (error: Error | null, result: InfoResult<Engine>) => void,
  ): void;
  (
    buffer: InputType,
    options: Options,
    callback: (error: Error | null, result: OwnBuffer) => void,
  ): void;
  __promisify__(buffer: InputType, options?: Options): Promise<OwnBuffer>;
}

/** A function that returns all output, or throws what the stream would fail with. */
export interface OneShotSync<Options, Engine> {
  (buffer: InputType, options: Options & { info: true }): InfoResult<Engine>;
  (buffer: InputType, options?: Options): OwnBuffer;
}

/** Compresses to the gzip format (RFC 1952): all at once. */
export const gzip: OneShot<GzipOptions, Gzip>;
export const gzipSync: OneShotSync<GzipOptions, Gzip>;

/** Decompresses gzip, concatenated members too: all at once. */
export const gunzip: OneShot<GunzipOptions, Gunzip>;
export const gunzipSync: OneShotSync<GunzipOptions, Gunzip>;

/** Compresses to the zlib format (RFC 1950): all at once. */
export const deflate: OneShot<ZlibOptions, Deflate>;
export const deflateSync: OneShotSync<ZlibOptions, Deflate>;

/** Decompresses the zlib format: all at once. */
export const inflate: OneShot<ZlibOptions, Inflate>;
export const inflateSync: OneShotSync<ZlibOptions, Inflate>;

/** Compresses to raw deflate (RFC 1951), without header or checksum: all at once. */
export const deflateRaw: OneShot<ZlibOptions, DeflateRaw>;
export const deflateRawSync: OneShotSync<ZlibOptions, DeflateRaw>;

/** Decompresses raw deflate: all at once. */
export const inflateRaw: OneShot<ZlibOptions, InflateRaw>;
export const inflateRawSync: OneShotSync<ZlibOptions, InflateRaw>;

/** Decompresses gzip or the zlib format, told apart by the first bytes: all at once. */
export const unzip: OneShot<GunzipOptions, Unzip>;
export const unzipSync: OneShotSync<GunzipOptions, Unzip>;

/** Compresses to brotli (RFC 7932): all at once. */
export const brotliCompress: OneShot<BrotliOptions, BrotliCompress>;
export const brotliCompressSync: OneShotSync<BrotliOptions, BrotliCompress>;

/** Decompresses brotli: all at once. */
export const brotliDecompress: OneShot<BrotliOptions, BrotliDecompress>;
export const brotliDecompressSync: OneShotSync<BrotliOptions, BrotliDecompress>;

/** Compresses to a zstd frame (RFC 8878): all at once. */
export const zstdCompress: OneShot<ZstdOptions, ZstdCompress>;
export const zstdCompressSync: OneShotSync<ZstdOptions, ZstdCompress>;

/** Decompresses zstd, concatenated frames too: all at once. */
export const zstdDecompress: OneShot<ZstdOptions, ZstdDecompress>;
export const zstdDecompressSync: OneShotSync<ZstdOptions, ZstdDecompress>;

/**
 * The CRC-32 of `data`, which is that of gzip, behind data whose CRC-32 is `value`.
 * @param value an integer from 0 to 4294967295, or `ERR_OUT_OF_RANGE`
 */
export function crc32(data: string | NodeJS.ArrayBufferView, value?: number): number;
