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
