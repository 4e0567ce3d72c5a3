import { Transform } from 'node:stream';
import type { Flow } from './flow';
import type { TransformFlowOptions } from './options';
import type { WebPair } from './web';

/** Options of {@link Rate}. */
export interface RateOptions {
  /** Bytes per second: a number above 0, or `Infinity`; anything else is `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE`. */
  bytesPerSecond: number;
  /**
   * The most bytes that may pass at once after a rest: an integer above 0; anything else is `ERR_INVALID_ARG_TYPE` or
   * `ERR_OUT_OF_RANGE`. In any time `t`, in seconds, at most `burst + t * bytesPerSecond` bytes pass. Less than what
   * `bytesPerSecond` allows in 20 ms counts as that: timers are not much finer.
   * @default what `bytesPerSecond` allows in 100 ms, but at least 1
   */
  burst?: number | undefined;
}

/**
 * How many bytes a second pass through the throttles that are given it, all of them together. They take turns, each for
 * what the rate allows in 20 ms, 16 KiB at most.
 *
 * It cannot be sent to another thread.
 */
export class Rate {
  constructor(options: RateOptions);

  /** Bytes per second. May be set while streams are at work, and counts at once for what waits. */
  bytesPerSecond: number;
  /** Bytes. May be set while streams are at work; `undefined` is the default, which follows `bytesPerSecond`. */
  get burst(): number;
  set burst(value: number | undefined);
}

/** Options of {@link createThrottle}: a rate of its own, or one that it shares; both are `ERR_INVALID_ARG_VALUE`. */
export type ThrottleOptions = TransformFlowOptions &
  (
    | (RateOptions & { rate?: undefined })
    | { rate: Rate; bytesPerSecond?: undefined; burst?: undefined }
  );

/**
 * Passes bytes on unchanged, no faster than its rate allows. While it waits for that its buffers fill, and `write()`
 * returns `false`; `clocks.blocked.throttle` counts the time.
 */
export class Throttle extends Transform {
  constructor(options: ThrottleOptions);

  /** Its rate: that of the options, or one of its own, which another throttle may be given too. */
  readonly rate: Rate;
  /** That of `rate`. */
  bytesPerSecond: number;
  /** That of `rate`. */
  get burst(): number;
  set burst(value: number | undefined);
  /** Bytes that have passed. */
  readonly bytesWritten: number;
  /** The stream as Web Streams, which fail as it does; a chunk that is none destroys it. */
  toWeb(): WebPair;
}
export interface Throttle extends Flow {}

/**
 * A Transform that lets bytes through at a rate, which may be changed while it runs and be shared.
 * @throws `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE` or `ERR_INVALID_ARG_VALUE` for options that make no sense
 */
export function createThrottle(options: ThrottleOptions): Throttle;
