//! Budgets: one bound for the bytes of many channels, whoever they belong to.
//!
//! A channel asks for credit in lots and not for every write, and each of its parcels gives back what it holds, so the
//! lock here is taken a few times for every [`SLAB`](super::SLAB) of bytes. Any thread may come.

use std::sync::Arc;
use std::task::Waker;

use crate::sync::{Figure, Mutex, lock};

use super::credit::Bytes;
use super::pool::Pool;

/// No bound.
pub const UNLIMITED: Bytes = Bytes::new(u64::MAX);

/// A bound for the bytes of all channels that share it.
#[derive(Debug)]
pub struct Budget(Mutex<Pool>);

/// A budget at one moment; sizes in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The bound.
    pub limit: u64,
    /// Bytes in the buffers of all channels; of a parcel that is being consumed, up to some KiB too many.
    pub used: u64,
    /// The most that was used at once.
    pub peak: u64,
    /// Channels that wait for their turn.
    pub waiting: usize,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(limit: Bytes) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Pool::new(limit.get()))))
    }

    /// The budget of the process, which has no bound until it is given one.
    #[cfg(not(loom))]
    pub fn of_process() -> &'static Arc<Self> {
        static BUDGET: std::sync::OnceLock<Arc<Budget>> = std::sync::OnceLock::new();
        BUDGET.get_or_init(|| Self::new(UNLIMITED))
    }

    /// Sets the bound. One below what is used is refused: the error is what is used.
    pub fn set_limit(&self, limit: Bytes) -> Result<(), Bytes> {
        let mut used = 0;
        self.with(|pool, woken| {
            used = pool.used();
            if limit.get() >= used {
                pool.set_limit(limit.get(), woken);
            }
        });
        if limit.get() < used {
            return Err(Bytes::new(used));
        }
        Ok(())
    }

    /// The budget now.
    pub fn balance(&self) -> Balance {
        let mut pool = lock(&self.0);
        let used = pool.used();
        Balance {
            limit: pool.limit(),
            used,
            peak: pool.peak(),
            waiting: pool.waiting(),
        }
    }

    /// Whether there is a bound to keep.
    pub fn is_bound(&self) -> bool {
        lock(&self.0).limit() < UNLIMITED.get()
    }

    /// Works on the books, and wakes outside the lock.
    fn with<T>(&self, work: impl FnOnce(&mut Pool, &mut Vec<Waker>) -> T) -> T {
        let mut woken = Vec::new();
        let result = work(&mut lock(&self.0), &mut woken);
        woken.into_iter().for_each(Waker::wake);
        result
    }
}

/// One channel's part in a budget, from the channel's first moment to its last.
#[derive(Debug)]
pub(super) struct Account {
    budget: Arc<Budget>,
    id: usize,
}

impl Account {
    /// Opens an account for a sender with this purse.
    pub(super) fn open(budget: &Arc<Budget>, purse: Arc<Figure>) -> Self {
        Self {
            id: budget.with(|pool, _| pool.join(purse)),
            budget: Arc::clone(budget),
        }
    }

    /// Up to `want` bytes of credit, and none if they cannot be `least`. In line it gets what it has in reserve, and
    /// leaves the line.
    pub(super) fn draw(&self, want: u64, least: u64) -> u64 {
        self.budget
            .with(|pool, woken| pool.draw(self.id, want, least, woken))
    }

    /// The `missing` bytes of credit for a write as large as `target`, and some for others ahead, up to `most` in all.
    pub(super) fn draw_ahead(&self, missing: u64, most: u64, target: u64) -> u64 {
        self.budget.with(|pool, woken| {
            pool.aim(self.id, target);
            pool.draw_ahead(self.id, missing, most, woken)
        })
    }

    /// Takes `n` bytes of credit, be it beyond the limit, for writes as large as `target`.
    pub(super) fn overdraw(&self, n: u64, target: u64) {
        self.budget.with(|pool, _| {
            pool.aim(self.id, target);
            pool.overdraw(self.id, n);
        });
    }

    /// Whether `n` bytes could be drawn.
    pub(super) fn covers(&self, n: u64) -> bool {
        self.budget.with(|pool, _| pool.covers(self.id, n))
    }

    /// Gives back what the sender has left in its purse.
    pub(super) fn empty_purse(&self, n: u64) {
        self.budget
            .with(|pool, woken| pool.empty_purse(self.id, n, woken));
    }

    /// Gives back credit of bytes that are gone.
    pub(super) fn give_back(&self, n: u64) {
        if n > 0 {
            self.budget.with(|pool, woken| pool.give_back(self.id, n, woken));
        }
    }

    /// Whether the channel can go on: it has `need` bytes in reserve, or nothing out. If not it stands in line, and
    /// `waker` is woken once when it can.
    pub(super) fn wait(&self, need: u64, waker: &Waker) -> bool {
        self.budget
            .with(|pool, woken| pool.wait(self.id, need, waker, woken))
    }

    /// Gives `back` of credit back, and takes `n` bytes of it into the account `to`, in one step if it is of the same
    /// budget: nobody gets between. Who is to be woken.
    pub(super) fn exchange(&self, back: u64, to: &Self, n: u64) -> Vec<Waker> {
        let mut woken = Vec::new();
        if Arc::ptr_eq(&self.budget, &to.budget) {
            lock(&self.budget.0).exchange((self.id, back), (to.id, n), &mut woken);
        } else {
            lock(&to.budget.0).overdraw(to.id, n);
            lock(&self.budget.0).give_back(self.id, back, &mut woken);
        }
        woken
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.budget.with(|pool, _| pool.is_waiting(self.id))
    }

    /// Nothing more will be sent.
    pub(super) fn close(&self) {
        self.budget.with(|pool, woken| pool.close(self.id, woken));
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.budget.with(|pool, woken| {
            pool.close(self.id, woken);
            pool.leave(self.id);
        });
    }
}
