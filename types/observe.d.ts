import type { EventEmitter } from 'node:events';
import type { Stream } from 'node:stream';

/** What can be observed: any stream of Node's, and what is written to as one, such as a response of `node:http`. */
export type Observable = Stream | (EventEmitter & NodeJS.WritableStream);

/** How a stage divides its time, as parts of 1. They add up to 1, or are all 0 when there was no time to divide. */
export interface Shares {
  /** It works: its codec, its system calls, or its own code. */
  busy: number;
  /** There is no room for what it would do next; the reasons are in `blockedBy`. */
  blocked: number;
  /** It has no input. */
  starved: number;
  /** It could work, but has no worker, or the event loop does not come. */
  waiting: number;
  /** What `blocked` is made of. */
  blockedBy: { reader: number; disk: number; remote: number; throttle: number; budget: number };
}

/** A stage at one moment. */
export interface StageSnapshot {
  name: string;
  kind: 'source' | 'transform' | 'sink' | 'duplex';
  /** The name of the stream's class. */
  type: string;
  /** Whether it is one of Sluice's, which tells of itself; the others are watched from outside. */
  native: boolean;
  /** Whether it has nothing more to do. */
  done: boolean;
  /** Over the window. */
  recent: Shares;
  /** Since the observation began. */
  total: Shares;
  /** Bytes since the observation began. Objects have none. */
  bytesIn: number;
  bytesOut: number;
  /** Bytes a second over the window. */
  rateIn: number;
  rateOut: number;
  /** Bytes in the stage's buffers, on both sides of a Transform. */
  buffered: number;
  /** Times that it was stopped for longer than `stallAfter`. */
  stalls: number;
  /** The longest time that it was stopped, in milliseconds: that `write()` had returned `false`, or a source's reader read nothing. */
  longestStall: number;
}

/** An observation at one moment. It is a plain object and does not change afterwards. */
export interface ObservationSnapshot {
  /** Milliseconds since the observation began. */
  elapsed: number;
  /** What `recent` stands for: the last milliseconds, about 5000 of them once there are so many. */
  window: number;
  /** How much of the time the event loop was busy, as a part of 1. */
  loop: { recent: number; total: number };
  /** In the order in which they were given. */
  stages: StageSnapshot[];
  /** Who feeds whom, as names. */
  edges: [from: string, to: string][];
}

/** What holds a pipeline back. */
export interface Verdict {
  /** The name of the stage that holds the rest back; `null` if none does, or if it is the event loop. */
  stage: string | null;
  /**
   * Why. `starved`: the input of the first stage does not come; `reader`: nobody reads what the last one has; `waiting`: no
   * worker is free; `loop`: the event loop does other work. `null` where nothing is held back.
   */
  reason:
    | 'busy'
    | 'reader'
    | 'disk'
    | 'remote'
    | 'throttle'
    | 'budget'
    | 'starved'
    | 'waiting'
    | 'loop'
    | null;
  /** How sure, from 0 to 1: the part of the time that it answers for, less that of the next suspect. */
  certainty: number;
  /** All of it in one sentence. */
  text: string;
  /** `text`. */
  toString(): string;
}

/** How a page is shown. */
export interface PageOptions {
  /** What stands above the verdict. @default 'Pressure' */
  title?: string;
}

/** Where a page is served. */
export interface ServeOptions extends PageOptions {
  /** 0 is any that is free. @default 0 */
  port?: number;
  /** A loopback address: `127.0.0.1` and its neighbours, `::1`, or `localhost`. @default '127.0.0.1' */
  host?: string;
}

/** A page that is served. */
export interface ServedPage {
  /** To be opened in a browser: `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly port: number;
  /** Takes the page away. The promise is fulfilled when the port is free again. */
  close(): Promise<void>;
}

/** What {@link observe} gives. It does not hold the process, and closes itself when all of its streams are done. */
export interface Observation {
  /** The stages at this moment, or as they were when the observation was closed. */
  snapshot(): ObservationSnapshot;
  /** What holds the pipeline back: over the last 5 seconds, or in all when it is over. */
  verdict(): Verdict;
  /**
   * Milliseconds after which a stage that is stopped has stalled. When one has, `sluice:stall` of
   * `node:diagnostics_channel` gets `{ name, stream, stopped, limit }`, and `sluice:drain` gets `{ name, stream, stopped }`
   * when it may go on. A number above 0; anything else is `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE`.
   * @default 1000
   */
  stallAfter: number;
  readonly closed: boolean;
  /**
   * Writes a page to look at: the verdict, the stages as a graph, each with its shares of the time in colour and words, and
   * rates and buffered bytes over time. It is one file of HTML, to which nothing comes from elsewhere, and shows what is known
   * at the moment of the call, as `snapshot()` and `verdict()` do: so mostly it is called when the pipeline is over.
   *
   * A file that stands there is replaced, when the page is complete; its mode stays. A symbolic link is followed.
   * @param path a path, or a `file:` URL
   * @returns a promise that is fulfilled when the page is written. A path that cannot be written rejects it with the
   * system's `code`, such as `ENOENT` or `EACCES`; what is no path or title, with `ERR_INVALID_ARG_TYPE`. The streams go
   * on as if nobody had asked.
   */
  report(path: string | URL, options?: PageOptions): Promise<void>;
  /**
   * Serves the same page to this machine alone. It asks for what is new each second, until the observation is over; after
   * that the last state can be read until `close()`. Neither the server nor who looks at its page holds the process.
   * @returns a promise that is fulfilled when the page can be opened. A port that is taken rejects it with `EADDRINUSE`, one
   * that is none with `ERR_SOCKET_BAD_PORT`, a host that is no loopback address with `ERR_INVALID_ARG_VALUE`, values of the
   * wrong type with `ERR_INVALID_ARG_TYPE`. The streams go on as if nobody had asked.
   */
  serve(options?: ServeOptions): Promise<ServedPage>;
  /** Ends the observation; the streams go on as if nobody had looked. */
  close(): void;
}

/**
 * Observes streams, Sluice's and others: how each divides its time, and which one holds the rest back. They are taken to
 * feed each other as they are piped, and where they are not, in the order in which they are given. A stream without a name
 * gets that of its class.
 *
 * What is no stream is `ERR_INVALID_ARG_TYPE`, a name that is given twice, or no stream at all, `ERR_INVALID_ARG_VALUE`, a
 * stream that is observed already `ERR_INVALID_STATE`, a destroyed one `ERR_STREAM_DESTROYED`; then none is observed.
 */
export function observe(
  ...streams: [
    Observable | Record<string, Observable>,
    ...(Observable | Record<string, Observable>)[],
  ]
): Observation;
