//! The source stage: the order of its calls and reports, how far it reads, and in which pieces.

use std::io::{self, IoSliceMut};

use super::*;
use crate::error::{Error, Result};
use crate::flow::SLAB;
use crate::source::Source;
use crate::stage::run_source;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Open,
    Read,
    Close,
    /// Let go without a `Close`.
    Drop,
}

/// What a source has seen.
#[derive(Default)]
struct Diary {
    calls: Vec<Call>,
    /// Bytes wanted by each `read`.
    wanted: Vec<usize>,
    given: usize,
}

/// A source of `total` bytes that keeps a diary, and does at every call what the test says.
struct MockSource {
    diary: Arc<Mutex<Diary>>,
    total: usize,
    /// The most bytes given at once.
    most: usize,
    waits: bool,
    before: Box<dyn FnMut(Call) -> Result<()> + Send>,
}

impl MockSource {
    fn new(total: usize, before: impl FnMut(Call) -> Result<()> + Send + 'static) -> Self {
        Self {
            diary: Arc::default(),
            total,
            most: usize::MAX,
            waits: false,
            before: Box::new(before),
        }
    }

    fn of(total: usize) -> Self {
        Self::new(total, |_| Ok(()))
    }

    fn enter(&mut self, call: Call) -> Result<()> {
        self.diary.lock().unwrap().calls.push(call);
        (self.before)(call)
    }
}

fn byte_at(position: usize) -> u8 {
    (position % 251) as u8
}

impl Source for MockSource {
    fn open(&mut self) -> Result<Option<i32>> {
        self.enter(Call::Open)?;
        Ok(Some(7))
    }

    fn read(&mut self, pieces: &mut [IoSliceMut<'_>]) -> Result<usize> {
        self.enter(Call::Read)?;
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
        let mut diary = self.diary.lock().unwrap();
        let wanted = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        diary.wanted.push(wanted);
        let n = wanted.min(self.most).min(self.total - diary.given);
        let places = pieces.iter_mut().flat_map(|piece| piece.iter_mut());
        for (at, place) in places.take(n).enumerate() {
            *place = byte_at(diary.given + at);
        }
        diary.given += n;
        Ok(n)
    }

    fn waits(&self) -> bool {
        self.waits
    }

    fn close(&mut self) -> Result<()> {
        self.enter(Call::Close)
    }
}

impl Drop for MockSource {
    fn drop(&mut self) {
        let mut diary = self.diary.lock().unwrap();
        if diary.calls.last() != Some(&Call::Close) {
            diary.calls.push(Call::Drop);
        }
    }
}

struct Line {
    sender: Sender<Command>,
    receiver: Receiver<()>,
    diary: Arc<Mutex<Diary>>,
    watch: Watch,
}

impl Line {
    /// A stage that has opened its source, or failed to.
    fn new(source: MockSource, piece: usize, marks: Marks) -> Self {
        let (sender, from_program) = channel(super::marks(0, 0));
        let (to_reader, receiver) = channel(marks);
        let diary = Arc::clone(&source.diary);
        let watch =
            Watch::start(|observer| run_source(Box::new(source), piece, from_program, to_reader, observer));
        Self {
            sender,
            receiver,
            diary,
            watch,
        }
    }

    /// A stage that was told to start.
    fn started(source: MockSource, piece: usize, marks: Marks) -> Self {
        let mut line = Self::new(source, piece, marks);
        assert!(matches!(line.watch.next(), Report::Opened(Some(7))));
        line.sender.command(Command::Start);
        line
    }

    fn diary<T>(&self, look: impl FnOnce(&Diary) -> T) -> T {
        look(&self.diary.lock().unwrap())
    }

    fn calls(&self) -> Vec<Call> {
        let mut calls = self.diary(|diary| diary.calls.clone());
        calls.dedup();
        calls
    }

    /// What can be read now.
    fn readable(&mut self) -> usize {
        match wait(|cx| self.receiver.poll_readable(cx)) {
            Readable::Bytes(n) => n,
            other => panic!("{other:?}"),
        }
    }

    fn read(&mut self, most: usize) -> Vec<u8> {
        read(&mut self.receiver, most).0
    }

    /// Waits until the stage has no room, or nothing more to read.
    fn wait_until_full(&self) {
        until(|| self.receiver.sender_is_waiting());
    }

    /// Gives up, and sees the stage close its source as its last word.
    fn close(&mut self) -> Option<Error> {
        self.sender.abort();
        let Report::Closed(error) = self.watch.next() else {
            panic!("a source is closed before anything else is said of it");
        };
        self.watch.wait_until_gone();
        assert!(self.watch.is_silent());
        error
    }
}

#[test]
fn a_source_is_opened_read_to_the_end_and_closed_in_order() {
    let mut line = Line::started(MockSource::of(1_000_000), 1000, marks(4000, 2000));
    let (bytes, last) = read(&mut line.receiver, usize::MAX);
    assert_eq!(last, Some(Readable::End));
    assert!((0..1_000_000).map(byte_at).eq(bytes));
    assert!(matches!(line.watch.next(), Report::Finished));
    assert_eq!(
        line.calls(),
        [Call::Open, Call::Read],
        "open until it is told to close"
    );
    assert!(line.close().is_none());
    assert_eq!(line.calls(), [Call::Open, Call::Read, Call::Close]);
}

#[test]
fn nothing_is_read_before_the_program_asks_for_it() {
    let mut line = Line::new(MockSource::of(1000), 10, marks(10, 5));
    assert!(matches!(line.watch.next_with_parked(), Report::Opened(_)));
    line.watch.wait_until_parked();
    assert!(
        line.sender.receiver_is_starving(),
        "which is how it is known to wait"
    );
    line.sender.command(Command::Reset);
    line.watch.wait_until_parked();
    assert_eq!(line.calls(), [Call::Open], "not at any command");
    line.sender.command(Command::Start);
    assert_eq!(line.read(10).len(), 10);
    line.close();
}

#[test]
fn no_more_is_read_than_there_is_room_for() {
    for (piece, high, low) in [(1000, 4000, 2000), (1000, 1000, 500), (1, 1, 0), (3, 10, 9)] {
        let mut line = Line::started(MockSource::of(100_000), piece, marks(high, low));
        for _ in 0..20 {
            line.wait_until_full();
            let buffered = line.receiver.snapshot().buffered as usize;
            assert!(buffered > high - piece, "as long as there is room for a piece");
            assert!(line.receiver.snapshot().peak <= high as u64);
            let asked_before = line.diary(|diary| diary.wanted.len());
            assert_eq!(line.readable(), buffered, "a stage that waits has published all");
            line.read(buffered - low.min(high - piece));
            until(|| line.diary(|diary| diary.wanted.len()) > asked_before);
        }
        line.close();
    }
}

#[test]
fn a_stage_without_room_is_parked_until_the_reader_makes_some() {
    let mut line = Line::started(MockSource::of(10_000), 100, marks(400, 200));
    line.watch.wait_until_parked();
    line.wait_until_full();
    assert!(!line.sender.receiver_is_starving());
    line.watch.is_silent();
    line.read(199);
    thread::sleep(Duration::from_millis(5));
    assert!(line.receiver.sender_is_waiting(), "above the low mark");
    line.read(1);
    line.watch.wait_until_parked();
    assert_eq!(line.receiver.snapshot().buffered, 400);
    line.close();
}

#[test]
fn bytes_come_in_pieces_of_the_size_that_was_asked_for() {
    for piece in [1, 10, SLAB - 1, SLAB, 5 * SLAB, 1_500_000, 3_000_000] {
        let total = 10 * piece.min(1_000_000) + 3;
        let mut line = Line::started(MockSource::of(total), piece, marks(2 * piece, piece));
        let mut left = total;
        while left > 0 {
            let n = line.readable();
            assert!(n.is_multiple_of(piece) || n == left, "{n} of {piece}");
            left -= line.read(piece.min(n)).len();
        }
        assert!(line.diary(|diary| diary.wanted.iter().all(|wanted| *wanted <= 1 << 20)));
        assert!(matches!(line.watch.next(), Report::Finished));
        line.close();
    }
}

#[test]
fn each_piece_is_read_by_one_call() {
    let mut line = Line::started(MockSource::of(1 << 20), 1024, marks(64 * 1024, 32 * 1024));
    line.wait_until_full();
    assert_eq!(line.diary(|diary| diary.wanted.clone()), [1024; 64]);
    line.close();
}

#[test]
fn what_a_source_gives_is_not_kept_back_for_what_it_may_give_later() {
    for (most, waits, piece) in [(10, false, 1000), (10, true, 1000), (1 << 20, true, 3_000_000)] {
        let (go, gate) = mailbox::<()>();
        let mut reads = 0;
        let mut source = MockSource::new(2 * most, move |call| {
            reads += usize::from(call == Call::Read);
            if reads == 2 && call == Call::Read {
                gate.recv_timeout(PATIENCE).unwrap();
            }
            Ok(())
        });
        (source.most, source.waits) = (most, waits);
        let mut line = Line::started(source, piece, marks(piece, piece / 2));
        assert_eq!(line.readable(), most, "while the next read waits");
        go.send(()).unwrap();
        assert_eq!(line.read(2 * most).len(), 2 * most);
        assert!(matches!(line.watch.next(), Report::Finished));
        line.close();
    }
}

#[test]
fn an_abort_meets_a_source_in_a_call_and_closes_it_once_after() {
    for at in [Call::Open, Call::Read] {
        let (go, gate) = mailbox::<()>();
        let (entered, has_entered) = mailbox();
        let mut source = MockSource::new(100, move |call| {
            if call == at {
                entered.send(()).unwrap();
                gate.recv_timeout(PATIENCE).unwrap();
            }
            Ok(())
        });
        source.most = 1;
        let mut line = Line::new(source, 10, marks(1000, 500));
        line.sender.command(Command::Start);
        has_entered.recv_timeout(PATIENCE).unwrap();
        line.sender.abort();
        thread::sleep(Duration::from_millis(5));
        assert!(!line.calls().contains(&Call::Close));
        go.send(()).unwrap();
        assert!(matches!(line.watch.next(), Report::Opened(_)));
        assert!(line.close().is_none());
        let calls = line.diary(|diary| diary.calls.clone());
        let expected = [Call::Open, Call::Read, Call::Close];
        assert!(
            calls == expected || calls == [Call::Open, Call::Close],
            "no further read: {calls:?}"
        );
    }
}

#[test]
fn an_abort_ends_every_wait() {
    let closed = [Call::Open, Call::Close];
    let mut idle = Line::new(MockSource::of(10), 10, marks(10, 5));
    assert!(matches!(idle.watch.next(), Report::Opened(_)));
    idle.close();
    assert_eq!(idle.calls(), closed, "before the start");
    let mut full = Line::started(MockSource::of(100), 10, marks(10, 5));
    full.wait_until_full();
    full.close();
    assert_eq!(full.diary(|diary| diary.given), 10, "for want of room");
}

#[test]
fn a_source_whose_program_is_gone_is_let_go() {
    for start in [false, true] {
        let mut line = Line::new(MockSource::of(100), 10, marks(10, 5));
        assert!(matches!(line.watch.next(), Report::Opened(_)));
        if start {
            line.sender.command(Command::Start);
            line.wait_until_full();
        }
        let Line {
            mut sender,
            receiver,
            diary,
            watch,
        } = line;
        sender.abandon();
        drop((sender, receiver));
        assert!(matches!(watch.next(), Report::Closed(None)));
        watch.wait_until_gone();
        assert_eq!(diary.lock().unwrap().calls.last(), Some(&Call::Drop));
    }
}

#[test]
fn a_reader_that_leaves_stops_the_source_which_is_closed_when_that_is_asked_for() {
    let line = Line::started(MockSource::of(1 << 40), 10, marks(10, 5));
    line.wait_until_full();
    let Line {
        mut sender,
        receiver,
        diary,
        watch,
    } = line;
    drop(receiver);
    thread::sleep(Duration::from_millis(30));
    let given = diary.lock().unwrap().given;
    thread::sleep(Duration::from_millis(30));
    assert_eq!(diary.lock().unwrap().given, given, "it reads on for nobody");
    assert!(watch.is_silent());
    sender.abort();
    assert!(matches!(watch.next(), Report::Closed(None)));
    assert_eq!(diary.lock().unwrap().calls.last(), Some(&Call::Close));
}

/// A stage whose source fails or panics at `failing`, a read when it has given 40 bytes.
fn failing(failing: Call, panics: bool) -> Line {
    let mut reads = 0;
    let mut source = MockSource::new(100, move |call| {
        reads += usize::from(call == Call::Read);
        if call != failing || (call == Call::Read && reads < 5) {
            return Ok(());
        }
        assert!(!panics, "a bug in a source");
        Err(Error::system("mock")(io::Error::from_raw_os_error(5)))
    });
    source.most = 10;
    let mut line = Line::new(source, 20, marks(100, 50));
    if failing != Call::Open {
        assert!(matches!(line.watch.next(), Report::Opened(_)));
    }
    line.sender.command(Command::Start);
    line
}

fn is_mock(error: &Error) -> bool {
    matches!(error, Error::System { syscall: "mock", .. }) && error.errno() == Some(5)
}

#[test]
fn a_failure_is_told_once_behind_what_was_read_and_only_the_close_follows() {
    for (call, given) in [(Call::Open, 0), (Call::Read, 40)] {
        let mut line = failing(call, false);
        let Report::Failed(error) = line.watch.next() else {
            panic!("{call:?}: not told");
        };
        assert!(is_mock(&error));
        thread::sleep(Duration::from_millis(5));
        assert!(line.watch.is_silent(), "nothing follows until it is given up");
        let (bytes, last) = read(&mut line.receiver, usize::MAX);
        assert_eq!((bytes.len(), last), (given, Some(Readable::End)), "{call:?}");
        assert_eq!(line.calls().last(), Some(&call));
        assert!(line.close().is_none());
        assert_eq!(line.calls()[line.calls().len() - 2..], [call, Call::Close]);
    }
}

#[test]
fn a_close_that_fails_is_told_with_its_error() {
    let mut line = failing(Call::Close, false);
    assert_eq!(line.read(100).len(), 100);
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(is_mock(&line.close().unwrap()));
}

#[test]
fn a_source_that_panics_fails_its_stream_alone() {
    for call in [Call::Open, Call::Read] {
        let mut line = failing(call, true);
        assert!(
            matches!(line.watch.next(), Report::Failed(Error::Panic)),
            "{call:?}"
        );
        let (_, last) = read(&mut line.receiver, usize::MAX);
        assert_eq!(last, Some(Readable::Aborted), "not an end");
        assert!(matches!(line.close(), Some(Error::Panic)));
        assert!(!line.calls().contains(&Call::Close), "it is in an unknown state");
    }
}
