//! What a stage lends to the blocking pool for each of its calls: a sink or a source, with the ends of its channels.

use std::future::poll_fn;
use std::task::{Context, Poll};

use crate::error::{Error, Result};
use crate::flow::{Message, Receiver};

use super::codec::Command;
use super::report::{Observer, Report};
use super::runtime::block;

/// What calls that may block work with.
pub(super) trait Work: Send + 'static {
    /// What the program sends, and through which it gives up.
    fn input(&mut self) -> &mut Receiver<Command>;

    /// Whether the calls may wait for something. Those that do not run where the stage runs.
    fn blocks(&self) -> bool {
        true
    }

    /// Releases the sink or the source.
    fn close(&mut self) -> Result<()>;
}

/// Away on the blocking pool during a call; lost in one that panicked.
pub(super) struct Lent<W>(Option<W>);

impl<W: Work> Lent<W> {
    pub(super) fn new(work: W) -> Self {
        Self(Some(work))
    }

    /// Unless it was lost.
    pub(super) fn get(&mut self) -> Option<&mut W> {
        self.0.as_mut()
    }

    /// Makes a call: off the workers, if it may block.
    pub(super) async fn call<T: Send + 'static>(
        &mut self,
        call: impl FnOnce(&mut W) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut work = self.0.take().ok_or(Error::Panic)?;
        if !work.blocks() {
            let result = call(&mut work);
            self.0 = Some(work);
            return result;
        }
        let done = block(move || {
            let result = call(&mut work);
            (work, result)
        });
        let (work, result) = done.await.ok_or(Error::Panic)?;
        self.0 = Some(work);
        result
    }

    /// The next message, or `None` when the program gave up. While it waits, the stage is parked.
    pub(super) async fn next(&mut self, observer: &dyn Observer) -> Option<Message<Command>> {
        poll_fn(|cx| {
            let Some(work) = self.0.as_mut() else {
                return Poll::Ready(None);
            };
            let polled = work.input().poll_recv(cx);
            if polled.is_pending() {
                observer.report(Report::Parked);
            }
            polled
        })
        .await
    }

    /// Ready when the program gave up; wakes the task when it does.
    pub(super) fn poll_given_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0
            .as_mut()
            .map_or(Poll::Ready(()), |work| work.input().poll_aborted(cx))
    }

    /// Waits until the program gives up, or is gone and never will.
    pub(super) async fn left(&mut self) {
        poll_fn(|cx| {
            self.0
                .as_mut()
                .map_or(Poll::Ready(()), |work| work.input().poll_left(cx))
        })
        .await;
    }

    /// Closes; what nobody gave up, because its stream is gone, is dropped.
    pub(super) async fn close(&mut self) -> Result<()> {
        match self.0.take_if(|work| work.input().is_orphaned()) {
            Some(work) => block(|| drop(work)).await.ok_or(Error::Panic),
            None => self.call(W::close).await,
        }
    }
}
