//! The source stage: source → produce.
//!
//! Nothing is read before the program asks for it, and no more than there is room for: a slow reader stops the source.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::flow::{Message, Receiver, Sender};
use crate::pressure::Spending;
use crate::source::Source;

use super::codec::Command;
use super::lent::{Lent, Work};
use super::report::{Observer, PanicGuard, Report};

/// The most bytes of one system call.
const BATCH: usize = 1024 * 1024;

/// How long a source keeps a thread of the blocking pool while there is more and more room.
const TURN: Duration = Duration::from_millis(10);

/// Opens `source`, reads from it once [`Command::Start`] comes, and closes it when the program gives up, be it after the
/// end, a failure, or before either. When the program's end of `input` is gone it drops the source instead.
///
/// Bytes are published in pieces of `piece` bytes, as long as the source has as many; at most `output`'s high mark.
pub async fn run(
    source: Box<dyn Source>,
    piece: usize,
    input: Receiver<Command>,
    output: Sender<()>,
    observer: Arc<dyn Observer>,
) {
    let _guard = PanicGuard(Arc::clone(&observer));
    let mut stage = SourceStage {
        work: Lent::new(
            SourceWork {
                source,
                piece,
                missing: piece,
                input,
                output,
            },
            &observer,
        ),
        observer,
    };
    let last = match stage.drive().await {
        Ok(Ending::GivenUp) => None,
        Ok(Ending::End) => Some(Report::Finished),
        Err(error) => Some(Report::Failed(error)),
    };
    if let Some(last) = last {
        // Behind what was read before a failure.
        if let Some(work) = stage.work.get() {
            work.output.end();
        }
        stage.observer.report(last);
    }
    stage.work.left().await;
    let closed = stage.work.close().await;
    stage.observer.report(Report::Closed(closed.err()));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    /// By the program, or by the reader.
    GivenUp,
}

struct SourceWork {
    source: Box<dyn Source>,
    piece: usize,
    /// Bytes that the piece being read still wants.
    missing: usize,
    input: Receiver<Command>,
    output: Sender<()>,
}

struct SourceStage {
    work: Lent<SourceWork>,
    observer: Arc<dyn Observer>,
}

impl SourceStage {
    async fn drive(&mut self) -> Result<Ending> {
        let descriptor = self.work.call(Spending::Disk, |work| work.source.open()).await?;
        self.observer.report(Report::Opened(descriptor));
        if !self.is_started().await {
            return Ok(Ending::GivenUp);
        }
        while self.has_room().await {
            // One that waits for somebody to write has no input.
            let waits = self.work.get().is_some_and(|work| work.source.waits());
            let spending = if waits { Spending::Starved } else { Spending::Busy };
            if self.work.call(spending, SourceWork::read).await? {
                return Ok(Ending::End);
            }
        }
        Ok(Ending::GivenUp)
    }

    /// Waits until the program asks for bytes. `false`: it gave up first.
    async fn is_started(&mut self) -> bool {
        while let Some(message) = self.work.next(Spending::Reader).await {
            if matches!(message, Message::Command(Command::Start)) {
                return true;
            }
        }
        false
    }

    /// Waits until there is room for the rest of a piece. `false`: the program gave up first, or the reader is gone.
    async fn has_room(&mut self) -> bool {
        poll_fn(|cx| {
            if self.work.poll_given_up(cx).is_ready() {
                return Poll::Ready(false);
            }
            let Some(work) = self.work.get() else {
                return Poll::Ready(false);
            };
            let polled = work.output.poll_room_for(work.missing, cx);
            if polled.is_pending() {
                self.observer.will(work.output.blocked_by());
                self.observer.report(Report::Parked);
            }
            polled.map(|room| room.is_ok())
        })
        .await
    }
}

impl SourceWork {
    /// Reads while there is room for a piece and the turn lasts: going to the blocking pool costs more than to read one.
    /// `true`: the end was reached.
    fn read(&mut self) -> Result<bool> {
        let begin = Instant::now();
        loop {
            let Some(room) = self.output.room_for(self.missing) else {
                return Ok(false);
            };
            // A spent budget gives a piece bit by bit.
            let wanted = self.missing.min(BATCH).min(room);
            let n = self.source.read(&mut self.output.spares(wanted))?.min(wanted);
            self.output.commit_spares(n);
            self.missing -= n;
            if n < wanted || self.missing == 0 || self.source.waits() {
                self.output.publish();
                self.missing = self.piece;
            }
            if n == 0 {
                return Ok(true);
            }
            if begin.elapsed() >= TURN || self.input.is_aborted() {
                return Ok(false);
            }
        }
    }
}

impl Work for SourceWork {
    fn input(&mut self) -> &mut Receiver<Command> {
        &mut self.input
    }

    fn close(&mut self) -> Result<()> {
        self.source.close()
    }
}
