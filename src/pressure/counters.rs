//! Counters of one channel: what a snapshot of its pressure is made of.
//!
//! Written by the sender's thread, read by any. Relaxed: each number stands alone and guards nothing.

use crate::sync::{AtomicU64, Ordering};

/// The counters of one channel.
#[derive(Debug)]
pub(crate) struct Counters {
    /// Most bytes that were buffered at once.
    peak: AtomicU64,
    /// Times that the sender was told to stop (`write()` returned `false`).
    stops: AtomicU64,
    /// Times that the sender was told to go on (`'drain'`).
    drains: AtomicU64,
}

impl Counters {
    pub(crate) fn new() -> Self {
        Self {
            peak: AtomicU64::new(0),
            stops: AtomicU64::new(0),
            drains: AtomicU64::new(0),
        }
    }

    /// Notes that `buffered` bytes are in the channel. Only the sender raises it, so load and store suffice.
    #[inline]
    pub(crate) fn observe(&self, buffered: u64) {
        if buffered > self.peak.load(Ordering::Relaxed) {
            self.peak.store(buffered, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_stop(&self) {
        self.stops.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_drain(&self) {
        self.drains.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    pub(crate) fn stops(&self) -> u64 {
        self.stops.load(Ordering::Relaxed)
    }

    pub(crate) fn drains(&self) -> u64 {
        self.drains.load(Ordering::Relaxed)
    }
}
