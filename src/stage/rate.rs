//! A rate that throttles share: a bucket of tokens, one for each byte, that fills as time goes by.
//!
//! Who wants to pass takes a [`Place`] behind all that were taken before, for a few bytes at a time, and may pass once the
//! bucket has filled up to it. So who shares a rate is served in turn, and nobody needs to know of the others. A place
//! stays what it is when the rate changes; only when it is due is reckoned anew, so those who wait are woken.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use crate::sync::{Mutex, lock};

/// A place is for what the rate allows in this time, so that bytes trickle, and those who share the rate take turns.
const GRAIN: f64 = 0.02;
/// The burst, where none is given, is what the rate allows in this time.
const BURST: f64 = 0.1;

/// What a rate is made of.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// More than 0; infinite for no limit.
    pub bytes_per_second: f64,
    /// The most bytes that may pass at once after a rest; `None` for what the rate allows in 100 ms. It counts as at least
    /// what the rate allows in 20 ms, since a timer that is late would cost what the bucket has no room for.
    pub burst: Option<f64>,
}

impl Terms {
    fn burst(&self) -> f64 {
        self.burst
            .unwrap_or(self.bytes_per_second * BURST)
            .max(self.bytes_per_second * GRAIN)
            .max(1.0)
    }

    /// The most bytes of one place; at least 1.
    fn piece(&self) -> usize {
        // No more than the burst, since it passes at once. The cast saturates.
        (self.bytes_per_second * GRAIN).max(1.0) as usize
    }
}

/// How many bytes a second may pass, all who share it together.
#[derive(Debug)]
pub struct Rate {
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    terms: Terms,
    /// Bytes that may pass and that nobody has taken; below 0, bytes that were taken before they may pass.
    tokens: f64,
    /// When that was so.
    at: Instant,
    /// Bytes that were taken in all.
    taken: u64,
    /// Those who wait, by their places.
    waiting: BTreeMap<u64, Waker>,
}

impl Bucket {
    /// Fills as much as the time since allows.
    fn fill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        // At an infinite rate no time is infinitely little.
        let gain = if self.terms.bytes_per_second.is_finite() {
            self.terms.bytes_per_second * elapsed
        } else {
            f64::INFINITY
        };
        self.tokens = (self.tokens + gain).min(self.terms.burst());
    }

    /// How many bytes have yet to come until a place is due.
    fn missing(&self, position: u64) -> f64 {
        let behind = (self.taken - position) as f64;
        -(self.tokens + behind)
    }
}

/// When a place is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    At(Instant),
    /// Past the end of time, unless the rate changes.
    Never,
}

impl Rate {
    /// With a full bucket.
    pub fn new(terms: Terms) -> Arc<Self> {
        Arc::new(Self {
            bucket: Mutex::new(Bucket {
                terms,
                tokens: terms.burst(),
                at: Instant::now(),
                taken: 0,
                waiting: BTreeMap::new(),
            }),
        })
    }

    /// Changes the rate, for what waits as well.
    pub fn set(&self, terms: Terms) {
        self.set_at(terms, Instant::now());
    }

    fn set_at(&self, terms: Terms, now: Instant) {
        let waiting = {
            let mut bucket = lock(&self.bucket);
            bucket.fill(now);
            bucket.terms = terms;
            bucket.tokens = bucket.tokens.min(terms.burst());
            std::mem::take(&mut bucket.waiting)
        };
        for (_, waker) in waiting {
            waker.wake();
        }
    }

    /// The burst in force, in bytes.
    pub fn burst(&self) -> f64 {
        lock(&self.bucket).terms.burst()
    }

    /// A place for up to `wanted` bytes, behind all others, and for how many it is; at least 1, if `wanted` is.
    pub(super) fn take(self: &Arc<Self>, wanted: usize, now: Instant) -> (Place, usize) {
        let mut bucket = lock(&self.bucket);
        bucket.fill(now);
        let bytes = wanted.min(bucket.terms.piece());
        bucket.tokens -= bytes as f64;
        bucket.taken += bytes as u64;
        let position = bucket.taken;
        let rate = Arc::clone(self);
        (Place { rate, position }, bytes)
    }
}

/// A place in the order of those that share a rate.
#[derive(Debug)]
pub(super) struct Place {
    rate: Arc<Rate>,
    /// Bytes that were taken up to its end.
    position: u64,
}

impl Place {
    /// When it is due, as things stand. If they change before that, `waker` is woken.
    pub(super) fn due(&self, now: Instant, waker: Option<&Waker>) -> Due {
        let mut bucket = lock(&self.rate.bucket);
        bucket.fill(now);
        let missing = bucket.missing(self.position);
        if missing <= 0.0 {
            return Due::Now;
        }
        if let Some(waker) = waker {
            bucket.waiting.insert(self.position, waker.clone());
        }
        Duration::try_from_secs_f64(missing / bucket.terms.bytes_per_second)
            .ok()
            .and_then(|wait| now.checked_add(wait))
            .map_or(Due::Never, Due::At)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let waker = lock(&self.rate.bucket).waiting.remove(&self.position);
        drop(waker);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rate(bytes_per_second: f64, burst: Option<f64>) -> Arc<Rate> {
        Rate::new(Terms {
            bytes_per_second,
            burst,
        })
    }

    /// Lets bytes pass from `begin` on, as fast as they may, until the next would come after `end`; how many.
    fn pass(rate: &Arc<Rate>, begin: Instant, end: Instant) -> usize {
        let mut now = begin;
        let mut passed = 0;
        loop {
            let (place, bytes) = rate.take(usize::MAX, now);
            match place.due(now, None) {
                Due::Now => {}
                Due::At(at) if at <= end => now = at,
                Due::At(_) | Due::Never => return passed,
            }
            passed += bytes;
        }
    }

    #[test]
    fn in_a_second_the_burst_passes_and_the_bytes_of_a_second() {
        let rate = rate(100_000.0, Some(30_000.0));
        let begin = Instant::now();
        let passed = pass(&rate, begin, begin + SECOND);
        assert!((128_000..=130_000).contains(&passed), "{passed}");
    }

    #[test]
    fn no_more_is_saved_than_the_burst() {
        let rate = rate(100_000.0, None);
        let begin = Instant::now() + 1000 * SECOND;
        let passed = pass(&rate, begin, begin);
        assert!((8_000..=10_000).contains(&passed), "{passed}");
        assert_eq!(rate.burst(), 10_000.0);
    }

    #[test]
    fn who_shares_a_rate_is_served_in_turn() {
        let rate = rate(1000.0, Some(1.0));
        let now = Instant::now();
        assert_eq!(rate.take(usize::MAX, now).1, 20, "of 20 ms");
        let places: Vec<_> = (0..4).map(|_| rate.take(1, now).0).collect();
        let due: Vec<_> = places.iter().map(|place| place.due(now, None)).collect();
        for pair in due.windows(2) {
            let [Due::At(first), Due::At(second)] = pair else {
                panic!("{pair:?}")
            };
            assert!(first < second);
        }
    }

    #[test]
    fn a_change_counts_for_what_waits() {
        let rate = rate(f64::MIN_POSITIVE, Some(1.0));
        let now = Instant::now();
        let (first, _) = rate.take(1, now);
        let (second, _) = rate.take(1, now);
        assert_eq!(first.due(now, None), Due::Now);
        assert_eq!(second.due(now, Some(Waker::noop())), Due::Never);
        let faster = Terms {
            bytes_per_second: 2.0,
            burst: Some(1.0),
        };
        rate.set_at(faster, now);
        assert!(lock(&rate.bucket).waiting.is_empty(), "was woken");
        let Due::At(at) = second.due(now, Some(Waker::noop())) else {
            panic!()
        };
        assert!((0.4..=0.6).contains(&(at - now).as_secs_f64()));
        drop(second);
        assert!(lock(&rate.bucket).waiting.is_empty(), "waits no more");
    }

    #[test]
    fn what_was_taken_before_an_infinite_rate_is_due_with_it() {
        let rate = rate(1.0, None);
        let now = Instant::now();
        let places: Vec<_> = (0..100).map(|_| rate.take(1, now).0).collect();
        let unlimited = Terms {
            bytes_per_second: f64::INFINITY,
            burst: None,
        };
        rate.set_at(unlimited, now);
        assert!(places.iter().all(|place| place.due(now, None) == Due::Now));
        let (place, bytes) = rate.take(1 << 20, now);
        assert_eq!((place.due(now, None), bytes), (Due::Now, 1 << 20));
    }

    #[test]
    fn the_slowest_rate_has_room_for_a_byte() {
        let rate = rate(0.1, None);
        let now = Instant::now();
        assert_eq!(rate.take(usize::MAX, now).1, 1);
    }
}
