//! What a stage spends its time on: the one table of names.
//!
//! | name | a stage's time counts to it while |
//! |---|---|
//! | `busy` | it computes, or a system call takes or gives bytes |
//! | `reader` | it is blocked: the reader leaves what it has produced |
//! | `disk` | it is blocked: a file is being opened, synced or closed |
//! | `remote` | it is blocked: who stands behind the sink takes no more at present |
//! | `throttle` | it is blocked: its rate does not allow more at present |
//! | `budget` | it is blocked: its budget is spent, and it waits for its turn |
//! | `starved` | it has no input |
//! | `waiting` | it has input and room, and waits for a worker, or for the event loop to come to its stream |
//!
//! `types/clocks.d.ts` has the same; a test compares them.

/// What a stage spends its time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spending {
    /// It computes, or a system call takes or gives bytes.
    Busy,
    /// Blocked: the reader leaves what it has produced.
    Reader,
    /// Blocked: a file is being opened, synced or closed.
    Disk,
    /// Blocked: who stands behind the sink takes no more at present.
    Remote,
    /// Blocked: its rate does not allow more at present.
    Throttle,
    /// Blocked: its budget is spent, and it waits for its turn.
    Budget,
    /// It has no input.
    Starved,
    /// It has input and room, and waits for a worker, or for the event loop to come to its stream.
    Waiting,
}

impl Spending {
    /// All, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Busy,
        Self::Reader,
        Self::Disk,
        Self::Remote,
        Self::Throttle,
        Self::Budget,
        Self::Starved,
        Self::Waiting,
    ];

    /// Whether the program's side of the stream has to act for it to end.
    pub(super) fn is_up_to_the_program(self) -> bool {
        matches!(self, Self::Reader | Self::Starved)
    }
}
