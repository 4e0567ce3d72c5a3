import type { ReadableStream, WritableStream } from 'node:stream/web';

/** What a stream of bytes takes from the Web: strings are encoded as UTF-8. */
export type WebChunk = string | ArrayBufferView | ArrayBuffer;

/** A Transform as Web Streams, as `pipeThrough()` takes them. */
export interface WebPair {
  /**
   * A byte stream, of plain `Uint8Array`s. It is read as its reader asks, and a reader that stops, stops the codec.
   * `cancel()` destroys the stream.
   */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** As {@link SinkToWeb.toWeb} has it. `close()` waits until the codec has finished. */
  readonly writable: WritableStream<WebChunk>;
}

/** The Web's side of a Writable. */
export interface SinkToWeb {
  /**
   * The stream as a `WritableStream` whose back-pressure is that of the Rust buffer, in bytes, on every version of Node.
   * `writer.desiredSize` is `writableHighWaterMark - writableLength`, `null` after a failure and 0 when closed;
   * `writer.ready` waits from the write that fills the buffer until `'drain'`. A chunk is copied within
   * `writer.write()` while there is room.
   *
   * `close()` waits for all that the stream promises with `'finish'`, and `abort()` destroys the stream. Web streams fail
   * with the error that the stream fails with; after a destroy without one it is an `AbortError`.
   */
  toWeb(): WritableStream<WebChunk>;
}

/** The formats of the Compression Streams standard, and zstd. */
export type CompressionFormat = 'deflate' | 'deflate-raw' | 'gzip' | 'brotli' | 'zstd';

/** What {@link CompressionStream} and {@link DecompressionStream} take; not a view of a `SharedArrayBuffer`. */
export type CompressionChunk = ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/**
 * Compresses, as the standard's class of this name (https://compression.spec.whatwg.org/), in the Rust codecs: with
 * their default level, and back-pressure in bytes as of {@link SinkToWeb.toWeb}.
 *
 * A chunk that is no `CompressionChunk`, a string too, fails both sides with a `TypeError` whose code is
 * `ERR_INVALID_ARG_TYPE`, or `ERR_STREAM_NULL_VALUES` for `null`.
 */
export class CompressionStream {
  /** @throws TypeError `ERR_INVALID_ARG_VALUE` for a format that is not known */
  constructor(format: CompressionFormat);
  /** Plain `Uint8Array`s, of memory that is nobody else's. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<CompressionChunk>;
}

/**
 * Decompresses, as the standard's class of this name. Malformed data, data that ends too early, and whatever follows the
 * end, a second gzip member too, fail both sides with a `TypeError`, with the codec's own error as its `cause` and that
 * one's `code`; what was decoded before is read first. Chunks are as for {@link CompressionStream}.
 */
export class DecompressionStream {
  /** @throws TypeError `ERR_INVALID_ARG_VALUE` for a format that is not known */
  constructor(format: CompressionFormat);
  /** Plain `Uint8Array`s, of memory that is nobody else's. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<CompressionChunk>;
}
