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

/// The right to hold bytes that a gate has accepted.
///
/// Whoever consumes the bytes says so with [`Permit::consume`]. What is left when the permit drops was never consumed
/// (the stream was destroyed, or its stage failed): its credit returns all the same, but no `write()` callback counts
/// it as done.
#[derive(Debug)]
pub struct Permit {
    gate: Arc<Gate>,
    left: Bytes,
}

impl Permit {
    /// A permit for bytes that `gate` has accepted and that no other permit covers.
    pub(super) fn new(gate: Arc<Gate>, bytes: Bytes) -> Self {
        Self { gate, left: bytes }
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
    }

    /// Whether giving `bytes` back as consumed wakes the sender.
    pub(super) fn wakes_when_consumed(&self, bytes: Bytes) -> bool {
        self.gate.wakes_when_consumed(bytes.min(self.left))
    }

    /// Gives `bytes` back as consumed; at most what is left.
    pub fn consume(&mut self, bytes: Bytes) {
        let bytes = bytes.min(self.left);
        self.left = self.left.checked_sub(bytes).unwrap_or_default();
        self.gate.consume(bytes);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.forfeit(self.left);
    }
}
