//! The switch between std and loom: the only place that names atomics and locks.
//!
//! Under `cfg(loom)` the same code runs in loom's model checker, which tries every order in which threads can meet.

#[cfg(loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};
#[cfg(not(loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// A number that one thread writes and others only report. Nothing is decided by it, so the models need not explore it.
pub(crate) use std::sync::atomic::AtomicU64 as Figure;
/// For a [`Figure`].
pub(crate) use std::sync::atomic::Ordering::Relaxed;

mod waker_slot;

pub(crate) use waker_slot::WakerSlot;

/// What the binding shares between threads; it is not part of the models.
#[cfg(all(feature = "node", not(test)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32};

/// Locks. A thread that panicked with the lock held leaves data that is still whole (no critical section of this
/// crate calls foreign code), so the poison is passed over.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
