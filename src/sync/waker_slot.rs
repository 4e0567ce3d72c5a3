//! A place for the waker of the one task that may wait on something.

use std::task::Waker;

use super::{Mutex, lock};

/// Holds at most one waker. Waking empties it: who wants to be woken again registers again.
#[derive(Debug)]
pub(crate) struct WakerSlot(Mutex<Option<Waker>>);

impl WakerSlot {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn register(&self, waker: &Waker) {
        let mut slot = lock(&self.0);
        match slot.as_mut() {
            Some(old) => old.clone_from(waker),
            None => *slot = Some(waker.clone()),
        }
    }

    /// Takes the waker out without waking it.
    pub(crate) fn clear(&self) {
        lock(&self.0).take();
    }

    /// Whether somebody waits.
    pub(crate) fn is_set(&self) -> bool {
        lock(&self.0).is_some()
    }

    /// Wakes who waits. The waker runs outside the lock, because it may come back here.
    pub(crate) fn wake(&self) {
        let waker = lock(&self.0).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
