//! The sending end: fills the open slab, publishes it, and learns when to stop and when to go on.
//!
//! Belongs to one thread at a time: the JS thread for what a program writes, the stage's task for what a codec produces.

use std::sync::Arc;
use std::task::Waker;

use super::channel::{Probe, Shared, Snapshot};
use super::credit::{Bytes, Permit};
use super::purse::Purse;
use super::queue::{Message, Parcel};
use super::slab::{SLAB, Slab};

/// The most slabs that wait to be published together.
const MOST_IN_LOT: usize = 4;

/// Sends bytes, commands and the end. Dropped before [`Sender::end`] it aborts.
#[derive(Debug)]
pub struct Sender<C> {
    pub(super) shared: Arc<Shared<C>>,
    /// The slab being filled; no one else sees it yet.
    pub(super) open: Option<Slab>,
    /// Empty slabs behind it, between [`Sender::spares`] and [`Sender::commit_spares`].
    pub(super) further: Vec<Slab>,
    /// Full slabs that are not published yet.
    full: Vec<Slab>,
    /// How many full slabs are published together: waking a receiver for each would cost more than its bytes do.
    lot: usize,
    corked: bool,
    ended: bool,
    /// [`Sender::poll_room`] has asked to be woken.
    pub(super) waiting: bool,
    pub(super) purse: Purse,
}

impl<C> Sender<C> {
    pub(super) fn new(shared: Arc<Shared<C>>, purse: Purse) -> Self {
        let lot = shared.gate.marks().low().get() / SLAB as u64;
        let lot = usize::try_from(lot).unwrap_or(MOST_IN_LOT).clamp(1, MOST_IN_LOT);
        Self {
            shared,
            open: None,
            further: Vec::new(),
            full: Vec::new(),
            lot,
            corked: false,
            ended: false,
            waiting: false,
            purse,
        }
    }

    /// Whether bytes are still taken: not after [`Sender::end`] or [`Sender::abort`].
    #[inline]
    pub fn is_open(&self) -> bool {
        !self.ended
    }

    /// Whether nothing waits to be published.
    #[inline]
    pub fn is_clean(&self) -> bool {
        self.full.is_empty() && self.open.as_ref().is_none_or(|slab| slab.filled().is_empty())
    }

    /// Accepts all of `bytes` by copy; the receiver sees them when a few slabs are full, the rest at
    /// [`Sender::publish`]. After [`Sender::end`] or [`Sender::abort`] it accepts nothing.
    pub fn write(&mut self, mut bytes: &[u8]) {
        if self.ended {
            return;
        }
        self.accept(bytes.len());
        while !bytes.is_empty() {
            let slab = self.open.get_or_insert_with(Slab::new);
            let n = bytes.len().min(slab.spare_len());
            slab.spare()[..n].copy_from_slice(&bytes[..n]);
            self.fill(n);
            bytes = &bytes[n..];
        }
        self.send_lot();
    }

    /// Memory to write to in place, at least `at_least` bytes (at most [`SLAB`]); [`Sender::commit`] accepts what was written.
    #[inline]
    pub fn spare(&mut self, at_least: usize) -> &mut [u8] {
        if self
            .open
            .as_ref()
            .is_some_and(|slab| slab.spare_len() < at_least.min(SLAB))
        {
            self.seal();
            self.send_lot();
        }
        self.open.get_or_insert_with(Slab::new).spare()
    }

    /// Accepts the first `n` bytes of what [`Sender::spare`] gave, and no more than it gave.
    /// After [`Sender::end`] or [`Sender::abort`] it accepts nothing.
    #[inline]
    pub fn commit(&mut self, n: usize) {
        let n = n.min(self.open.as_ref().map_or(0, Slab::spare_len));
        if self.ended || n == 0 {
            return;
        }
        self.accept(n);
        self.fill(n);
        self.send_lot();
    }

    /// Hands all that was accepted to the receiver; while corked, nothing. An idle sender keeps no slab, and no credit.
    pub fn publish(&mut self) {
        if !self.corked {
            self.seal();
            self.open = None;
            self.further.clear();
            self.send_full();
            self.empty_purse();
        }
    }

    /// Keeps what is accepted from the receiver until [`Sender::uncork`].
    pub fn cork(&mut self) {
        self.corked = true;
    }

    /// Ends the effect of [`Sender::cork`] and publishes.
    pub fn uncork(&mut self) {
        self.corked = false;
        self.publish();
    }

    /// Queues a command behind all that was accepted. Uncorks.
    pub fn command(&mut self, command: C) {
        self.uncork();
        self.deliver([Message::Command(command)]);
    }

    /// Queues the end behind all that was accepted. Uncorks. The second call does nothing.
    pub fn end(&mut self) {
        if self.ended {
            return;
        }
        self.uncork();
        self.ended = true;
        let (wake, refused) = {
            let mut queue = self.shared.queue();
            match queue.state.end() {
                Ok(()) => {
                    queue.push(Message::End);
                    (queue.feed(), false)
                }
                Err(_) => (None, true),
            }
        };
        debug_assert!(
            !refused || self.shared.queue().state.is_deserted(),
            "end() after end()"
        );
        wake_up(wake);
        self.close_account();
    }

    /// Takes back all that the receiver has not taken; nobody has consumed it. Commands and the end stay.
    pub fn reclaim(&mut self) -> Vec<u8> {
        let (parcels, wake) = {
            let mut queue = self.shared.queue();
            (queue.take_data(), queue.rouse())
        };
        wake_up(wake);
        let mut bytes = Vec::new();
        for parcel in &parcels {
            bytes.extend_from_slice(parcel.bytes());
        }
        let mut own = 0;
        for slab in self.full.drain(..).chain(self.open.take()) {
            bytes.extend_from_slice(slab.filled());
            own += slab.filled().len();
        }
        self.shared.gate.forfeit(Bytes::from(own));
        self.return_credit(own);
        bytes
    }

    /// Gives up: drops what the receiver has not taken, and wakes it to learn of it.
    pub fn abort(&mut self) {
        self.ended = true;
        self.further.clear();
        let own = self.full.drain(..).chain(self.open.take());
        let forfeited = own.map(|slab| slab.filled().len()).sum::<usize>();
        self.shared.gate.forfeit(Bytes::from(forfeited));
        let (lost, wake) = {
            let mut queue = self.shared.queue();
            // Illegal only when the receiver is gone, and then there is nobody to tell.
            match queue.state.abort() {
                Ok(()) => (queue.clear(), queue.rouse()),
                Err(_) => Default::default(),
            }
        };
        drop(lost);
        wake_up(wake);
        self.return_credit(forfeited);
        self.close_account();
    }

    /// Leaves for good, after the end too: what is not consumed is dropped, and the receiver learns that nobody is left.
    pub fn abandon(&mut self) {
        let wake = self.shared.queue().orphan();
        wake_up(wake);
        self.abort();
    }

    /// Wakes `waker` once when `position` is consumed, in place of what was asked before. `false`: it is already.
    pub fn wake_when_consumed(&self, position: Bytes, waker: &Waker) -> bool {
        self.shared.gate.sender.register(waker);
        self.shared.gate.wake_at(position)
    }

    /// The consumed position at which what is buffered now will have fallen to the low mark.
    pub fn low_position(&self) -> Bytes {
        self.shared.gate.low_position()
    }

    /// Whether fewer bytes than the high mark are buffered.
    #[inline]
    pub fn has_room(&self) -> bool {
        self.shared.gate.has_room()
    }

    /// Whether all that was accepted but the low mark is consumed. Not true of a stream whose receiver dropped its bytes.
    pub fn is_low(&self) -> bool {
        self.shared.gate.is_low()
    }

    /// Bytes accepted and neither consumed nor forfeited.
    #[inline]
    pub fn buffered(&self) -> Bytes {
        self.shared.gate.buffered()
    }

    /// Bytes accepted in all.
    pub fn accepted(&self) -> Bytes {
        self.shared.gate.accepted()
    }

    /// Bytes consumed in all.
    pub fn consumed(&self) -> Bytes {
        self.shared.gate.consumed()
    }

    /// Counts that the program was told to stop.
    pub fn count_stop(&self) {
        self.shared.gate.counters.count_stop();
    }

    /// Counts that the program was told to go on.
    pub fn count_drain(&self) {
        self.shared.gate.counters.count_drain();
    }

    /// The buffer now.
    pub fn snapshot(&self) -> Snapshot {
        self.shared.snapshot()
    }

    /// Whether the receiver waits for a message.
    pub fn receiver_is_starving(&self) -> bool {
        self.shared.queue().is_starving()
    }

    /// Looks at who waits, from elsewhere.
    pub fn probe(&self) -> Probe<C> {
        Probe::new(&self.shared)
    }

    /// Outlives both ends, so that a test can see what became of the bytes.
    #[cfg(test)]
    pub(super) fn gate(&self) -> Arc<super::gate::Gate> {
        Arc::clone(&self.shared.gate)
    }

    /// Counts `n` bytes of the open slab as filled.
    #[inline]
    pub(super) fn fill(&mut self, n: usize) {
        if let Some(slab) = self.open.as_mut() {
            slab.fill(n);
            if slab.is_full() {
                self.seal();
            }
        }
    }

    fn seal(&mut self) {
        if let Some(slab) = self.open.take_if(|slab| !slab.filled().is_empty()) {
            self.full.push(slab);
        }
    }

    #[inline]
    fn send_lot(&mut self) {
        if self.full.len() >= self.lot {
            self.send_full();
        }
    }

    fn send_full(&mut self) {
        if self.corked || self.full.is_empty() {
            return;
        }
        let gate = Arc::clone(&self.shared.gate);
        let parcels = std::mem::take(&mut self.full).into_iter().map(|slab| {
            let permit = Permit::new(Arc::clone(&gate), Bytes::from(slab.filled().len()));
            Message::Data(Parcel::new(slab, permit))
        });
        self.deliver(parcels);
    }

    fn deliver(&self, messages: impl IntoIterator<Item = Message<C>>) {
        let mut messages = messages.into_iter();
        let wake = {
            let mut queue = self.shared.queue();
            if queue.state.accepts() {
                messages.by_ref().for_each(|message| queue.push(message));
                queue.feed()
            } else {
                None
            }
        };
        // What a receiver that is gone left over; each permit gives its credit back.
        messages.for_each(drop);
        wake_up(wake);
    }
}

impl<C> Drop for Sender<C> {
    fn drop(&mut self) {
        let wake = self.shared.queue().orphan();
        wake_up(wake);
        if !self.ended {
            self.abort();
        }
    }
}

fn wake_up(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
