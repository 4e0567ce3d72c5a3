//! Credit: bytes as a type of their own, and the permit that gives them back.

use std::sync::Arc;

use super::gate::Gate;

/// A number of bytes, or a position in a stream of bytes. Only checked arithmetic: flow control that wraps around
/// loses data silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(u64);

impl Bytes {
    /// No bytes.
    pub const ZERO: Self = Self(0);

    /// A count of `n` bytes.
    pub const fn new(n: u64) -> Self {
        Self(n)
    }

    /// The plain number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum, or `None` past 2^64.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(n) => Some(Self(n)),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(n) => Some(Self(n)),
            None => None,
        }
    }
}

/// A slice's length always fits.
impl From<usize> for Bytes {
    fn from(n: usize) -> Self {
        Self(n as u64)
    }
}

/// Credit of a budget is given back in lots of so many bytes, and with the last byte of a permit.
const RETURNED: u64 = 4 * 1024;

/// The right to hold bytes that a gate has accepted.
///
/// Whoever consumes the bytes says so with [`Permit::consume`]. What is left when the permit drops was never consumed
/// (the stream was destroyed, or its stage failed): its credit returns all the same, but no `write()` callback counts
/// it as done.
///
/// It holds credit of the channel's budget too, and gives it back a few KiB at a time.
#[derive(Debug)]
pub struct Permit {
    gate: Arc<Gate>,
    left: Bytes,
    /// Credit of the budget; never less than `left`.
    charge: Bytes,
}

impl Permit {
    /// A permit for bytes that `gate` has accepted and that no other permit covers. The sender's credit for them is the
    /// permit's from now on.
    pub(super) fn new(gate: Arc<Gate>, bytes: Bytes) -> Self {
        Self {
            gate,
            left: bytes,
            charge: bytes,
        }
    }

    /// Bytes not yet consumed.
    pub fn left(&self) -> Bytes {
        self.left
    }

    /// Takes over what is left of a permit of the same gate.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        debug_assert!(Arc::ptr_eq(&self.gate, &other.gate), "a permit of another gate");
        let left = std::mem::take(&mut other.left);
        self.left = Bytes::new(self.left.get() + left.get());
        let charge = std::mem::take(&mut other.charge);
        self.charge = Bytes::new(self.charge.get() + charge.get());
    }

    /// Whether giving `bytes` back as consumed wakes the sender.
    pub(super) fn wakes_when_consumed(&self, bytes: Bytes) -> bool {
        self.gate.wakes_when_consumed(bytes.min(self.left))
    }

    /// Gives `bytes` back as consumed; at most what is left.
    pub fn consume(&mut self, bytes: Bytes) {
        let bytes = bytes.min(self.left);
        self.left = self.left.checked_sub(bytes).unwrap_or_default();
        // First: who is woken finds the credit.
        if self.left == Bytes::ZERO || self.left.get() + RETURNED <= self.charge.get() {
            self.discharge();
        }
        self.gate.consume(bytes);
    }

    /// Takes the credit away, to be given back elsewhere.
    pub(super) fn take_charge(&mut self) -> u64 {
        std::mem::take(&mut self.charge).get()
    }

    /// Gives back the credit for what is consumed.
    fn discharge(&mut self) {
        let consumed = self.charge.checked_sub(self.left).unwrap_or_default();
        self.charge = self.left;
        if let Some(account) = &self.gate.account {
            account.give_back(consumed.get());
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.forfeit(std::mem::take(&mut self.left));
        self.discharge();
    }
}
