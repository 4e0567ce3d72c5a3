//! Links: where one stream is piped into another, the bytes go from the one's stage to the other's, and not through JS.
//!
//! A link has no thread and no task. It is the waker that waits in the two channels: whoever publishes bytes in the one,
//! or makes room in the other, moves what can be moved within that wake. Who wants the bytes elsewhere takes the link
//! apart with [`Link::unlink`], from any thread and at any time; when it returns, nothing moves any more.
//!
//! The wakers that a link meets there are those of stages, which only schedule a task: they run under its lock.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::flow::{Over, Receiver, Sender, Splice};
use crate::sync::{Mutex, lock};

#[cfg(all(test, loom))]
mod loom_tests;
#[cfg(all(test, not(loom)))]
mod tests;

/// A link from the channel that carries commands `A` to the one that carries commands `B`.
#[derive(Debug)]
pub struct Link<A, B> {
    joint: Mutex<Joint<A, B>>,
}

#[derive(Debug)]
struct Joint<A, B> {
    /// `None` when the link has been taken apart. The splice holds the link, as its waker, until then.
    splice: Option<Splice<A, B>>,
    /// Woken when all has been moved and nothing more will come.
    at_end: Option<Waker>,
}

impl<A: Send + 'static, B: Send + 'static> Link<A, B> {
    /// Joins the two: from now on neither end takes, sends or waits, until [`Link::unlink`]. `at_end` is woken when
    /// all that was sent has been moved, and the end is all that is left to take.
    pub fn new(from: &mut Receiver<A>, to: &mut Sender<B>, at_end: Waker) -> Arc<Self> {
        let link = Arc::new(Self {
            joint: Mutex::new(Joint {
                splice: Some(Splice::new(from, to)),
                at_end: Some(at_end),
            }),
        });
        link.pump();
        link
    }

    /// Takes the link apart, for good. Whether the second channel is full, and its sender has to wait until it is down
    /// at its low mark.
    pub fn unlink(&self) -> bool {
        let splice = lock(&self.joint).splice.take();
        // Behind the lock: with it may go the last of the wakers, which is this link.
        splice.is_some_and(|splice| splice.is_stalled())
    }

    /// Whether the link has not been taken apart.
    pub fn is_live(&self) -> bool {
        lock(&self.joint).splice.is_some()
    }

    /// Whether it waits for room.
    pub fn is_stalled(&self) -> bool {
        lock(&self.joint).splice.as_ref().is_some_and(Splice::is_stalled)
    }

    /// Bytes moved in all. Stages wake one another by moving bytes alone, so where this has not changed, none has.
    pub fn moved(&self) -> u64 {
        lock(&self.joint).splice.as_ref().map_or(0, Splice::moved)
    }

    fn pump(self: &Arc<Self>) {
        let waker = Waker::from(Arc::clone(self));
        let mut context = Context::from_waker(&waker);
        let at_end = {
            let mut joint = lock(&self.joint);
            joint.poll(&mut context)
        };
        if let Some(at_end) = at_end {
            at_end.wake();
        }
    }
}

impl<A, B> Joint<A, B> {
    /// Moves what can be moved. The waker of who has to hear that it was the last.
    fn poll(&mut self, cx: &mut Context<'_>) -> Option<Waker> {
        let splice = self.splice.as_mut()?;
        match splice.poll_move(cx) {
            Poll::Ready(Over::End) => self.at_end.take(),
            // That nobody takes the bytes is for the second stage to tell.
            Poll::Ready(Over::Closed) | Poll::Pending => None,
        }
    }
}

impl<A: Send + 'static, B: Send + 'static> Wake for Link<A, B> {
    fn wake(self: Arc<Self>) {
        self.pump();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.pump();
    }
}
