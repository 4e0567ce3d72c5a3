//! What a stage lends to the blocking pool for each of its calls: a sink or a source, with the ends of its channels.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::error::{Error, Result};
use crate::flow::{Message, Receiver};
use crate::pressure::Spending;

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

pub(super) struct Lent<W> {
    /// Away on the blocking pool during a call; lost in one that panicked.
    work: Option<W>,
    observer: Arc<dyn Observer>,
}

impl<W: Work> Lent<W> {
    pub(super) fn new(work: W, observer: &Arc<dyn Observer>) -> Self {
        Self {
            work: Some(work),
            observer: Arc::clone(observer),
        }
    }

    /// Unless it was lost.
    pub(super) fn get(&mut self) -> Option<&mut W> {
        self.work.as_mut()
    }

    /// Makes a call: off the workers, if it may block. Its time is spent on `spending`.
    pub(super) async fn call<T: Send + 'static>(
        &mut self,
        spending: Spending,
        call: impl FnOnce(&mut W) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut work = self.work.take().ok_or(Error::Panic)?;
        if !work.blocks() {
            let result = call(&mut work);
            self.work = Some(work);
            return result;
        }
        let watch = Arc::clone(&self.observer);
        self.observer.clock().inspect(|clock| clock.lend());
        let done = block(move || {
            watch.clock().inspect(|clock| clock.begin_call(spending));
            let result = call(&mut work);
            watch.clock().inspect(|clock| clock.end_call());
            (work, result)
        });
        let done = done.await;
        self.observer.clock().inspect(|clock| clock.take_back());
        let (work, result) = done?;
        self.work = Some(work);
        result
    }

    /// The next message, or `None` when the program gave up. While it waits, which it spends on `spending`, the stage is
    /// parked.
    pub(super) async fn next(&mut self, spending: Spending) -> Option<Message<Command>> {
        poll_fn(|cx| {
            let Some(work) = self.work.as_mut() else {
                return Poll::Ready(None);
            };
            let polled = work.input().poll_recv(cx);
            if polled.is_pending() {
                self.observer.will(spending);
                self.observer.report(Report::Parked);
            }
            polled
        })
        .await
    }

    /// Ready when the program gave up; wakes the task when it does.
    pub(super) fn poll_given_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.work
            .as_mut()
            .map_or(Poll::Ready(()), |work| work.input().poll_aborted(cx))
    }

    /// Waits until the program gives up, or is gone and never will.
    pub(super) async fn left(&mut self) {
        poll_fn(|cx| {
            self.work
                .as_mut()
                .map_or(Poll::Ready(()), |work| work.input().poll_left(cx))
        })
        .await;
    }

    /// Closes; what nobody gave up, because its stream is gone, is dropped.
    pub(super) async fn close(&mut self) -> Result<()> {
        match self.work.take_if(|work| work.input().is_orphaned()) {
            Some(work) => block(|| drop(work)).await,
            None => self.call(Spending::Disk, W::close).await,
        }
    }
}
