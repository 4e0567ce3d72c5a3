/** Why a stage is blocked, in milliseconds each. */
export interface BlockedClocks {
  /** The reader leaves what the stage has produced. */
  reader: number;
  /** A file is being opened, synced or closed. */
  disk: number;
  /** Who stands behind the sink takes no more at present: {@link createSlowWritableStream}. */
  remote: number;
  /** Its rate does not allow more at present: {@link createThrottle}. */
  throttle: number;
  /** Its {@link Budget} is spent, and it waits for its turn. */
  budget: number;
}

/**
 * How a stream's stage, which works in a thread of its own, has spent its time: a snapshot, in milliseconds. `busy`, all of
 * `blocked`, `starved` and `waiting` add up to `elapsed`, the interval that is running included.
 */
export interface Clocks {
  /** From when the stream was made until its stage was done, or until now. */
  elapsed: number;
  /** The codec computes, or a system call takes or gives bytes. */
  busy: number;
  /** There is no room for what the stage would do next. */
  blocked: BlockedClocks;
  /** There is no input: nothing was written, or who writes to the file that is read has yet to. */
  starved: number;
  /**
   * There is input and room, but no worker yet; or the stage can do nothing before the event loop comes, which has been
   * told and has not had the time to.
   */
  waiting: number;
}
