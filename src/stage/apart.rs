//! Stages whose steps wait for others than the stages, each on a thread of its own, which the others do without.
//!
//! A step of theirs may take seconds, and what it works with megabytes. A stage that was given up goes on until its step is
//! done: so while some such are left, no other one begins. Whoever opens one and destroys it, over and over, has no more
//! memory than that.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, lock};

use super::runtime::spawn_thread;

/// How many that were given up there may be in the process when another one begins.
const MOST: usize = 2;

static PLACES: Mutex<Places> = Mutex::new(Places {
    left: 0,
    waiting: Vec::new(),
});

struct Places {
    /// Stages that were given up, and go on.
    left: usize,
    /// Those that would begin.
    waiting: Vec<Waker>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    UnderWay,
    /// Given up while it was under way.
    Left,
    Over,
}

/// Who wants a stage. Dropped, it is given up; it has to be told of that by its channels, too.
#[derive(Debug)]
pub struct Wanted(Arc<Mutex<Phase>>);

/// The thread's side.
struct Running(Arc<Mutex<Phase>>);

/// Starts a stage whose steps may wait, by and by: at once, unless as many as [`MOST`] were given up and go on.
pub fn spawn_apart(stage: impl Future<Output = ()> + Send + 'static) -> io::Result<Wanted> {
    let phase = Arc::new(Mutex::new(Phase::Waiting));
    let running = Running(Arc::clone(&phase));
    spawn_thread(async move {
        std::future::poll_fn(|cx| running.poll_turn(cx)).await;
        stage.await;
        drop(running);
    })?;
    Ok(Wanted(phase))
}

impl Running {
    /// Ready when the stage may begin, or is not wanted; wakes the task then.
    fn poll_turn(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut places = lock(&PLACES);
        let mut phase = lock(&self.0);
        if *phase == Phase::Waiting && places.left >= MOST {
            if !places.waiting.iter().any(|known| known.will_wake(cx.waker())) {
                places.waiting.push(cx.waker().clone());
            }
            return Poll::Pending;
        }
        if *phase == Phase::Waiting {
            *phase = Phase::UnderWay;
        }
        Poll::Ready(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut places = lock(&PLACES);
        let phase = std::mem::replace(&mut *lock(&self.0), Phase::Over);
        if phase == Phase::Left {
            places.left -= 1;
            wake_all(places);
        }
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        let mut places = lock(&PLACES);
        let mut phase = lock(&self.0);
        match *phase {
            Phase::Waiting => {
                *phase = Phase::Over;
                drop(phase);
                wake_all(places);
            }
            Phase::UnderWay => {
                *phase = Phase::Left;
                places.left += 1;
            }
            Phase::Left | Phase::Over => {}
        }
    }
}

fn wake_all(mut places: crate::sync::MutexGuard<'_, Places>) {
    let waiting = std::mem::take(&mut places.waiting);
    drop(places);
    for waker in waiting {
        waker.wake();
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    /// Says that it has begun, and ends when it is told.
    fn stage(begun: &Sender<usize>, number: usize) -> io::Result<(Wanted, Sender<()>)> {
        let (end, ended): (_, Receiver<()>) = channel();
        let begun = begun.clone();
        let wanted = spawn_apart(async move {
            let _ = begun.send(number);
            let _ = ended.recv();
        });
        Ok((wanted?, end))
    }

    #[test]
    fn who_begins_waits_for_those_that_were_given_up() {
        let (sender, begun) = channel();
        let in_time = || begun.recv_timeout(Duration::from_secs(60));
        let soon = || begun.recv_timeout(Duration::from_millis(100));
        let mut ends = Vec::new();
        for number in 0..MOST {
            let (wanted, end) = stage(&sender, number).unwrap();
            assert_eq!(in_time(), Ok(number));
            drop(wanted);
            ends.push(end);
        }
        let (unwanted, _end) = stage(&sender, 10).unwrap();
        let (_wanted, _other_end) = stage(&sender, 11).unwrap();
        assert!(soon().is_err());
        // One that is given up before it begins counts as none, and ends.
        drop(unwanted);
        assert_eq!(in_time(), Ok(10));
        assert!(soon().is_err());
        drop(ends.pop());
        assert_eq!(in_time(), Ok(11));
    }

    #[test]
    fn one_that_has_ended_is_not_given_up() {
        let (sender, begun) = channel();
        for number in 0..=MOST {
            let (wanted, end) = stage(&sender, number).unwrap();
            assert_eq!(begun.recv_timeout(Duration::from_secs(60)), Ok(number));
            drop(end);
            while *lock(&wanted.0) != Phase::Over {
                std::thread::yield_now();
            }
        }
    }
}
