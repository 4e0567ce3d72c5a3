//! Slabs: the fixed pieces of memory that bytes travel in, kept for the next stream when they are empty.
//!
//! All slabs have one size, so any stream can use any, and memory is counted by counting slabs.

use std::sync::{Mutex, PoisonError};

/// Bytes in a slab. Small under loom, so that the models reach every edge.
#[cfg(not(loom))]
pub const SLAB: usize = 16 * 1024;
/// Bytes in a slab.
#[cfg(loom)]
pub const SLAB: usize = 2;

/// Empty slabs kept for reuse in the whole process: 1 MiB.
const POOLED: usize = 64;

/// Not the lock of `crate::sync`: the pool decides nothing about flow, so the models need not explore it.
static POOL: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// A piece of memory that is filled at the back and read from the front.
#[derive(Debug)]
pub(super) struct Slab {
    memory: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Slab {
    pub(super) fn new() -> Self {
        let pooled = POOL.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let memory = pooled.unwrap_or_else(|| vec![0; SLAB].into_boxed_slice());
        Self {
            memory,
            start: 0,
            end: 0,
        }
    }

    pub(super) fn filled(&self) -> &[u8] {
        &self.memory[self.start..self.end]
    }

    #[inline]
    pub(super) fn spare(&mut self) -> &mut [u8] {
        &mut self.memory[self.end..]
    }

    /// Counts `n` bytes at the front of the spare part as filled.
    #[inline]
    pub(super) fn fill(&mut self, n: usize) {
        self.end = (self.end + n).min(SLAB);
    }

    pub(super) fn advance(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    pub(super) fn is_full(&self) -> bool {
        self.end == SLAB
    }

    #[inline]
    pub(super) fn spare_len(&self) -> usize {
        SLAB - self.end
    }
}

impl Drop for Slab {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < POOLED {
            pool.push(memory);
        }
    }
}
