/** Options of {@link Budget}. */
export interface BudgetOptions {
  /** An integer above 0, or `Infinity`; anything else is `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE`. */
  bytes: number;
}

/**
 * One bound for the bytes that many streams hold in Rust: those accepted, those on their way and those produced, on both
 * sides of a Transform. While it is spent `write()` returns `false` whatever the stream's own mark, and codecs and files
 * that are read stop; as bytes are taken they go on, first come, first served.
 *
 * Every stream has at least 4096 bytes on each side, so that streams that feed each other always move their last byte,
 * and a write is taken whole. A program that heeds `false` passes the budget only by what comes unasked: a stream's first
 * write, as far as it is larger than 4096 bytes, and one that is larger than all that it was given before, by as much. One
 * that does not heed it loses nothing but memory, unless `overflow` is `'error'`.
 *
 * It cannot be sent to another thread.
 */
export class Budget {
  constructor(options: BudgetOptions);

  /**
   * The budget of every stream that is given no other, in all threads of the process. Without bound until `bytes` is
   * set.
   */
  static readonly default: Budget;

  /**
   * The bound, in bytes. May be set while streams are at work: an integer above 0, or `Infinity`. Less than `used` is
   * `ERR_OUT_OF_RANGE` and changes nothing.
   */
  bytes: number;
  /** Bytes that streams hold now, give or take a few KiB for those that are at work in this moment. */
  readonly used: number;
  /** The most that was used at once, in bytes. */
  readonly peak: number;
  /** How many buffers wait for their turn. A Transform has two. */
  readonly waiting: number;
}
