//! The sink stage: consume → sink, at a pace.

use std::future::{Future, poll_fn};
use std::io::IoSlice;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::flow::{Message, Parcel, Receiver};
use crate::pressure::Spending;
use crate::sink::Sink;

use super::codec::Command;
use super::lent::{Lent, Work};
use super::linger::Lull;
use super::pace::{Pace, Schedule};
use super::report::{Observer, PanicGuard, Report};

/// The most bytes gathered for one system call, when there is no pace.
const BATCH: usize = 1024 * 1024;
/// The most pieces in one system call; Linux's `IOV_MAX` is 1024.
const PIECES: usize = 64;

/// How long a sink keeps a thread of the blocking pool while more and more bytes come.
const TURN: Duration = Duration::from_millis(10);

/// Opens `sink`, drives it, and closes it when the sender gives up, be it after the end, a failure, or before either.
/// When the sender is gone it drops the sink instead.
pub async fn run(sink: Box<dyn Sink>, pace: Pace, input: Receiver<Command>, observer: Arc<dyn Observer>) {
    let _guard = PanicGuard(Arc::clone(&observer));
    let mut stage = SinkStage {
        work: Lent::new(
            SinkWork {
                sink,
                input,
                lull: Lull::default(),
            },
            &observer,
        ),
        pace,
        schedule: Schedule::new(pace),
        observer,
    };
    if let Err(error) = stage.drive().await {
        stage.observer.report(Report::Failed(error));
    }
    stage.work.left().await;
    let closed = stage.work.close().await;
    stage.observer.report(Report::Closed(closed.err()));
}

struct SinkWork {
    sink: Box<dyn Sink>,
    input: Receiver<Command>,
    lull: Lull,
}

impl SinkWork {
    /// Ends what was written. `false`: the sender gave up before others could see it.
    fn finish(&mut self) -> Result<bool> {
        if !self.input.is_aborted() {
            self.sink.finish()?;
        }
        // To bring a file to the disk takes a while, and whoever gave up meanwhile wants none of it.
        let is_wanted = !self.input.is_aborted();
        if is_wanted {
            self.sink.commit()?;
        }
        Ok(is_wanted)
    }
}

impl Work for SinkWork {
    fn input(&mut self) -> &mut Receiver<Command> {
        &mut self.input
    }

    fn blocks(&self) -> bool {
        self.sink.blocks()
    }

    fn close(&mut self) -> Result<()> {
        self.sink.close()
    }
}

struct SinkStage {
    work: Lent<SinkWork>,
    pace: Pace,
    schedule: Schedule,
    observer: Arc<dyn Observer>,
}

impl SinkStage {
    /// Returns at the end, when the sender gives up, or at the first failure.
    async fn drive(&mut self) -> Result<()> {
        let descriptor = self.work.call(Spending::Disk, |work| work.sink.open()).await?;
        self.observer.report(Report::Opened(descriptor));
        while let Some(message) = self.work.next(Spending::Starved).await {
            match message {
                Message::Data(parcel) if self.pace.is_unlimited() => self.write(parcel).await?,
                Message::Data(parcel) => self.write_at_pace(parcel).await?,
                Message::Command(_) => self.observer.report(Report::Done { produced: 0 }),
                Message::End => {
                    if self.work.call(Spending::Disk, SinkWork::finish).await? {
                        self.observer.report(Report::Finished);
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Writes `first` and what waits behind it. Going to the blocking pool costs more than a small write, so it stays
    /// there while bytes keep coming.
    async fn write(&mut self, first: Parcel) -> Result<()> {
        let observer = Arc::clone(&self.observer);
        self.work
            .call(Spending::Busy, move |work| {
                let begin = Instant::now();
                let mut batch = vec![first];
                work.input.gather(&mut batch, BATCH);
                while !batch.is_empty() {
                    write_all(work.sink.as_mut(), &mut batch, usize::MAX)?;
                    if begin.elapsed() >= TURN {
                        break;
                    }
                    work.input.gather(&mut batch, BATCH);
                    if batch.is_empty() && work.sink.blocks() {
                        observer.turns_to(Spending::Starved);
                        let came = work.lull.linger(|cx| work.input.poll_arrival(cx));
                        observer.turns_to(Spending::Busy);
                        if came {
                            work.input.gather(&mut batch, BATCH);
                        }
                    }
                }
                Ok(())
            })
            .await
    }

    async fn write_at_pace(&mut self, first: Parcel) -> Result<()> {
        let mut batch = vec![first];
        if let Some(work) = self.work.get() {
            work.input.gather(&mut batch, self.pace.piece());
        }
        while !batch.is_empty() {
            let waiting = batch.iter().map(|parcel| parcel.bytes().len()).sum::<usize>();
            let piece = waiting.min(self.pace.piece());
            let due = self.schedule.due(piece, Instant::now());
            if !self.wait_until(due).await {
                // Given up: what is left in the batch was not taken by anybody.
                return Ok(());
            }
            batch = self
                .work
                .call(Spending::Busy, move |work| {
                    write_all(work.sink.as_mut(), &mut batch, piece)?;
                    Ok(batch)
                })
                .await?;
        }
        Ok(())
    }

    /// Waits; `None` is for ever. `false`: the sender gave up first.
    async fn wait_until(&mut self, due: Option<Instant>) -> bool {
        let Some(due) = due else {
            self.observer.will(Spending::Remote);
            poll_fn(|cx| self.work.poll_given_up(cx)).await;
            return false;
        };
        let mut sleep = pin!(tokio::time::sleep_until(due.into()));
        poll_fn(|cx| {
            if self.work.poll_given_up(cx).is_ready() {
                return Poll::Ready(false);
            }
            self.observer.will(Spending::Remote);
            sleep.as_mut().poll(cx).map(|()| true)
        })
        .await
    }
}

/// Writes the first `most` bytes of `batch`, or all; consumes them as the sink takes them.
fn write_all(sink: &mut dyn Sink, batch: &mut Vec<Parcel>, most: usize) -> Result<()> {
    let mut left = most;
    while left > 0 && !batch.is_empty() {
        let mut pieces = Vec::with_capacity(batch.len().min(PIECES));
        let mut offered = 0;
        for parcel in batch.iter().take(PIECES) {
            let bytes = parcel.bytes();
            let bytes = &bytes[..bytes.len().min(left - offered)];
            offered += bytes.len();
            pieces.push(IoSlice::new(bytes));
            if offered == left {
                break;
            }
        }
        let mut written = sink.write(&pieces)?;
        left -= written;
        let mut emptied = 0;
        for parcel in batch.iter_mut() {
            let n = parcel.bytes().len().min(written);
            parcel.consume(n);
            written -= n;
            if !parcel.is_empty() {
                break;
            }
            emptied += 1;
        }
        batch.drain(..emptied);
    }
    Ok(())
}
