//! A channel: a gate that counts and a queue that carries, with one sender and one receiver.

use std::sync::Arc;

use crate::sync::{Figure, Mutex, MutexGuard, lock};

use super::budget::{Account, Budget};
use super::gate::{Gate, Marks};
use super::purse::Purse;
use super::queue::Queue;
use super::receiver::Receiver;
use super::sender::Sender;

/// The other end is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// A channel's buffer at one moment; sizes in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot {
    /// Bytes in the buffer.
    pub buffered: u64,
    /// The most bytes that it has held.
    pub peak: u64,
    /// Its marks.
    pub marks: Marks,
    /// Bytes accepted in all.
    pub accepted: u64,
    /// Bytes consumed in all.
    pub consumed: u64,
    /// Times that the sender was told to stop.
    pub stops: u64,
    /// Times that it was told to go on.
    pub drains: u64,
}

#[derive(Debug)]
pub(super) struct Shared<C> {
    pub(super) gate: Arc<Gate>,
    queue: Mutex<Queue<C>>,
}

impl<C> Shared<C> {
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue<C>> {
        lock(&self.queue)
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let gate = &self.gate;
        Snapshot {
            buffered: gate.buffered().get(),
            peak: gate.counters.peak(),
            marks: gate.marks(),
            accepted: gate.accepted().get(),
            consumed: gate.consumed().get(),
            stops: gate.counters.stops(),
            drains: gate.counters.drains(),
        }
    }
}

/// Looks at who waits in a channel, from any thread, without being one of its ends.
#[derive(Debug)]
pub struct Probe<C>(Arc<Shared<C>>);

impl<C> Probe<C> {
    pub(super) fn new(shared: &Arc<Shared<C>>) -> Self {
        Self(Arc::clone(shared))
    }

    /// Whether the receiver waits for a message.
    pub fn receiver_is_starving(&self) -> bool {
        self.0.queue().is_starving()
    }

    /// Whether the sender waits for bytes to be consumed that are not consumed yet, or for credit.
    pub fn sender_is_waiting(&self) -> bool {
        let account = self.0.gate.account.as_ref();
        self.0.gate.is_waited_for() || account.is_some_and(Account::is_waiting)
    }
}

/// A channel with these marks. `C` is the type of the commands that may queue among the bytes.
pub fn channel<C>(marks: Marks) -> (Sender<C>, Receiver<C>) {
    open(Gate::new(marks, None), Arc::new(Figure::new(u64::MAX)))
}

/// A channel whose bytes count to `budget`.
pub fn channel_within<C>(budget: &Arc<Budget>, marks: Marks) -> (Sender<C>, Receiver<C>) {
    let credit = Arc::new(Figure::new(0));
    let account = Account::open(budget, Arc::clone(&credit));
    open(Gate::new(marks, Some(account)), credit)
}

fn open<C>(gate: Gate, credit: Arc<Figure>) -> (Sender<C>, Receiver<C>) {
    let shared = Arc::new(Shared {
        gate: Arc::new(gate),
        queue: Mutex::new(Queue::new()),
    });
    let sender = Sender::new(Arc::clone(&shared), Purse::new(credit));
    (sender, Receiver::new(shared))
}
