//! The codec stage: consume → codec → produce.
//!
//! Back-pressure is the order of the loop: no input is taken before there is room for what may come of it, so a slow
//! reader stops the codec, the codec stops consuming, and `write()` returns `false`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::codec::{Codec, Flush, Step, Strategy};
use crate::error::Result;
use crate::flow::{Closed, Message, Parcel, Receiver, SLAB, Sender};
use crate::pressure::Spending;

use super::report::{Observer, PanicGuard, Report};

/// How long a stage computes before it lets the others of its thread run.
pub(super) const QUANTUM: Duration = Duration::from_millis(2);

/// What a program may ask of a codec, in order with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Brings out what came before, as far as the kind says.
    Flush(Flush),
    /// Ends the compressed data here, though not the stream.
    Finish,
    /// Sets zlib's level and strategy for what follows.
    Params {
        /// -1 to 9.
        level: i32,
        /// How matches are looked for.
        strategy: Strategy,
    },
    /// Says how many bytes come in one piece next.
    Announce(u64),
    /// Forgets what came before.
    Reset,
    /// Begins to read: a source waits for it.
    Start,
}

/// Drives `codec` until the end, a failure, or until one of the channels is given up. At the end of its input it is
/// finished, unless `at_end` is a flush to leave it at.
pub async fn run(
    codec: Box<dyn Codec>,
    at_end: Option<Flush>,
    input: Receiver<Command>,
    output: Sender<()>,
    observer: Arc<dyn Observer>,
) {
    run_with(codec, at_end, Spending::Busy, input, output, observer).await;
}

/// As [`run`]; what the codec does beside its steps is time spent on `beside`.
pub(super) async fn run_with(
    codec: Box<dyn Codec>,
    at_end: Option<Flush>,
    beside: Spending,
    input: Receiver<Command>,
    output: Sender<()>,
    observer: Arc<dyn Observer>,
) {
    let _guard = PanicGuard(Arc::clone(&observer));
    let mut stage = CodecStage {
        codec,
        at_end,
        beside,
        input,
        output,
        observer,
        trailing: 0,
        turn: Instant::now(),
    };
    // The input drops with the stage, behind its last word: a sender that sees its credit return knows why.
    match stage.drive().await {
        Ok(()) => stage.output.end(),
        Err(Stop::GivenUp) => return,
        Err(Stop::Failed(error)) => {
            // What could be decoded is still to be read.
            stage.output.end();
            stage.observer.report(Report::Failed(error));
            return;
        }
    }
    stage.observer.report(Report::Finished);
}

/// Why a stage stops before the end.
enum Stop {
    Failed(crate::error::Error),
    GivenUp,
}

impl From<crate::error::Error> for Stop {
    fn from(error: crate::error::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Closed> for Stop {
    fn from(_: Closed) -> Self {
        Self::GivenUp
    }
}

/// What a stage does next.
enum Next {
    Message(Message<Command>),
    /// Hands out what has come of what the codec does beside its steps.
    Work,
}

struct CodecStage {
    codec: Box<dyn Codec>,
    at_end: Option<Flush>,
    beside: Spending,
    input: Receiver<Command>,
    output: Sender<()>,
    observer: Arc<dyn Observer>,
    /// Bytes behind the end of the data that were reported.
    trailing: u64,
    /// When this turn on the thread began.
    turn: Instant,
}

impl CodecStage {
    async fn drive(&mut self) -> Result<(), Stop> {
        loop {
            match self.next().await? {
                Next::Message(Message::Data(parcel)) => self.feed(parcel).await?,
                Next::Message(Message::Command(command)) => {
                    self.obey(command).await?;
                    self.output.publish();
                    let produced = self.output.accepted().get();
                    self.observer.report(Report::Done { produced });
                }
                Next::Message(Message::End) => return self.finish().await,
                Next::Work => self.repeat(|codec, output| codec.feed(&[], output)).await?,
            }
        }
    }

    async fn feed(&mut self, mut parcel: Parcel) -> Result<(), Stop> {
        loop {
            let step = self
                .step(|codec, output| codec.feed(parcel.bytes(), output))
                .await?;
            let ends = self.pass_over();
            if parcel.wakes_when_consumed(step.consumed) {
                // Whoever waits for the bytes finds what came of them.
                self.output.publish();
            }
            parcel.consume(step.consumed);
            if ends {
                // Last: whoever reads the end finds the bytes behind it both consumed and reported.
                self.output.end();
            }
            if self.codec.is_complete() {
                // What follows is the program's, which takes it back when it hears of it.
                self.input.put_back(parcel);
                self.output.end();
                self.observer.report(Report::Complete);
                return Ok(());
            }
            if step.done {
                return Ok(());
            }
            self.go_on(step).await?;
        }
    }

    /// Reports bytes behind the end of the codec's data, and says whether there are some.
    fn pass_over(&mut self) -> bool {
        let trailing = self.codec.trailing();
        // A reset forgets them.
        let before = std::mem::replace(&mut self.trailing, trailing);
        if trailing > before {
            self.observer.report(Report::Trailing(trailing - before));
        }
        trailing > before
    }

    async fn obey(&mut self, command: Command) -> Result<(), Stop> {
        // Behind the end that the codec was told to stop at there is nothing to flush.
        if self.codec.is_complete() {
            return Ok(());
        }
        match command {
            Command::Flush(Flush::None) => Ok(()),
            Command::Flush(kind) => self.repeat(|codec, output| codec.flush(kind, output)).await,
            Command::Finish => self.repeat(|codec, output| codec.finish(output)).await,
            Command::Params { level, strategy } => {
                self.repeat(|codec, output| codec.params(level, strategy, output))
                    .await
            }
            Command::Announce(bytes) => {
                self.codec.announce(bytes);
                Ok(())
            }
            Command::Reset => Ok(self.codec.reset()?),
            Command::Start => Ok(()),
        }
    }

    async fn finish(&mut self) -> Result<(), Stop> {
        if self.codec.is_complete() {
            return Ok(());
        }
        match self.at_end {
            Some(Flush::None) => Ok(()),
            Some(kind) => self.repeat(|codec, output| codec.flush(kind, output)).await,
            None => self.repeat(|codec, output| codec.finish(output)).await,
        }
    }

    /// Repeats an operation of the codec, each time with room for output, until it is done.
    async fn repeat(
        &mut self,
        mut operation: impl FnMut(&mut dyn Codec, &mut [u8]) -> Result<Step>,
    ) -> Result<(), Stop> {
        loop {
            let step = self.step(&mut operation).await?;
            if step.done {
                return Ok(());
            }
            self.go_on(step).await?;
        }
    }

    /// One step of an operation, with room for output.
    async fn step(
        &mut self,
        operation: impl FnOnce(&mut dyn Codec, &mut [u8]) -> Result<Step>,
    ) -> Result<Step, Stop> {
        let room = self.room().await?;
        let spare = self.output.spare(1);
        let limit = room.min(spare.len());
        let step = operation(self.codec.as_mut(), &mut spare[..limit])?;
        if let Some(header) = self.codec.take_header() {
            // Before the bytes behind it can be read.
            self.observer.report(Report::Header(header));
        }
        self.output.commit(step.produced);
        Ok(step)
    }

    /// What to do next. Before it waits, what was produced goes to the reader: whoever finds the stage starving may
    /// take it that nothing more comes of what it was given.
    async fn next(&mut self) -> Result<Next, Closed> {
        let complete = self.codec.is_complete();
        poll_fn(|cx| {
            let mut at_work = false;
            if self.input.is_empty() {
                self.output.publish();
                match self.codec.poll_work(cx) {
                    Poll::Ready(true) => return Poll::Ready(Ok(Next::Work)),
                    Poll::Ready(false) => {}
                    Poll::Pending => at_work = true,
                }
            }
            let polled = if complete {
                self.input.poll_recv_no_bytes(cx)
            } else if at_work {
                self.input.poll_recv_at_work(cx)
            } else {
                self.input.poll_recv(cx)
            };
            if polled.is_pending() {
                if at_work {
                    self.observer.will(self.beside);
                } else {
                    self.observer.will(Spending::Starved);
                    self.observer.report(Report::Parked);
                }
                self.turn = Instant::now();
            }
            polled.map(|message| message.map(Next::Message).ok_or(Closed))
        })
        .await
    }

    /// Before the next step of an operation: waits, if this one did nothing, for what the codec does beside its steps.
    async fn go_on(&mut self, step: Step) -> Result<(), Closed> {
        if step.consumed + step.produced == 0 {
            self.work().await?;
        }
        self.share_thread().await;
        Ok(())
    }

    /// Waits until something has come of what the codec does beside its steps, or until the input is given up.
    async fn work(&mut self) -> Result<(), Closed> {
        poll_fn(|cx| {
            if self.codec.poll_work(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            if self.input.poll_aborted(cx).is_ready() {
                return Poll::Ready(Err(Closed));
            }
            self.output.publish();
            self.observer.will(self.beside);
            self.turn = Instant::now();
            Poll::Pending
        })
        .await
    }

    /// Waits for room, or until either channel is given up.
    async fn room(&mut self) -> Result<usize, Closed> {
        poll_fn(|cx| {
            let polled = self.output.poll_room(cx);
            if polled.is_pending() {
                if self.input.poll_aborted(cx).is_ready() {
                    return Poll::Ready(Err(Closed));
                }
                self.observer.will(self.output.blocked_by());
                self.observer.report(Report::Parked);
                self.turn = Instant::now();
            }
            polled
        })
        .await
        .map(|room| room.min(SLAB))
    }

    async fn share_thread(&mut self) {
        if self.turn.elapsed() >= QUANTUM {
            tokio::task::yield_now().await;
            self.turn = Instant::now();
        }
    }
}
