//! The purse: the credit that a sender has of its budget for bytes to come.
//!
//! It is filled ahead, so that small writes do not ask the budget, and emptied when the sender publishes. What goes to the
//! receiver takes its credit along, in its permits.

use std::sync::Arc;
use std::task::Waker;

use crate::sync::{Figure, Relaxed};

use super::budget::Account;
use super::credit::Bytes;
use super::pool::FLOOR;
use super::sender::Sender;
use super::slab::SLAB;

/// The most that is asked of a budget for one write, if the high mark is not larger: a piece as `fs` reads it.
const WRITE: u64 = 64 * 1024;

/// Credit for bytes to come.
#[derive(Debug)]
pub(super) struct Purse {
    /// Bytes; without a budget, more than there will ever be. The budget looks at it, too.
    credit: Arc<Figure>,
    /// Whether it was filled since it was emptied last.
    is_filled: bool,
    /// The largest write so far, in bytes.
    largest: u64,
}

impl Purse {
    /// A purse that an account fills.
    pub(super) fn new(credit: Arc<Figure>) -> Self {
        Self {
            credit,
            is_filled: false,
            largest: 0,
        }
    }

    #[inline]
    fn credit(&self) -> u64 {
        self.credit.load(Relaxed)
    }

    #[inline]
    fn set(&mut self, credit: u64) {
        self.credit.store(credit, Relaxed);
    }

    fn fill(&mut self, more: u64) {
        self.is_filled |= more > 0;
        self.set(self.credit() + more);
    }
}

impl<C> Sender<C> {
    /// Whether the program may write on: there is room below the high mark, and credit for another write as large as
    /// the largest one so far.
    #[inline]
    pub fn invites(&mut self) -> bool {
        self.has_room() && (self.purse.credit() >= self.next_write().get() || self.draw_for_write())
    }

    /// Whether there is credit for the next write, after a time without; all that was accepted must be published. If
    /// not, `waker` is woken once when it is this channel's turn.
    pub fn poll_credit(&self, waker: &Waker) -> bool {
        self.wait_for_credit(self.next_write(), waker)
    }

    /// Whether there is credit for `n` bytes.
    pub fn has_credit(&self, n: usize) -> bool {
        let missing = Bytes::from(n).get().saturating_sub(self.purse.credit());
        missing == 0 || self.account().is_none_or(|account| account.covers(missing))
    }

    /// Whether this channel stands in its budget's line.
    pub fn awaits_credit(&self) -> bool {
        self.account().is_some_and(Account::is_waiting)
    }

    /// Counts `n` bytes as accepted, and takes their credit out of the purse.
    #[inline]
    pub(super) fn accept(&mut self, n: usize) {
        let bytes = Bytes::from(n);
        self.purse.largest = self.purse.largest.max(bytes.get());
        if bytes.get() > self.purse.credit() {
            self.overdraw(bytes.get());
        }
        self.purse.set(self.purse.credit() - bytes.get());
        self.shared.gate.accept(bytes);
    }

    /// Fills the purse up to `want` bytes, if there is so much; what it has then, unless that is too little for a turn:
    /// all that is out will come back.
    pub(super) fn draw(&mut self, want: u64) -> Option<u64> {
        let enough = FLOOR.min(want);
        let have = self.purse.credit();
        if have < want
            && let Some(account) = self.account()
        {
            let more = account.draw(want - have, enough.saturating_sub(have));
            self.purse.fill(more);
        }
        let credit = self.purse.credit();
        (credit >= enough).then_some(credit)
    }

    pub(super) fn wait_for_credit(&self, need: Bytes, waker: &Waker) -> bool {
        self.account()
            .is_none_or(|account| account.wait(need.get(), waker))
    }

    /// Gives back the credit for bytes to come.
    pub(super) fn empty_purse(&mut self) {
        if let Some(account) = &self.shared.gate.account
            && std::mem::take(&mut self.purse.is_filled)
        {
            let left = self.purse.credit();
            self.purse.set(0);
            account.empty_purse(left);
        }
    }

    /// Gives back the credit for `own` bytes that were accepted and come no more.
    pub(super) fn return_credit(&self, own: usize) {
        if let Some(account) = self.account() {
            account.give_back(Bytes::from(own).get());
        }
    }

    /// Nothing more will be sent.
    pub(super) fn close_account(&mut self) {
        self.empty_purse();
        if let Some(account) = self.account() {
            account.close();
        }
    }

    #[cold]
    fn draw_for_write(&mut self) -> bool {
        let (have, next) = (self.purse.credit(), self.next_write().get());
        if let Some(account) = self.account() {
            let more = account.draw_ahead(next - have, Bytes::from(SLAB).get(), next);
            self.purse.fill(more);
        }
        self.purse.credit() >= next
    }

    /// Takes credit for a write that came unasked, or is larger than those before.
    #[cold]
    fn overdraw(&mut self, bytes: u64) {
        if let Some(account) = self.account() {
            let missing = bytes - self.purse.credit();
            account.overdraw(missing, self.next_write().get());
            self.purse.fill(missing);
        }
    }

    /// The largest write so far: the next one may be as large. What is larger than [`WRITE`] and than the high mark
    /// comes at the writer's risk.
    #[inline]
    fn next_write(&self) -> Bytes {
        let most = self.shared.gate.marks().high().max(Bytes::new(WRITE));
        Bytes::new(self.purse.largest.max(1)).min(most)
    }

    fn account(&self) -> Option<&Account> {
        self.shared.gate.account.as_ref()
    }
}
