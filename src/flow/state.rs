//! The life of a channel.
//!
//! ```text
//!            end()                    the receiver takes End
//!   Open ──────────────▶ Ending ───────────────────────────▶ Ended
//!    │                     │                                   │
//!    ├──── abort() ────────┴──────────▶ Aborted ◀── abort() ───┤     the sender gave up
//!    │                                                         │
//!    └──── desert() from anywhere ────▶ Deserted ◀─────────────┘     the receiver is gone
//! ```

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Ending,
    Ended,
    Aborted,
    Deserted,
}

/// An operation that the phase does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Illegal;

/// Where in its life a channel is.
#[derive(Debug)]
pub(super) struct State(Phase);

impl State {
    pub(super) fn new() -> Self {
        Self(Phase::Open)
    }

    /// The sender sends no more; what is queued still arrives.
    pub(super) fn end(&mut self) -> Result<(), Illegal> {
        match self.0 {
            Phase::Open => {
                self.0 = Phase::Ending;
                Ok(())
            }
            _ => Err(Illegal),
        }
    }

    /// The receiver has taken the end.
    pub(super) fn taken(&mut self) -> Result<(), Illegal> {
        match self.0 {
            Phase::Ending => {
                self.0 = Phase::Ended;
                Ok(())
            }
            _ => Err(Illegal),
        }
    }

    /// The sender gives up; what is queued is lost. Legal from everywhere but after the receiver left.
    pub(super) fn abort(&mut self) -> Result<(), Illegal> {
        match self.0 {
            Phase::Deserted => Err(Illegal),
            _ => {
                self.0 = Phase::Aborted;
                Ok(())
            }
        }
    }

    /// The receiver leaves; legal from everywhere.
    pub(super) fn desert(&mut self) {
        self.0 = Phase::Deserted;
    }

    pub(super) fn accepts(&self) -> bool {
        self.0 == Phase::Open
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.0 == Phase::Aborted
    }

    pub(super) fn is_ended(&self) -> bool {
        self.0 == Phase::Ended
    }

    pub(super) fn is_deserted(&self) -> bool {
        self.0 == Phase::Deserted
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_illegal_transition_is_refused() {
        let mut state = State::new();
        assert_eq!(state.taken(), Err(Illegal), "no end to take yet");
        assert_eq!(state.end(), Ok(()));
        assert_eq!(state.end(), Err(Illegal), "ended once");
        assert_eq!(state.taken(), Ok(()));
        assert_eq!(state.taken(), Err(Illegal), "taken once");
        assert_eq!(state.abort(), Ok(()));
        assert_eq!(state.end(), Err(Illegal), "no end after an abort");
        state.desert();
        assert_eq!(state.abort(), Err(Illegal), "nobody left to tell");
    }
}
