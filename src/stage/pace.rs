//! The pace of a slow consumer: so many bytes a second, and so long for every piece.

use std::time::{Duration, Instant};

/// The most bytes in one piece.
const PIECE: usize = 64 * 1024;
/// A piece is at most what the pace allows in this time, so that bytes trickle and do not come in bursts.
const GRAIN: Duration = Duration::from_millis(20);

/// How fast a sink takes bytes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Bytes a second; infinite for no limit.
    pub bytes_per_second: f64,
    /// The least time that each piece takes: the round trip of a network.
    pub latency: Duration,
}

impl Pace {
    /// As fast as the sink can.
    pub const UNLIMITED: Self = Self {
        bytes_per_second: f64::INFINITY,
        latency: Duration::ZERO,
    };

    /// The most bytes to hand over at once; at least 1.
    pub(super) fn piece(&self) -> usize {
        let grain = self.bytes_per_second * self.latency.max(GRAIN).as_secs_f64();
        // The cast saturates: an infinite pace gives the largest piece.
        (grain as usize).clamp(1, PIECE)
    }

    /// How long a piece of `bytes` takes.
    pub(super) fn time_for(&self, bytes: usize) -> Duration {
        let seconds = bytes as f64 / self.bytes_per_second;
        Duration::try_from_secs_f64(seconds)
            .unwrap_or(Duration::MAX)
            .max(self.latency)
    }

    pub(super) fn is_unlimited(&self) -> bool {
        self.bytes_per_second == f64::INFINITY && self.latency.is_zero()
    }
}

/// When the next piece is due. Keeps the pace over time: a late timer does not slow the pieces after it.
#[derive(Debug)]
pub(super) struct Schedule {
    pace: Pace,
    free_at: Option<Instant>,
}

impl Schedule {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, free_at: None }
    }

    /// When a piece of `bytes` that begins at `now` is taken. The time that a link lay idle is lost, save one grain.
    pub(super) fn due(&mut self, bytes: usize, now: Instant) -> Option<Instant> {
        let idle_since = now.checked_sub(GRAIN).unwrap_or(now);
        let begin = self.free_at.map_or(now, |free_at| free_at.max(idle_since));
        self.free_at = begin.checked_add(self.pace.time_for(bytes));
        self.free_at
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_pieces_carries_the_bytes_of_a_second() {
        let pace = Pace {
            bytes_per_second: 100_000.0,
            latency: Duration::ZERO,
        };
        let start = Instant::now();
        let mut schedule = Schedule::new(pace);
        let mut taken = 0;
        let mut now = start;
        while taken < 100_000 {
            now = schedule.due(pace.piece(), now).unwrap();
            taken += pace.piece();
        }
        let elapsed = (now - start).as_secs_f64();
        assert!((0.99..1.01).contains(&elapsed), "{elapsed}");
    }

    #[test]
    fn every_piece_takes_at_least_the_latency() {
        let pace = Pace {
            bytes_per_second: f64::INFINITY,
            latency: Duration::from_millis(30),
        };
        assert_eq!(pace.time_for(1), Duration::from_millis(30));
        assert_eq!(pace.piece(), PIECE);
    }

    #[test]
    fn the_slowest_pace_still_moves_a_byte() {
        let pace = Pace {
            bytes_per_second: 0.1,
            latency: Duration::ZERO,
        };
        assert_eq!(pace.piece(), 1);
        assert_eq!(pace.time_for(1), Duration::from_secs(10));
        let never = Pace {
            bytes_per_second: f64::MIN_POSITIVE,
            latency: Duration::ZERO,
        };
        assert_eq!(
            Schedule::new(never).due(1, Instant::now()),
            None,
            "past the end of time"
        );
    }
}
