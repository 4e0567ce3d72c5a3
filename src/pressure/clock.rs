//! The clock of one stage: how its time divides, the interval that is running included.
//!
//! A stage's time is turns on a worker, and what is between them. A turn begins as `Busy`. Where it ends, the stage has
//! said what it waits for; when it is woken it waits for a worker. A call that it lends to the blocking pool tells of
//! itself. Whatever the stage waits for from the program counts as `Waiting` while its doorbell has been rung and not been
//! answered: then it is the event loop that has not come.
//!
//! ```text
//!             begin_turn                end_turn
//!   waiting ─────────────▶ busy ─────────────────────▶ what it said ── wake ──▶ waiting
//!      ▲                     │  woken, or lent a call         │
//!      └─────────────────────┴────────────────────────────────┘
//! ```

use std::time::{Duration, Instant};

use crate::sync::{Mutex, MutexGuard, lock};

use super::spending::Spending;

/// Tells how a stage spends its time. Any thread may ask.
#[derive(Debug)]
pub struct Clock(Mutex<Face>);

/// How a stage's time divided up to one moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// From the stage's beginning to its end, or to now.
    pub elapsed: Duration,
    shares: [Duration; Spending::ALL.len()],
}

impl Reading {
    /// The time spent on something. All together are what elapsed.
    pub fn spent(&self, on: Spending) -> Duration {
        self.shares[on as usize]
    }
}

#[derive(Debug)]
struct Face {
    past: Reading,
    since: Instant,
    now: Spending,
    /// What comes at the end of the turn.
    then: Spending,
    /// Within a turn.
    turning: bool,
    /// Woken within the turn, which so is followed by another one.
    woken: bool,
    /// A call is under way elsewhere; it tells what it does.
    lent: bool,
    /// The event loop has been rung for, and has not come.
    unanswered: bool,
    stopped: bool,
}

impl Face {
    /// Closes the interval that is running, and begins one of `next`.
    fn turn_to(&mut self, next: Spending) {
        self.tick(Instant::now());
        self.now = next;
    }

    fn tick(&mut self, now: Instant) {
        let interval = now.saturating_duration_since(self.since);
        self.since = now;
        if !self.stopped {
            self.past.elapsed += interval;
            self.past.shares[self.counts_as() as usize] += interval;
        }
    }

    fn counts_as(&self) -> Spending {
        if self.unanswered && self.now.is_up_to_the_program() {
            Spending::Waiting
        } else {
            self.now
        }
    }
}

impl Clock {
    /// A clock that runs from now. The stage waits for its first turn.
    pub fn new() -> Self {
        Self(Mutex::new(Face {
            past: Reading::default(),
            since: Instant::now(),
            now: Spending::Waiting,
            then: Spending::Waiting,
            turning: false,
            woken: false,
            lent: false,
            unanswered: false,
            stopped: false,
        }))
    }

    /// How the time divides up to now.
    pub fn read(&self) -> Reading {
        let mut face = self.face();
        face.tick(Instant::now());
        face.past
    }

    /// The stage has a worker.
    pub fn begin_turn(&self) {
        let mut face = self.face();
        face.turn_to(Spending::Busy);
        face.then = Spending::Waiting;
        face.turning = true;
        face.woken = false;
        face.lent = false;
    }

    /// The stage lets go of its worker.
    pub fn end_turn(&self) {
        let mut face = self.face();
        face.turning = false;
        if !face.lent {
            let next = if face.woken { Spending::Waiting } else { face.then };
            face.turn_to(next);
        }
    }

    /// Says, within a turn, what the stage will wait for after it.
    pub fn will(&self, then: Spending) {
        self.face().then = then;
    }

    /// The stage is woken.
    pub fn wake(&self) {
        let mut face = self.face();
        if face.turning {
            face.woken = true;
        } else if !face.lent && face.now != Spending::Waiting {
            face.turn_to(Spending::Waiting);
        }
    }

    /// The stage lends its work to a call elsewhere, which waits to begin.
    pub fn lend(&self) {
        let mut face = self.face();
        face.lent = true;
        face.turn_to(Spending::Waiting);
    }

    /// A call begins.
    pub fn begin_call(&self, as_what: Spending) {
        self.face().turn_to(as_what);
    }

    /// A call is over; its stage waits for a worker.
    pub fn end_call(&self) {
        self.face().turn_to(Spending::Waiting);
    }

    /// The stage has its work back, be it in the turn in which it lent it.
    pub fn take_back(&self) {
        let mut face = self.face();
        if std::mem::take(&mut face.lent) {
            face.turn_to(Spending::Busy);
        }
    }

    /// The event loop is rung for.
    pub fn ring(&self) {
        self.set_unanswered(true);
    }

    /// The event loop has come.
    pub fn answer(&self) {
        self.set_unanswered(false);
    }

    /// The stage has nothing more to do: time stands still.
    pub fn stop(&self) {
        let mut face = self.face();
        face.tick(Instant::now());
        face.stopped = true;
    }

    fn set_unanswered(&self, unanswered: bool) {
        let mut face = self.face();
        if face.unanswered != unanswered {
            face.tick(Instant::now());
            face.unanswered = unanswered;
        }
    }

    fn face(&self) -> MutexGuard<'_, Face> {
        lock(&self.0)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::thread::sleep;

    use super::*;

    const SPELL: Duration = Duration::from_millis(20);
    /// How late a sleeping thread may be woken.
    const SLACK: Duration = Duration::from_millis(15);

    fn spend(clock: &Clock, from: impl FnOnce(&Clock), on: Spending) {
        let before = clock.read();
        from(clock);
        sleep(SPELL);
        let after = clock.read();
        let spent = after.spent(on) - before.spent(on);
        assert!(
            spent >= SPELL && spent <= after.elapsed - before.elapsed,
            "{on:?}"
        );
        assert!(after.elapsed - before.elapsed - spent < SLACK, "{on:?}");
    }

    fn adds_up(clock: &Clock) {
        let reading = clock.read();
        let sum = Spending::ALL.map(|on| reading.spent(on)).iter().sum::<Duration>();
        assert_eq!(sum, reading.elapsed);
    }

    #[test]
    fn what_a_stage_said_counts_from_the_end_of_its_turn_to_its_wake() {
        let clock = Clock::new();
        spend(&clock, |_| (), Spending::Waiting);
        spend(&clock, Clock::begin_turn, Spending::Busy);
        clock.will(Spending::Starved);
        spend(&clock, Clock::end_turn, Spending::Starved);
        spend(&clock, Clock::wake, Spending::Waiting);
        clock.begin_turn();
        spend(&clock, Clock::end_turn, Spending::Waiting);
        adds_up(&clock);
    }

    #[test]
    fn a_stage_that_was_woken_within_its_turn_waits_for_the_next_one() {
        let clock = Clock::new();
        clock.begin_turn();
        clock.will(Spending::Reader);
        clock.wake();
        spend(&clock, Clock::end_turn, Spending::Waiting);
        adds_up(&clock);
    }

    #[test]
    fn a_call_elsewhere_tells_of_itself() {
        let clock = Clock::new();
        clock.begin_turn();
        clock.lend();
        spend(&clock, Clock::end_turn, Spending::Waiting);
        spend(&clock, |clock| clock.begin_call(Spending::Disk), Spending::Disk);
        // Somebody else wakes the stage, which goes on with the call.
        spend(&clock, Clock::wake, Spending::Disk);
        spend(&clock, Clock::end_call, Spending::Waiting);
        adds_up(&clock);
    }

    #[test]
    fn a_call_can_be_over_within_the_turn_that_lent_it() {
        let clock = Clock::new();
        clock.begin_turn();
        clock.lend();
        clock.begin_call(Spending::Busy);
        clock.end_call();
        spend(&clock, Clock::take_back, Spending::Busy);
        clock.will(Spending::Reader);
        spend(&clock, Clock::end_turn, Spending::Reader);
        adds_up(&clock);
    }

    #[test]
    fn what_only_the_program_can_end_is_waiting_while_it_has_not_come() {
        let clock = Clock::new();
        clock.begin_turn();
        clock.will(Spending::Reader);
        clock.end_turn();
        spend(&clock, Clock::ring, Spending::Waiting);
        spend(&clock, Clock::answer, Spending::Reader);
        clock.begin_turn();
        clock.ring();
        spend(&clock, |_| (), Spending::Busy);
        adds_up(&clock);
    }

    #[test]
    fn a_clock_that_stopped_stands_still() {
        let clock = Clock::new();
        clock.begin_turn();
        clock.stop();
        let before = clock.read();
        sleep(SPELL);
        assert_eq!(clock.read().elapsed, before.elapsed);
        adds_up(&clock);
    }
}
