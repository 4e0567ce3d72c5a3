//! What stages promise, seen from both of their ends and by their observer.

mod blocking;
mod codec;
mod parallel;
mod parking;
mod sink;
mod sink_failures;
mod source;
mod throttle;

use std::future::Future;
use std::sync::mpsc::{Receiver as Inbox, Sender as Outbox, TryRecvError, channel as mailbox};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::{Command, Observer, Report, spawn};
use crate::flow::{Bytes, Marks, Readable, Receiver, Sender, channel};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn marks(high: usize, low: usize) -> Marks {
    Marks::new(Bytes::from(high), Bytes::from(low))
}

/// Waits on this thread until `poll` is ready.
fn wait<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Poll::Ready(value) = poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "waited in vain");
        thread::park_timeout(left);
    }
}

/// Waits until `condition` holds, of which nobody tells.
fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Passes reports on to the test.
struct Reporter(Mutex<Outbox<Report>>);

impl Observer for Reporter {
    fn report(&self, report: Report) {
        // The test may have seen enough.
        let _ = self.0.lock().unwrap().send(report);
    }
}

/// A stage at work, seen by its reports.
struct Watch {
    reports: Inbox<Report>,
    stage: Weak<dyn Observer>,
}

impl Watch {
    /// Starts the stage that `make` makes for an observer.
    fn start<S: Future<Output = ()> + Send + 'static>(make: impl FnOnce(Arc<dyn Observer>) -> S) -> Self {
        Self::start_by(make, |stage| spawn(stage).unwrap())
    }

    fn start_by<S>(make: impl FnOnce(Arc<dyn Observer>) -> S, spawn: impl FnOnce(S)) -> Self {
        let (outbox, reports) = mailbox();
        let observer: Arc<dyn Observer> = Arc::new(Reporter(Mutex::new(outbox)));
        let stage = Arc::downgrade(&observer);
        spawn(make(observer));
        Self { reports, stage }
    }

    fn next_with_parked(&self) -> Report {
        self.reports.recv_timeout(PATIENCE).unwrap()
    }

    /// The next report other than that the stage is parked, or what a gzip header says.
    fn next(&self) -> Report {
        loop {
            match self.next_with_parked() {
                Report::Parked | Report::Header(_) => {}
                report => return report,
            }
        }
    }

    fn wait_until_parked(&self) {
        assert!(matches!(self.next_with_parked(), Report::Parked));
    }

    /// Waits until the stage is gone, with all that it owned.
    fn wait_until_gone(&self) {
        until(|| self.stage.strong_count() == 0);
    }

    /// Whether the stage has said nothing more, apart from being parked.
    fn is_silent(&self) -> bool {
        loop {
            match self.reports.try_recv() {
                Ok(Report::Parked) => {}
                Ok(report) => panic!("{report:?}"),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return true,
            }
        }
    }
}

/// Sends as a program that heeds the marks does.
fn send(sender: &mut Sender<Command>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let room = wait(|cx| sender.poll_room(cx)).unwrap();
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        sender.write(now);
        bytes = later;
    }
}

/// Reads up to `most` bytes, or to where nothing more comes; waits for them.
fn read(receiver: &mut Receiver<()>, most: usize) -> (Vec<u8>, Option<Readable>) {
    let mut bytes = Vec::new();
    while bytes.len() < most {
        match wait(|cx| receiver.poll_readable(cx)) {
            Readable::Bytes(n) => {
                let mut target = vec![0; n.min(most - bytes.len())];
                assert_eq!(receiver.read(&mut target), target.len());
                bytes.extend(target);
            }
            last => return (bytes, Some(last)),
        }
    }
    (bytes, None)
}

/// Text that compresses, but not to nothing.
fn text(lines: usize) -> Vec<u8> {
    (0..lines)
        .flat_map(|line| {
            format!("{line}: the credit that it held returns {}\n", line * line % 977).into_bytes()
        })
        .collect()
}
