//! The pool: who holds how much of a budget, who waits for more, and who is next. Plain bookkeeping, under one lock.
//!
//! Every byte of credit is in one place: in a channel's reserve, or out: with bytes on their way, or in the purse of a
//! sender that is about to write. Together they are what the channel holds, and what all channels hold is what is taken.
//!
//! 1. A channel holds [`FLOOR`] bytes from its first moment to its last, beyond the limit if need be. So whatever the
//!    others hold, it can go on once its own bytes are gone: a pipeline always moves its last byte.
//! 2. A channel keeps a *target* in its reserve: room for the next write, which it has to take whole. Credit that comes
//!    back fills the channel's own reserve first, and goes to the others after that.
//! 3. Who waits stands in line. While there is a line nobody takes from the pool past it, and only its head is served.
//! 4. A channel *rests* when nothing of it is out. What it keeps above its floor the others may have, once it has
//!    rested for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::sync::{Figure, Relaxed};

/// Bytes that a channel may always hold.
#[cfg(not(loom))]
pub const FLOOR: u64 = 4 * 1024;
/// Bytes that a channel may always hold.
#[cfg(loom)]
pub const FLOOR: u64 = 1;

/// How long a channel rests before the others may have what it keeps: far longer than a program takes to answer a
/// `'drain'`. Under loom no time passes.
#[cfg(not(loom))]
const REST: Duration = Duration::from_millis(100);
#[cfg(loom)]
const REST: Duration = Duration::ZERO;

/// Who takes credit for writes to come takes at most this part of what is left: near the end, a write at a time.
const AHEAD: u64 = 16;

/// A place in a sequence: in the line, or among those that rest.
type Place = u64;

/// One channel's part.
#[derive(Debug, Default)]
struct Entry {
    /// All of its credit.
    held: u64,
    /// The part of it that is not out.
    reserve: u64,
    /// What the reserve should have for the next write.
    target: u64,
    /// What it may always hold: nothing once no more will be sent.
    floor: u64,
    /// Where it stands in line, and for how much.
    waits: Option<(Place, u64)>,
    waker: Option<Waker>,
    rests: Option<Place>,
    /// What the sender has left of the credit that it was given.
    purse: Arc<Figure>,
    /// What it was given since it last gave back what it had left.
    given: u64,
}

impl Entry {
    fn out(&self) -> u64 {
        self.held - self.reserve
    }

    /// Whether it can go on with what is in its reserve.
    fn is_provided(&self, need: u64) -> bool {
        self.reserve >= need || self.out() == 0
    }
}

/// A budget's books. Who is to be woken is added to `woken`, for the caller to wake outside the lock.
#[derive(Debug, Default)]
pub(super) struct Pool {
    limit: u64,
    /// What all channels hold.
    taken: u64,
    /// What all reserves have.
    idle: u64,
    /// What all senders were given since they last gave back what they had left.
    given: u64,
    /// The most that was used at once.
    peak: u64,
    entries: Vec<Entry>,
    vacant: Vec<usize>,
    line: BTreeMap<Place, usize>,
    /// Those that have credit in their purses.
    writing: BTreeSet<usize>,
    resting: BTreeMap<Place, (usize, Instant)>,
    places: Place,
}

impl Pool {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that were accepted and are on their way.
    pub(super) fn used(&mut self) -> u64 {
        let purses = self
            .writing
            .iter()
            .map(|&id| self.entries[id].purse.load(Relaxed));
        // The senders write on meanwhile.
        let used = (self.taken - self.idle).saturating_sub(purses.sum());
        self.peak = self.peak.max(used);
        used
    }

    /// The most that was used at once, as far as senders have told.
    pub(super) fn peak(&self) -> u64 {
        self.peak
    }

    /// How many stand in line.
    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Sets the limit, and serves the line.
    pub(super) fn set_limit(&mut self, limit: u64, woken: &mut Vec<Waker>) {
        self.limit = limit;
        self.serve(woken);
    }

    /// Enters a channel with the purse of its sender.
    pub(super) fn join(&mut self, purse: Arc<Figure>) -> usize {
        let id = self.vacant.pop().unwrap_or_else(|| {
            self.entries.push(Entry::default());
            self.entries.len() - 1
        });
        self.entries[id].floor = FLOOR;
        self.entries[id].purse = purse;
        self.grow(id, FLOOR);
        id
    }

    /// Gives a sender credit for a write of `next` bytes, and for others ahead, up to `most` in all; none if it cannot be
    /// `next`.
    pub(super) fn draw_ahead(&mut self, id: usize, next: u64, most: u64, woken: &mut Vec<Waker>) -> u64 {
        let left = self.room() + self.entries[id].reserve;
        self.draw(id, next.max(most.min(left / AHEAD)), next, woken)
    }

    /// Gives a sender up to `want` bytes of credit, and none if they cannot be `least`.
    pub(super) fn draw(&mut self, id: usize, want: u64, least: u64, woken: &mut Vec<Waker>) -> u64 {
        if !self.covers(id, least) {
            return 0;
        }
        let missing = want.saturating_sub(self.entries[id].reserve);
        let more = missing.min(self.free_room(0));
        self.grow(id, more);
        let drawn = want.min(self.entries[id].reserve);
        self.put_out(id, drawn);
        self.leave_line(id, woken);
        drawn
    }

    /// Gives a sender `n` bytes of credit for bytes that are there already, be it beyond the limit.
    pub(super) fn overdraw(&mut self, id: usize, n: u64) {
        let missing = n.saturating_sub(self.entries[id].reserve);
        self.grow(id, missing);
        self.put_out(id, n);
    }

    /// Whether `n` bytes could be drawn.
    pub(super) fn covers(&mut self, id: usize, n: u64) -> bool {
        let missing = n.saturating_sub(self.entries[id].reserve);
        missing <= self.free_room(missing)
    }

    /// Says what the channel's reserve should have.
    pub(super) fn aim(&mut self, id: usize, target: u64) {
        self.entries[id].target = target;
    }

    /// Takes back what a sender has left of its credit, `n` bytes: all that it took of it has been told.
    pub(super) fn empty_purse(&mut self, id: usize, n: u64, woken: &mut Vec<Waker>) {
        self.writing.remove(&id);
        self.given -= std::mem::take(&mut self.entries[id].given);
        self.give_back(id, n, woken);
        let used = (self.taken - self.idle).saturating_sub(self.given);
        self.peak = self.peak.max(used);
    }

    /// Takes credit back from one channel and gives as much to another one, for bytes that move on: what is used stays the
    /// same, and nobody is served in between.
    pub(super) fn exchange(&mut self, from: (usize, u64), to: (usize, u64), woken: &mut Vec<Waker>) {
        self.take_back(from.0, from.1);
        self.overdraw(to.0, to.1);
        self.look_after(from.0, woken);
        self.serve(woken);
    }

    /// Takes `n` bytes of credit back.
    pub(super) fn give_back(&mut self, id: usize, n: u64, woken: &mut Vec<Waker>) {
        self.take_back(id, n);
        self.look_after(id, woken);
        self.serve(woken);
    }

    /// Fills the channel's own reserve first, and leaves the rest to the others.
    fn take_back(&mut self, id: usize, n: u64) {
        let entry = &mut self.entries[id];
        let wanted = entry.waits.map_or(entry.target, |(_, need)| need);
        let to_reserve = wanted.saturating_sub(entry.reserve);
        let to_floor = entry.floor.saturating_sub(entry.held - n);
        entry.reserve += n;
        self.idle += n;
        self.shrink(id, n - to_reserve.max(to_floor).min(n));
    }

    /// Whether the channel can go on: it has `need` bytes in reserve, or nothing out. If not it stands in line, and is
    /// woken when it can.
    pub(super) fn wait(&mut self, id: usize, need: u64, waker: &Waker, woken: &mut Vec<Waker>) -> bool {
        if self.covers(id, need) {
            let missing = need.saturating_sub(self.entries[id].reserve);
            self.grow(id, missing);
        }
        if self.entries[id].is_provided(need) {
            self.leave_line(id, woken);
            self.rest(id);
            return true;
        }
        let place = self.entries[id].waits.map(|(place, _)| place);
        let place = place.unwrap_or_else(|| self.next_place());
        self.line.insert(place, id);
        let entry = &mut self.entries[id];
        entry.waits = Some((place, need));
        entry.waker = Some(waker.clone());
        false
    }

    /// Whether the channel stands in line.
    pub(super) fn is_waiting(&self, id: usize) -> bool {
        self.entries[id].waits.is_some()
    }

    /// The channel does not wait any more.
    pub(super) fn leave_line(&mut self, id: usize, woken: &mut Vec<Waker>) {
        self.entries[id].waker = None;
        if let Some((place, _)) = self.entries[id].waits.take() {
            self.line.remove(&place);
            self.serve(woken);
        }
    }

    /// Nothing more will be sent. What is out comes back as before.
    pub(super) fn close(&mut self, id: usize, woken: &mut Vec<Waker>) {
        self.leave_line(id, woken);
        self.stir(id);
        let entry = &mut self.entries[id];
        entry.floor = 0;
        entry.target = 0;
        let reserve = entry.reserve;
        self.shrink(id, reserve);
        self.serve(woken);
    }

    /// Forgets a channel that is closed, and of which nothing is out.
    pub(super) fn leave(&mut self, id: usize) {
        debug_assert_eq!(self.entries[id].held, 0, "credit that nobody gave back");
        self.entries[id] = Entry::default();
        self.vacant.push(id);
    }

    fn next_place(&mut self) -> Place {
        self.places += 1;
        self.places
    }

    fn room(&self) -> u64 {
        self.limit.saturating_sub(self.taken)
    }

    /// Room for one who does not stand in line. Where it is not enough for `n`, those that have rested give.
    fn free_room(&mut self, n: u64) -> u64 {
        if !self.line.is_empty() {
            return 0;
        }
        self.reclaim(n);
        self.room()
    }

    /// Moves `n` bytes from the pool into a reserve.
    fn grow(&mut self, id: usize, n: u64) {
        self.entries[id].held += n;
        self.entries[id].reserve += n;
        self.taken += n;
        self.idle += n;
    }

    /// Moves `n` bytes from a reserve into the pool.
    fn shrink(&mut self, id: usize, n: u64) {
        self.entries[id].held -= n;
        self.entries[id].reserve -= n;
        self.taken -= n;
        self.idle -= n;
    }

    /// Moves `n` bytes from a reserve into the sender's purse.
    fn put_out(&mut self, id: usize, n: u64) {
        self.stir(id);
        self.entries[id].reserve -= n;
        self.idle -= n;
        self.entries[id].given += n;
        self.given += n;
        self.writing.insert(id);
    }

    /// Credit of the channel has come back: it can go on, or it rests.
    fn look_after(&mut self, id: usize, woken: &mut Vec<Waker>) {
        match self.entries[id].waits {
            Some((_, need)) if self.entries[id].is_provided(need) => self.grant(id, woken),
            Some(_) => {}
            None => self.rest(id),
        }
    }

    /// Gives what there is to those in line, in order.
    fn serve(&mut self, woken: &mut Vec<Waker>) {
        while let Some((_, &id)) = self.line.first_key_value() {
            let need = self.entries[id].waits.map_or(0, |(_, need)| need);
            let missing = need.saturating_sub(self.entries[id].reserve);
            self.reclaim(missing);
            if missing > self.room() {
                return;
            }
            self.grow(id, missing);
            self.grant(id, woken);
        }
    }

    /// Lets one that stands in line go on. Until it does, it rests.
    fn grant(&mut self, id: usize, woken: &mut Vec<Waker>) {
        let entry = &mut self.entries[id];
        woken.extend(entry.waker.take());
        if let Some((place, _)) = entry.waits.take() {
            self.line.remove(&place);
        }
        self.rest(id);
    }

    /// From now on the channel rests, if nothing of it is out and it keeps what others may have.
    fn rest(&mut self, id: usize) {
        self.stir(id);
        if self.entries[id].out() == 0 && self.entries[id].reserve > FLOOR {
            let place = self.next_place();
            self.entries[id].rests = Some(place);
            self.resting.insert(place, (id, Instant::now()));
        }
    }

    /// The channel does not rest.
    fn stir(&mut self, id: usize) {
        if let Some(place) = self.entries[id].rests.take() {
            self.resting.remove(&place);
        }
    }

    /// Takes what those keep that have rested for long, the longest first, until there is room for `n`.
    fn reclaim(&mut self, n: u64) {
        while n > self.room()
            && let Some((_, &(id, since))) = self.resting.first_key_value()
            && since.elapsed() >= REST
        {
            self.stir(id);
            let kept = self.entries[id].reserve;
            self.shrink(id, kept.saturating_sub(FLOOR));
        }
    }
}
