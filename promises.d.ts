/// <reference types="node" />

import type {
  BrotliOptions,
  GunzipOptions,
  GzipOptions,
  InfoResult,
  InputType,
  ZlibOptions,
  ZstdOptions,
  Gzip,
  Gunzip,
  Deflate,
  Inflate,
  DeflateRaw,
  InflateRaw,
  Unzip,
  BrotliCompress,
  BrotliDecompress,
  ZstdCompress,
  ZstdDecompress,
} from './index';

/*
 * The one-shot functions as promises. What the callback of the function of the same name would be given as an error, and
 * what it would throw at once, the promise rejects with.
 */

type OwnBuffer = ReturnType<typeof Buffer.alloc>;

/** A function whose promise has all output, which is computed on another thread. */
export interface PromisedOneShot<Options, Engine> {
  (buffer: InputType, options: Options & { info: true }): Promise<InfoResult<Engine>>;
  (buffer: InputType, options?: Options): Promise<OwnBuffer>;
}

/** Compresses to the gzip format. */
export const gzip: PromisedOneShot<GzipOptions, Gzip>;
/** Decompresses gzip. */
export const gunzip: PromisedOneShot<GunzipOptions, Gunzip>;
/** Compresses to the zlib format. */
export const deflate: PromisedOneShot<ZlibOptions, Deflate>;
/** Decompresses the zlib format. */
export const inflate: PromisedOneShot<ZlibOptions, Inflate>;
/** Compresses to raw deflate. */
export const deflateRaw: PromisedOneShot<ZlibOptions, DeflateRaw>;
/** Decompresses raw deflate. */
export const inflateRaw: PromisedOneShot<ZlibOptions, InflateRaw>;
/** Decompresses gzip or the zlib format. */
export const unzip: PromisedOneShot<GunzipOptions, Unzip>;
/** Compresses to brotli. */
export const brotliCompress: PromisedOneShot<BrotliOptions, BrotliCompress>;
/** Decompresses brotli. */
export const brotliDecompress: PromisedOneShot<BrotliOptions, BrotliDecompress>;
/** Compresses to zstd. */
export const zstdCompress: PromisedOneShot<ZstdOptions, ZstdCompress>;
/** Decompresses zstd. */
export const zstdDecompress: PromisedOneShot<ZstdOptions, ZstdDecompress>;
