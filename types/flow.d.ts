import type { Budget } from './budget';
import type { Clocks } from './clocks';

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
   * What a `write()` past `hardLimit` does, or one after a `false` that the budget has no room for. `'queue'` accepts it,
   * as Node does; `'error'` accepts nothing of it, and the stream fails with `ERR_SLUICE_OVERFLOW`.
   * @default 'queue'
   */
  overflow?: 'queue' | 'error' | undefined;
  /** What the stream's bytes count to, on both sides of a Transform. @default Budget.default */
  budget?: Budget | undefined;
}

/** A stream's budget at one moment. All sizes are bytes. */
export interface BudgetPressure {
  bytes: number;
  used: number;
  peak: number;
  /** Buffers that wait for their turn. */
  waiting: number;
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
  /** Whether one of the stream's buffers waits for its turn of the budget. */
  awaitsBudget: boolean;
  /** The budget that the stream's bytes count to. */
  budget: BudgetPressure;
}

/** What every Sluice stream with a writable side has beyond Node's. */
export interface Flow {
  /** Bytes at which `'drain'` fires, the counterpart of `writableHighWaterMark`. */
  readonly writableLowWaterMark: number;
  /** A snapshot of the buffers and counters. */
  readonly pressure: Pressure;
  /** A snapshot of how the stream's stage has spent its time. */
  readonly clocks: Clocks;
  /**
   * Settles when there is room to write, and always settles: unlike `once(stream, 'drain')` it does not hang when the
   * stream is destroyed. Rejects with the stream's error, with `ERR_STREAM_DESTROYED` when it was closed without one,
   * and with `ERR_STREAM_WRITE_AFTER_END` after `end()`. One that nobody awaits is no unhandled rejection.
   */
  ready(): Promise<void>;
}
