//! Who computes: the threads of somebody else, and how many blocks of the whole process may be with them.

use std::sync::Arc;

use crate::sync::{AtomicU64, Ordering};

/// Blocks in the process that are compressed, or wait for their turn, for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// Work that is done in parts.
pub trait Job: Send {
    /// Does a part, some tenths of a millisecond. Returns whether that was the last; it is not called again then.
    fn step(&mut self) -> bool;
}

/// Runs jobs on threads of its own.
pub trait Executor: Send + Sync {
    /// Takes the job, to run it soon, and lets others run between its parts. One that it drops instead, or that panics,
    /// fails its stream.
    fn run(&self, job: Box<dyn Job>);
}

/// What the parallel streams of a process share.
pub struct Workers {
    executor: Box<dyn Executor>,
    threads: usize,
    free: AtomicU64,
}

impl Workers {
    /// An executor of so many threads; at least 1.
    pub fn new(executor: Box<dyn Executor>, threads: usize) -> Arc<Self> {
        Arc::new(Self {
            executor,
            threads,
            free: AtomicU64::new((threads * BLOCKS_PER_THREAD) as u64),
        })
    }

    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// The right to have one block more in memory, unless all are given.
    pub(super) fn permit(self: &Arc<Self>) -> Option<Permit> {
        let take = |free: u64| free.checked_sub(1);
        self.free
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, take)
            .ok()
            .map(|_| Permit(Arc::clone(self)))
    }

    #[cfg(test)]
    pub(super) fn free(&self) -> u64 {
        self.free.load(Ordering::Acquire)
    }

    pub(super) fn run(&self, job: Box<dyn Job>) {
        self.executor.run(job);
    }
}

/// Counts for one block, from when it is handed over until the last byte that came of it is handed out.
pub(super) struct Permit(Arc<Workers>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.free.fetch_add(1, Ordering::AcqRel);
    }
}
