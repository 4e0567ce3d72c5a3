//! When a stage says that it is parked, and what may be concluded from it. The stage is polled by hand, and its
//! observer looks at both of its channels in the moment of every report.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::codec::{Flush, Format, Settings, open};
use crate::stage::run_codec;

struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A waker, and how often it was woken.
pub fn bell() -> (impl Fn() -> usize, Waker) {
    let bell = Arc::new(Bell(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&bell));
    (move || bell.0.load(Ordering::SeqCst), waker)
}

/// The program's ends of a stage.
struct Ends {
    sender: Sender<Command>,
    receiver: Receiver<()>,
}

impl Ends {
    /// What the JS thread concludes from: the stage can do nothing unless the program does something.
    fn is_parked(&self) -> bool {
        self.sender.receiver_is_starving() || self.receiver.sender_is_waiting()
    }

    /// Whether all that the stage produced can be read.
    fn all_is_published(&mut self) -> bool {
        let readable = match self
            .receiver
            .poll_readable(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Readable::Bytes(n)) => n as u64,
            _ => 0,
        };
        readable == self.receiver.snapshot().buffered
    }
}

/// Checks every report when it comes, and keeps its name.
struct Witness {
    ends: Arc<Mutex<Ends>>,
    rings: Box<dyn Fn() -> usize + Send + Sync>,
    names: Mutex<Vec<&'static str>>,
}

impl Observer for Witness {
    fn report(&self, report: Report) {
        let mut ends = self.ends.lock().unwrap();
        let name = match report {
            Report::Parked => {
                assert!(ends.is_parked(), "it could go on");
                assert!(ends.all_is_published());
                "parked"
            }
            Report::Failed(_) => {
                assert_eq!(
                    (self.rings)(),
                    0,
                    "the sender was told first that its bytes are gone"
                );
                "failed"
            }
            Report::Done { .. } => {
                assert!(ends.all_is_published());
                "done"
            }
            Report::Finished => "finished",
            Report::Opened(_) | Report::Closed(_) => "of a sink",
            Report::Header(_) | Report::Complete | Report::Trailing(_) => "of a decoder of gzip",
        };
        self.names.lock().unwrap().push(name);
    }
}

struct Scene {
    ends: Arc<Mutex<Ends>>,
    witness: Arc<Witness>,
    stage: Pin<Box<dyn Future<Output = ()>>>,
}

impl Scene {
    /// A stage that has not been polled. The sender has asked to be woken when the receiver leaves.
    fn new(format: Format, room: usize) -> Self {
        let (sender, from_program) = channel(marks(1 << 20, 0));
        let (to_reader, receiver) = channel(marks(room, room / 2));
        let (rings, waker) = bell();
        sender.wake_when_consumed(Bytes::new(u64::MAX - 1), &waker);
        let ends = Arc::new(Mutex::new(Ends { sender, receiver }));
        let witness = Arc::new(Witness {
            ends: Arc::clone(&ends),
            rings: Box::new(rings),
            names: Mutex::default(),
        });
        let codec = open(format, &Settings::default()).unwrap();
        let observer = Arc::clone(&witness) as Arc<dyn Observer>;
        Self {
            ends,
            witness,
            stage: Box::pin(run_codec(codec, None, from_program, to_reader, observer)),
        }
    }

    fn with_ends<T>(&self, act: impl FnOnce(&mut Ends) -> T) -> T {
        act(&mut self.ends.lock().unwrap())
    }

    /// Lets the stage work until it waits; returns its reports.
    fn turn(&mut self) -> Vec<&'static str> {
        let (rings, waker) = bell();
        loop {
            let before = rings();
            let polled = self.stage.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_ready() || rings() == before {
                return std::mem::take(&mut *self.witness.names.lock().unwrap());
            }
        }
    }
}

#[test]
fn a_stage_is_parked_when_it_waits_for_input_and_has_published_all() {
    let mut scene = Scene::new(Format::Gzip, 1 << 20);
    assert_eq!(scene.turn(), ["parked"]);
    for _ in 0..3 {
        scene.with_ends(|ends| {
            ends.sender.write(&text(1000));
            ends.sender.publish();
            assert!(!ends.is_parked());
        });
        assert_eq!(scene.turn(), ["parked"], "once for all of the input");
        assert!(scene.with_ends(|ends| ends.is_parked()));
    }
    scene.with_ends(|ends| ends.sender.end());
    assert_eq!(scene.turn(), ["finished"], "an end is no reason to park");
}

#[test]
fn a_stage_is_parked_when_it_waits_for_room() {
    let mut scene = Scene::new(Format::DeflateRaw, 1000);
    scene.with_ends(|ends| {
        ends.sender.write(&text(5000));
        ends.sender.end();
    });
    let mut turns = 0;
    loop {
        let reports = scene.turn();
        if reports == ["finished"] {
            break;
        }
        assert_eq!(reports, ["parked"]);
        scene.with_ends(|ends| {
            assert_eq!(ends.receiver.snapshot().buffered, 1000);
            let mut target = [0; 499];
            assert_eq!(ends.receiver.read(&mut target), 499);
            assert!(ends.is_parked(), "501 left");
            assert_eq!(ends.receiver.read(&mut target[..1]), 1);
            assert!(!ends.is_parked(), "500 left");
        });
        turns += 1;
    }
    assert!(turns > 10, "{turns}");
}

#[test]
fn a_flush_is_done_when_what_it_brought_out_is_published() {
    let mut scene = Scene::new(Format::Gzip, 1 << 20);
    scene.with_ends(|ends| {
        ends.sender.write(&text(10));
        ends.sender.command(Command::Flush(Flush::Sync));
        ends.sender.write(b"behind");
        ends.sender.end();
    });
    assert_eq!(scene.turn(), ["done", "finished"]);
}

#[test]
fn whoever_finds_a_stage_starving_has_been_told_of_all_it_made() {
    /// Looks at the stage in the moment in which the reader is told.
    struct Look(Arc<Mutex<Ends>>, AtomicUsize);
    impl Wake for Look {
        fn wake(self: Arc<Self>) {
            assert!(!self.0.lock().unwrap().sender.receiver_is_starving());
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }
    let mut scene = Scene::new(Format::InflateRaw, 1 << 20);
    let look = Arc::new(Look(Arc::clone(&scene.ends), AtomicUsize::new(0)));
    scene.with_ends(|ends| {
        let waker = Waker::from(Arc::clone(&look));
        assert!(
            ends.receiver
                .poll_readable(&mut Context::from_waker(&waker))
                .is_pending()
        );
        // The start of a stored block of 5 bytes.
        ends.sender.write(&[0, 5, 0, 0xfa, 0xff, b'h', b'e']);
        ends.sender.publish();
    });
    assert_eq!(scene.turn(), ["parked"]);
    assert_eq!(look.1.load(Ordering::SeqCst), 1);
}

#[test]
fn a_failure_is_told_before_the_input_that_it_costs_is_given_back() {
    let mut scene = Scene::new(Format::Gunzip, 1 << 20);
    scene.with_ends(|ends| {
        ends.sender.write(b"this is not gzip");
        ends.sender.publish();
    });
    assert_eq!(scene.turn(), ["failed"]);
    assert_eq!((scene.witness.rings)(), 1, "and then it is");
    assert!(scene.with_ends(|ends| ends.sender.buffered() == Bytes::ZERO));
}
