//! Waiting for room, as a stage does that sends: below the marks, and within the budget.

use std::task::{Context, Poll};

use crate::pressure::Spending;

use super::channel::Closed;
use super::credit::Bytes;
use super::sender::Sender;
use super::slab::SLAB;

impl<C> Sender<C> {
    /// How many bytes may be sent now; at least 1. Pending while there is no room: it publishes, and the task is woken
    /// when the receiver has brought the buffer down to the low mark. With a high mark of 0 there is room for one byte
    /// at a time. Pending, too, while the budget is spent, until it is this channel's turn or all that it holds is
    /// consumed.
    pub fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, Closed>> {
        self.poll_room_for(1, cx)
    }

    /// As [`Sender::poll_room`], but pending until there is room for `least` bytes, or all was consumed: there may be
    /// room for fewer then, where that is all that the high mark or the budget allows.
    pub fn poll_room_for(&mut self, least: usize, cx: &mut Context<'_>) -> Poll<Result<usize, Closed>> {
        let room = loop {
            if self.shared.queue().state.is_deserted() {
                break Err(Closed);
            }
            let space = self.space_for(least);
            if let Some(room) = space.and_then(|space| self.draw_for(space, least)) {
                break Ok(room);
            }
            self.publish();
            let gate = &self.shared.gate;
            gate.sender.register(cx.waker());
            self.waiting = true;
            let armed = match space {
                Some(space) => !self.wait_for_credit(wanted(space, least), cx.waker()),
                None => gate.wake_at(gate.room_position(Bytes::from(least))),
            };
            // A receiver that left before the registration woke nobody.
            if armed && !self.shared.queue().state.is_deserted() {
                return Poll::Pending;
            }
        };
        if std::mem::take(&mut self.waiting) {
            self.shared.gate.withdraw();
        }
        Poll::Ready(room)
    }

    /// What [`Sender::poll_room`] waits for.
    pub fn blocked_by(&self) -> Spending {
        if self.awaits_credit() {
            Spending::Budget
        } else {
            Spending::Reader
        }
    }

    /// How many bytes may be sent now, if it is `least` or nothing is buffered; fewer where the budget has no more.
    pub fn room_for(&mut self, least: usize) -> Option<usize> {
        let space = self.space_for(least)?;
        self.draw_for(space, least)
    }

    /// Room below the high mark, if it is for `least` bytes or nothing is buffered.
    fn space_for(&self, least: usize) -> Option<usize> {
        let (high, buffered) = (self.shared.gate.marks().high(), self.shared.gate.buffered());
        let room = high.checked_sub(buffered).unwrap_or_default();
        if room < Bytes::from(least) && buffered > Bytes::ZERO {
            return None;
        }
        Some(usize::try_from(room.get()).unwrap_or(usize::MAX).max(1))
    }

    /// How much of `space` there is credit for; `None` when it is too little for a turn.
    fn draw_for(&mut self, space: usize, least: usize) -> Option<usize> {
        let credit = self.draw(wanted(space, least).get())?;
        Some(usize::try_from(credit).unwrap_or(usize::MAX).min(space))
    }
}

/// The most that is asked of the budget at once.
const MOST: usize = 64 * SLAB;

/// What is asked of the budget for `space`: a slab and not less than `least`, as far as there is space.
fn wanted(space: usize, least: usize) -> Bytes {
    Bytes::from(space.min(least.clamp(SLAB, MOST)))
}
