//! The receiving end: takes messages in order, and gives credit back as it consumes them.
//!
//! Belongs to one thread at a time: the stage's task for what a program writes, the JS thread for what a codec produced.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::budget::Account;
use super::channel::{Probe, Shared, Snapshot};
use super::credit::Bytes;
use super::queue::{Message, Parcel, Queue, Wait};

/// Receives what the sender publishes. Dropped, it tells the sender that nobody reads any more.
#[derive(Debug)]
pub struct Receiver<C> {
    pub(super) shared: Arc<Shared<C>>,
    /// The parcel that [`Receiver::read`] is in.
    front: Option<Parcel>,
}

/// What [`Receiver::poll_readable`] finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// So many bytes; at least 1.
    Bytes(usize),
    /// Nothing more will come.
    End,
    /// The sender gave up.
    Aborted,
}

impl<C> Receiver<C> {
    pub(super) fn new(shared: Arc<Shared<C>>) -> Self {
        Self { shared, front: None }
    }

    /// The next message, or `None` when the sender gave up. Pending, it wakes the task when there is either.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message<C>>> {
        self.poll_message(cx, true, Wait::Starving)
    }

    /// As [`Receiver::poll_recv`], for a receiver that has something to do meanwhile: it is not found starving.
    pub fn poll_recv_at_work(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message<C>>> {
        self.poll_message(cx, true, Wait::AtWork)
    }

    /// As [`Receiver::poll_recv`], but leaves bytes where they are, and waits until the sender has taken them back.
    pub fn poll_recv_no_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Message<C>>> {
        self.poll_message(cx, false, Wait::Starving)
    }

    fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
        bytes_too: bool,
        waits: Wait,
    ) -> Poll<Option<Message<C>>> {
        let mut queue = self.shared.queue();
        if queue.state.is_aborted() {
            return Poll::Ready(None);
        }
        if (bytes_too || !queue.front_is_data())
            && let Some(message) = queue.pop()
        {
            return Poll::Ready(Some(message));
        }
        queue.wait(cx.waker(), waits);
        Poll::Pending
    }

    /// Ready when there is a message, or the sender gave up; wakes the task when there is. The receiver is not found
    /// starving meanwhile.
    pub fn poll_arrival(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.shared.queue();
        if queue.state.is_aborted() || !queue.is_empty() {
            return Poll::Ready(());
        }
        queue.wait(cx.waker(), Wait::AtWork);
        Poll::Pending
    }

    /// Puts back what is left of the parcel that was received last.
    pub fn put_back(&mut self, parcel: Parcel) {
        if parcel.is_empty() {
            return;
        }
        let refused = self.shared.queue().unpop(parcel);
        drop(refused);
    }

    /// Whether [`Receiver::poll_recv`] would have to wait.
    pub fn is_empty(&self) -> bool {
        let queue = self.shared.queue();
        queue.is_empty() && !queue.state.is_aborted()
    }

    /// Ready when the sender gave up, or is gone so that it never will; wakes the task when it is.
    pub fn poll_left(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.shared.queue();
        if queue.state.is_aborted() || queue.is_orphaned() {
            return Poll::Ready(());
        }
        queue.wait(cx.waker(), Wait::ForAbort);
        Poll::Pending
    }

    /// Whether the sender left without a word: it neither gave up nor will.
    pub fn is_orphaned(&self) -> bool {
        self.shared.queue().is_orphaned()
    }

    /// Ready when the sender gave up; wakes the task when it does.
    pub fn poll_aborted(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.shared.queue();
        if queue.state.is_aborted() {
            return Poll::Ready(());
        }
        queue.wait(cx.waker(), Wait::ForAbort);
        Poll::Pending
    }

    /// Whether the sender gave up.
    pub fn is_aborted(&self) -> bool {
        self.shared.queue().state.is_aborted()
    }

    /// Adds parcels that are there already to `batch`, in order, up to a command, the end, or `most` bytes in all.
    pub fn gather(&mut self, batch: &mut Vec<Parcel>, most: usize) {
        let mut total: usize = batch.iter().map(|parcel| parcel.bytes().len()).sum();
        let mut queue = self.shared.queue();
        while total < most {
            let Some(parcel) = queue.pop_data() else { break };
            total += parcel.bytes().len();
            batch.push(parcel);
        }
    }

    /// How many bytes [`Receiver::read`] can give now. Pending, it wakes the task when that changes.
    /// Commands that the sender queued are passed over.
    pub fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<Readable> {
        let front = self.front_len();
        let mut queue = self.shared.queue();
        match find(front, &mut queue) {
            Some(found) => Poll::Ready(found),
            None => {
                queue.wait(cx.waker(), Wait::Starving);
                Poll::Pending
            }
        }
    }

    /// As [`Receiver::poll_readable`], for who does not wait; `None` where that would.
    pub fn readable(&self) -> Option<Readable> {
        find(self.front_len(), &mut self.shared.queue())
    }

    /// Copies bytes that are there into `target` and consumes them; returns how many.
    pub fn read(&mut self, target: &mut [u8]) -> usize {
        let mut done = 0;
        while done < target.len() {
            let Some(parcel) = self.next_parcel() else { break };
            let bytes = parcel.bytes();
            let n = bytes.len().min(target.len() - done);
            target[done..done + n].copy_from_slice(&bytes[..n]);
            parcel.consume(n);
            done += n;
        }
        done
    }

    /// The buffer now.
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Bytes consumed in all.
    pub fn consumed(&self) -> Bytes {
        self.shared.gate.consumed()
    }

    /// Whether the sender waits for bytes to be consumed that are not consumed yet, or for credit.
    pub fn sender_is_waiting(&self) -> bool {
        self.shared.gate.is_waited_for() || self.sender_awaits_credit()
    }

    /// Whether the sender waits for its turn of the budget.
    pub fn sender_awaits_credit(&self) -> bool {
        let account = self.shared.gate.account.as_ref();
        account.is_some_and(Account::is_waiting)
    }

    /// Looks at who waits, from elsewhere.
    pub fn probe(&self) -> Probe<C> {
        Probe::new(&self.shared)
    }

    /// Puts back the parcel that [`Receiver::read`] is in.
    pub(super) fn put_front_back(&mut self) {
        if let Some(parcel) = self.front.take() {
            self.put_back(parcel);
        }
    }

    fn front_len(&self) -> usize {
        self.front.as_ref().map_or(0, |parcel| parcel.bytes().len())
    }

    fn next_parcel(&mut self) -> Option<&mut Parcel> {
        if self.front.as_ref().is_none_or(Parcel::is_empty) {
            let mut queue = self.shared.queue();
            queue.skip_commands();
            self.front = queue.pop_data();
        }
        self.front.as_mut()
    }
}

/// What can be read, where `front` bytes are out of the queue already.
pub(super) fn find<C>(front: usize, queue: &mut Queue<C>) -> Option<Readable> {
    queue.skip_commands();
    let bytes = front + queue.bytes();
    if queue.state.is_aborted() {
        Some(Readable::Aborted)
    } else if bytes > 0 {
        Some(Readable::Bytes(bytes))
    } else if queue.front_is_end() || queue.state.is_ended() {
        Some(Readable::End)
    } else {
        None
    }
}

impl<C> Drop for Receiver<C> {
    fn drop(&mut self) {
        let lost = {
            let mut queue = self.shared.queue();
            queue.state.desert();
            queue.clear()
        };
        drop(lost);
        self.shared.gate.sender.wake();
    }
}
