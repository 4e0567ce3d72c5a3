//! The chime of one stream: what its stage and its channels have to say, until the JS thread takes it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Wake, Waker};

use crate::codec::Header;
use crate::error::Error;
use crate::pressure::Clock;
use crate::stage::{Observer, Report};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard, Ordering, lock};

use super::bell::Rope;
use super::chain::{self, Place};

/// Events, as bits; `lib/events.js` has the same.
pub(super) mod event {
    /// The sink or the source is open.
    pub const OPENED: u32 = 1;
    /// The input has been consumed to where the stream asked to be told.
    pub const ROOM: u32 = 2;
    /// A gzip header has been read.
    pub const HEADER: u32 = 4;
    /// There is something to read, or nothing more will come.
    pub const READABLE: u32 = 8;
    /// The stage waits for the program.
    pub const PARKED: u32 = 16;
    /// Commands are done.
    pub const DONE: u32 = 32;
    /// The codec has come to where it was told to stop.
    pub const COMPLETE: u32 = 64;
    /// Bytes follow the end of the data.
    pub const TRAILING: u32 = 128;
    /// All is consumed, and the codec or the sink has finished; the source has nothing more.
    pub const FINISHED: u32 = 256;
    /// The stage has failed.
    pub const FAILED: u32 = 512;
    /// The sink or the source is closed.
    pub const CLOSED: u32 = 1024;
    /// After which a stage does nothing by itself.
    pub const LAST: u32 = FINISHED | FAILED | CLOSED;
}

/// Collects a stream's events and rings when the first one comes.
#[derive(Debug)]
pub(super) struct Chime {
    pub(super) id: u32,
    rope: Arc<Rope>,
    events: AtomicU32,
    /// Whether the JS thread wants to hear of `PARKED`: it holds the event loop for this stream.
    held: AtomicBool,
    /// The last words of the stage that the program has heard: `FINISHED`, `FAILED` and `CLOSED`.
    heard: AtomicU32,
    /// Whether the sink or the source has been told to close: only `CLOSED` is worth waiting for then.
    closing: AtomicBool,
    /// Commands done in all.
    done: AtomicU32,
    /// Bytes consumed behind the end of the data.
    trailing: AtomicU64,
    news: Mutex<News>,
    /// Where the stream is in a chain of links.
    place: Mutex<Place>,
    pub(super) clock: Arc<Clock>,
}

#[derive(Debug, Default)]
struct News {
    failure: Option<Error>,
    header: Option<Box<Header>>,
    descriptor: Option<i32>,
    /// Oldest first. None has the position of another.
    marks: VecDeque<Mark>,
}

/// How much could be read when so many commands were done.
#[derive(Debug, Clone, Copy)]
struct Mark {
    done: u32,
    produced: u64,
}

impl Chime {
    pub(super) fn new(id: u32, rope: Arc<Rope>) -> Self {
        Self {
            id,
            rope,
            events: AtomicU32::new(0),
            held: AtomicBool::new(false),
            heard: AtomicU32::new(0),
            closing: AtomicBool::new(false),
            done: AtomicU32::new(0),
            trailing: AtomicU64::new(0),
            news: Mutex::default(),
            place: Mutex::default(),
            clock: Arc::new(Clock::new()),
        }
    }

    /// Adds an event, and rings unless one is waiting to be taken already.
    pub(super) fn ring(&self, event: u32) {
        if self.events.fetch_or(event, Ordering::AcqRel) == 0 {
            self.clock.ring();
            self.rope.ring(self.id);
        }
    }

    /// Takes the events, on the JS thread.
    pub(super) fn take_events(&self) -> u32 {
        // First: what is rung for after the swap is unanswered.
        self.clock.answer();
        let events = self.events.swap(0, Ordering::AcqRel);
        self.heard.fetch_or(events & event::LAST, Ordering::Relaxed);
        events
    }

    /// Whether the stage does nothing more by itself. It does so from when its last word is heard, not from when it is
    /// spoken: in between, the event loop has to wait for the ring.
    pub(super) fn rests(&self) -> bool {
        let last = if self.closing.load(Ordering::Relaxed) {
            event::CLOSED
        } else {
            event::LAST
        };
        self.heard.load(Ordering::Relaxed) & last != 0
    }

    /// The sink or the source has been told to close: until it has, the stage does not rest.
    pub(super) fn expect_close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Nothing that the stage still says matters.
    pub(super) fn disregard(&self) {
        self.heard.fetch_or(event::CLOSED, Ordering::Relaxed);
    }

    /// Whether events wait to be taken.
    pub(super) fn has_events(&self) -> bool {
        self.events.load(Ordering::Acquire) != 0
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Sequentially consistent, as is the load in `report`: either the JS thread, which looks at the stage after this,
    /// finds it parked, or the stage, which looks here after it parked, rings.
    pub(super) fn set_held(&self, held: bool) {
        self.held.store(held, Ordering::SeqCst);
    }

    pub(super) fn place(&self) -> MutexGuard<'_, Place> {
        lock(&self.place)
    }

    /// Whether the stage waits for something, or rests. Told of streams that are linked alone.
    pub(super) fn is_parked(&self) -> bool {
        self.rests() || self.place().is_parked()
    }

    pub(super) fn done(&self) -> u32 {
        self.done.load(Ordering::Acquire)
    }

    pub(super) fn trailing(&self) -> u64 {
        self.trailing.load(Ordering::Acquire)
    }

    /// How many bytes had been produced when `commands` were done, if they are. Forgets what was before them.
    pub(super) fn produced_when_done(&self, commands: u32) -> Option<u64> {
        let marks = &mut lock(&self.news).marks;
        while marks.front().is_some_and(|mark| mark.done < commands) {
            marks.pop_front();
        }
        marks.front().map(|mark| mark.produced)
    }

    pub(super) fn descriptor(&self) -> Option<i32> {
        lock(&self.news).descriptor
    }

    pub(super) fn take_header(&self) -> Option<Box<Header>> {
        lock(&self.news).header.take()
    }

    pub(super) fn take_failure(&self) -> Option<Error> {
        lock(&self.news).failure.take()
    }

    fn finish_command(&self, produced: u64) {
        let marks = &mut lock(&self.news).marks;
        // Within the lock: who finds the command done finds its mark.
        let done = self.done.fetch_add(1, Ordering::AcqRel).wrapping_add(1);
        match marks.back_mut() {
            Some(mark) if mark.produced == produced => mark.done = done,
            _ => marks.push_back(Mark { done, produced }),
        }
    }

    fn fail(&self, error: Error) {
        lock(&self.news).failure.get_or_insert(error);
    }
}

impl Observer for Chime {
    fn clock(&self) -> Option<&Clock> {
        Some(&self.clock)
    }

    fn report(&self, report: Report) {
        if matches!(report, Report::Finished | Report::Failed(_) | Report::Closed(_)) {
            self.clock.stop();
        }
        match report {
            Report::Parked => {
                // While a stage that it is linked to works, that one is the program to wait for.
                if self.held.load(Ordering::SeqCst) && chain::others_are_parked(self) {
                    self.ring(event::PARKED);
                }
            }
            Report::Opened(descriptor) => {
                lock(&self.news).descriptor = descriptor;
                self.ring(event::OPENED);
            }
            Report::Header(header) => {
                lock(&self.news).header = Some(header);
                self.ring(event::HEADER);
            }
            Report::Complete => self.ring(event::COMPLETE),
            Report::Trailing(bytes) => {
                self.trailing.fetch_add(bytes, Ordering::AcqRel);
                self.ring(event::TRAILING);
            }
            Report::Done { produced } => {
                self.finish_command(produced);
                self.ring(event::DONE);
            }
            Report::Finished => self.ring(event::FINISHED),
            Report::Failed(error) => {
                self.fail(error);
                self.ring(event::FAILED);
            }
            Report::Closed(error) => {
                if let Some(error) = error {
                    self.fail(error);
                }
                self.ring(event::CLOSED);
            }
        }
    }
}

/// Wakes by ringing for one event.
struct Ringer<const EVENT: u32>(Arc<Chime>);

impl<const EVENT: u32> Wake for Ringer<EVENT> {
    fn wake(self: Arc<Self>) {
        self.0.ring(EVENT);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.ring(EVENT);
    }
}

/// The waker that a channel's sender registers on behalf of JS.
pub(super) fn room_waker(chime: &Arc<Chime>) -> Waker {
    Waker::from(Arc::new(Ringer::<{ event::ROOM }>(Arc::clone(chime))))
}

/// The waker that a channel's receiver registers on behalf of JS.
pub(super) fn read_waker(chime: &Arc<Chime>) -> Waker {
    Waker::from(Arc::new(Ringer::<{ event::READABLE }>(Arc::clone(chime))))
}
