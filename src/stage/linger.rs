//! Waiting on a thread of the blocking pool for what is about to come.
//!
//! A sink that gives up its thread after each write comes back by way of a worker, behind whatever runs there: most often
//! the very codec whose output it is to write. While it lingers it is woken directly.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::sync::{AtomicU64, Ordering};

use super::runtime::cores;

/// A decoder that makes 100 MB/s has made what is published at once, 32 KiB, by then.
const LINGER: Duration = Duration::from_micros(500);

/// So that of 64 times one is tried at least.
const MOST_MISSES: u32 = 6;

static SEATS: Seats = Seats(AtomicU64::new(0));

/// Waits until `poll` is ready. `false`: it was not in time, or too many linger already.
fn linger_on(seats: &Seats, mut poll: impl FnMut(&mut Context<'_>) -> Poll<()>) -> bool {
    let Some(_seat) = seats.take() else { return false };
    let begin = Instant::now();
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if poll(&mut cx).is_ready() {
            return true;
        }
        let Some(left) = LINGER.checked_sub(begin.elapsed()) else {
            return false;
        };
        thread::park_timeout(left);
    }
}

/// Whether what comes next is likely to come within [`LINGER`]. A sink that lingered in vain does not the next time, after
/// another such time not the next three times, then seven: who wakes again and again for nothing slows the codec down. With
/// zstd at level 3 on two cores that cost 13 % of the time.
#[derive(Debug, Default)]
pub(super) struct Lull {
    /// How often in a row it was in vain; at most [`MOST_MISSES`] count.
    misses: u32,
    /// How often not to linger, until it is tried again.
    skips: u32,
}

impl Lull {
    /// Waits until `poll` is ready, if that is likely to be soon. Whether it was.
    pub(super) fn linger(&mut self, poll: impl FnMut(&mut Context<'_>) -> Poll<()>) -> bool {
        self.linger_on(&SEATS, poll)
    }

    fn linger_on(&mut self, seats: &Seats, poll: impl FnMut(&mut Context<'_>) -> Poll<()>) -> bool {
        if self.skips > 0 {
            self.skips -= 1;
            return false;
        }
        let came = linger_on(seats, poll);
        self.misses = if came { 0 } else { MOST_MISSES.min(self.misses + 1) };
        self.skips = (1 << self.misses) - 1;
        came
    }
}

/// How many linger: two for each core are enough to keep the cores busy, and leave most of the pool to those who work.
struct Seats(AtomicU64);

impl Seats {
    fn take(&self) -> Option<Seat<'_>> {
        let seat = Seat(self);
        let taken = self.0.fetch_add(1, Ordering::Relaxed);
        // One too many gives its place back as it drops.
        (taken < 2 * cores() as u64).then_some(seat)
    }
}

struct Seat<'a>(&'a Seats);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::mpsc;

    use super::super::runtime::{block, spawn};
    use super::*;

    /// Runs `call` where sinks do.
    fn on_the_pool<T: Send + 'static>(
        call: impl FnOnce() -> T + Send + 'static,
    ) -> mpsc::Receiver<Option<T>> {
        let (sender, result) = mpsc::channel();
        // Where it fails the test receives nothing.
        spawn(async move { drop(sender.send(block(call).await.ok())) }).ok();
        result
    }

    /// What comes of waiting for nothing, and whether it was waited for.
    fn wait_in_vain(seats: &Seats) -> (bool, bool) {
        let begin = Instant::now();
        (linger_on(seats, |_| Poll::Pending), begin.elapsed() >= LINGER)
    }

    #[test]
    fn who_lingers_is_woken_by_what_comes() {
        let done = on_the_pool(|| {
            let seats = Seats(AtomicU64::new(0));
            let mut polls = 0;
            // A thread that gets no processor for long enough waits in vain.
            while !linger_on(&seats, |cx| {
                polls += 1;
                cx.waker().wake_by_ref();
                if polls % 2 == 0 {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            }) {
                polls = 0;
            }
        });
        assert_eq!(done.recv(), Ok(Some(())));
    }

    #[test]
    fn who_lingers_in_vain_tries_it_less_and_less_often_until_something_comes() {
        let done = on_the_pool(|| {
            // How often it is not tried before each time that it is.
            let (mut lull, seats) = (Lull::default(), Seats(AtomicU64::new(0)));
            let mut skipped_before_try = |came: bool| {
                let mut tried = false;
                let mut skipped = 0;
                while !tried {
                    lull.linger_on(&seats, |_| {
                        tried = true;
                        if came { Poll::Ready(()) } else { Poll::Pending }
                    });
                    skipped += u32::from(!tried);
                }
                skipped
            };
            let vain: Vec<_> = (0..4).map(|_| skipped_before_try(false)).collect();
            (vain, skipped_before_try(true), skipped_before_try(true))
        });
        assert_eq!(done.recv(), Ok(Some((vec![0, 1, 3, 7], 15, 0))));
    }

    #[test]
    fn who_lingers_gives_up_in_time_and_few_do_at_once() {
        let done = on_the_pool(|| {
            let seats = Seats(AtomicU64::new(0));
            assert_eq!(wait_in_vain(&seats), (false, true));
            let taken: Vec<_> = (0..2 * cores()).map(|_| seats.take()).collect();
            assert_eq!(wait_in_vain(&seats), (false, false));
            drop(taken);
            assert_eq!(wait_in_vain(&seats), (false, true));
        });
        assert_eq!(done.recv(), Ok(Some(())));
    }
}
