//! What a stage tells the one who started it.

use std::sync::Arc;

use crate::codec::Header;
use crate::error::Error;
use crate::pressure::{Clock, Spending};

/// What became of a stage. Between two reports it works or is parked.
#[derive(Debug)]
pub enum Report {
    /// The stage waits for input, or for room that only the reader can make.
    Parked,
    /// The sink or the source is open; holds its file descriptor where it has one.
    Opened(Option<i32>),
    /// The header of the first gzip member has been read; nothing behind it can be read yet.
    Header(Box<Header>),
    /// The codec has come to where it was told to stop. The stage waits until the program has taken back what follows.
    Complete,
    /// The codec has met bytes behind the end of its data, and passed over so many of them since the last such report.
    /// It produces nothing more: when they are consumed, the output ends.
    Trailing(u64),
    /// A command taken off the queue is done.
    Done {
        /// Bytes that the codec has produced in all; they can be read.
        produced: u64,
    },
    /// The end is reached: all input is consumed and the trailer is produced, the sink has finished, or the source has
    /// nothing more.
    Finished,
    /// The stage failed; nothing more is consumed, or read.
    Failed(Error),
    /// The sink or the source is closed, or could not be: the stage's last word.
    Closed(Option<Error>),
}

/// Who hears of a stage. Called on the stage's thread; must not block.
pub trait Observer: Send + Sync + 'static {
    /// Takes the report.
    fn report(&self, report: Report);

    /// The clock that the stage runs by, if there is one.
    fn clock(&self) -> Option<&Clock> {
        None
    }
}

impl dyn Observer {
    /// Says what the stage will wait for when its turn is over.
    pub(super) fn will(&self, then: Spending) {
        if let Some(clock) = self.clock() {
            clock.will(then);
        }
    }

    /// Says, within a call on the blocking pool, what its time is spent on from now on.
    pub(super) fn turns_to(&self, spending: Spending) {
        if let Some(clock) = self.clock() {
            clock.begin_call(spending);
        }
    }
}

/// Reports a panic as a failure: dropped while unwinding, it is the only word that the stage can still say.
pub(super) struct PanicGuard(pub(super) Arc<dyn Observer>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.report(Report::Failed(Error::Panic));
            self.0.report(Report::Closed(None));
        }
    }
}
