//! The gate: how many bytes were accepted, how many are consumed, and when the sender is to be woken.
//!
//! # The algorithm
//!
//! There is one sender and one receiver. `accepted` grows by the sender alone, `consumed` by the receiver alone, and
//! their difference is what is buffered. The sender that wants to be told stores the consumed position that it waits
//! for in `wake_at` *and then* adds nothing to `consumed`, to look at it; the receiver adds to `consumed` *and then*
//! looks at `wake_at`. Of the two additions one comes first, and the other sees what was stored before it: no wake is
//! lost. Whoever finds the position reached swaps `wake_at` back to `NEVER`, and only the one whose swap succeeds
//! wakes: no wake comes twice. A wake can come late, though, when the sender has asked for another position since: who
//! is woken looks, and asks again. The loom models in `loom_tests` hold this to account.

use crate::pressure::Counters;
use crate::sync::{AtomicU64, Ordering, WakerSlot};

use super::budget::Account;
use super::credit::Bytes;

/// `wake_at` when the sender waits for nothing. No stream reaches this position.
const NEVER: u64 = u64::MAX;

/// High and low water, in bytes: stop at `high`, go on at `low`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    high: Bytes,
    low: Bytes,
}

impl Marks {
    /// Marks with `low` at most `high`; a larger one is lowered to it.
    pub fn new(high: Bytes, low: Bytes) -> Self {
        Self {
            high,
            low: low.min(high),
        }
    }

    /// The high-water mark.
    pub fn high(&self) -> Bytes {
        self.high
    }

    /// The low-water mark.
    pub fn low(&self) -> Bytes {
        self.low
    }
}

#[derive(Debug)]
pub(crate) struct Gate {
    marks: Marks,
    accepted: AtomicU64,
    consumed: AtomicU64,
    /// Bytes dropped without being consumed, after a destroy or a failure.
    forfeited: AtomicU64,
    wake_at: AtomicU64,
    /// Who is woken when `wake_at` is reached.
    pub(crate) sender: WakerSlot,
    pub(crate) counters: Counters,
    /// The channel's part in a budget, if its bytes count to one.
    pub(super) account: Option<Account>,
}

impl Gate {
    pub(crate) fn new(marks: Marks, account: Option<Account>) -> Self {
        Self {
            marks,
            accepted: AtomicU64::new(0),
            consumed: AtomicU64::new(0),
            forfeited: AtomicU64::new(0),
            wake_at: AtomicU64::new(NEVER),
            sender: WakerSlot::new(),
            counters: Counters::new(),
            account,
        }
    }

    pub(crate) fn marks(&self) -> Marks {
        self.marks
    }

    pub(crate) fn accepted(&self) -> Bytes {
        Bytes::new(self.accepted.load(Ordering::Acquire))
    }

    pub(crate) fn consumed(&self) -> Bytes {
        Bytes::new(self.consumed.load(Ordering::Acquire))
    }

    /// Bytes accepted and neither consumed nor forfeited.
    #[inline]
    pub(crate) fn buffered(&self) -> Bytes {
        // `accepted` is read last: read first, it could be older than the others and seem smaller.
        let gone = self.consumed.load(Ordering::Acquire) + self.forfeited.load(Ordering::Acquire);
        Bytes::new(self.accepted.load(Ordering::Acquire).saturating_sub(gone))
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.buffered() < self.marks.high
    }

    /// Whether all but the low mark is consumed. What is forfeited does not count: it made no room worth filling.
    pub(crate) fn is_low(&self) -> bool {
        self.consumed() >= self.low_position()
    }

    /// Takes responsibility for `bytes` more. Only the sender calls it, so load and store suffice.
    #[inline]
    pub(crate) fn accept(&self, bytes: Bytes) {
        let accepted = self.accepted.load(Ordering::Relaxed) + bytes.get();
        self.accepted.store(accepted, Ordering::Release);
        self.counters.observe(self.buffered().get());
    }

    /// The consumed position at which what is buffered now will have fallen to the low mark.
    pub(crate) fn low_position(&self) -> Bytes {
        self.accepted().checked_sub(self.marks.low).unwrap_or_default()
    }

    /// The consumed position at which there will be room for `least` bytes: at the low mark, and so far below the high
    /// one.
    pub(crate) fn room_position(&self, least: Bytes) -> Bytes {
        let most = self.marks.high.checked_sub(least).unwrap_or_default();
        let most = self.marks.low.min(most);
        self.accepted().checked_sub(most).unwrap_or_default()
    }

    /// Whether the sender asked to be woken at a position that is not consumed yet. For the receiver, whose bytes
    /// it waits for: nothing but what the receiver does can change a `true`.
    pub(crate) fn is_waited_for(&self) -> bool {
        let wake_at = self.wake_at.load(Ordering::SeqCst);
        wake_at != NEVER && wake_at > self.consumed.load(Ordering::SeqCst) && self.sender.is_set()
    }

    /// Takes back what the sender asked for.
    pub(crate) fn withdraw(&self) {
        self.wake_at.store(NEVER, Ordering::SeqCst);
        self.sender.clear();
    }

    /// Asks to wake the sender when `position` is consumed, in place of what it asked before. `false`: it is consumed
    /// already, and no wake will come. The sender's waker must be registered before.
    pub(crate) fn wake_at(&self, position: Bytes) -> bool {
        self.wake_at.store(position.get(), Ordering::SeqCst);
        // Not a load: an addition has its place among the receiver's, before or after each of them.
        let reached = self.consumed.fetch_add(0, Ordering::SeqCst) >= position.get();
        // Where the swap fails the receiver has seen the request: its wake is under way.
        !(reached && self.disarm(position.get()))
    }

    /// Whether giving `bytes` back wakes the sender, unless it asks for another position until then.
    pub(crate) fn wakes_when_consumed(&self, bytes: Bytes) -> bool {
        let wake_at = self.wake_at.load(Ordering::SeqCst);
        wake_at != NEVER && wake_at <= self.consumed.load(Ordering::SeqCst) + bytes.get()
    }

    /// Gives `bytes` back as consumed, and wakes the sender if that is what it waits for. Only the receiver calls it.
    pub(crate) fn consume(&self, bytes: Bytes) {
        if bytes == Bytes::ZERO {
            return;
        }
        let consumed = self.consumed.fetch_add(bytes.get(), Ordering::SeqCst) + bytes.get();
        let wake_at = self.wake_at.load(Ordering::SeqCst);
        if wake_at <= consumed && self.disarm(wake_at) {
            self.sender.wake();
        }
    }

    /// Gives `bytes` back that nobody will consume.
    pub(crate) fn forfeit(&self, bytes: Bytes) {
        self.forfeited.fetch_add(bytes.get(), Ordering::AcqRel);
    }

    /// Bytes given back that nobody consumed.
    #[cfg(test)]
    pub(crate) fn forfeited(&self) -> Bytes {
        Bytes::new(self.forfeited.load(Ordering::Acquire))
    }

    fn disarm(&self, armed: u64) -> bool {
        self.wake_at
            .compare_exchange(armed, NEVER, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}
