//! The sink stage: the order of its calls and reports, whole bytes, batches, and the pace.

use std::io::IoSlice;
use std::sync::mpsc;

use super::*;
use crate::codec::Flush;
use crate::error::{Error, Result};
use crate::flow::SLAB;
use crate::sink::Sink;
use crate::stage::{Pace, run_sink};

/// What a sink was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Open,
    Write,
    Finish,
    Commit,
    Close,
    /// Let go without a `Close`.
    Drop,
}

/// What a sink has seen.
#[derive(Default)]
pub struct Diary {
    pub calls: Vec<Call>,
    pub taken: Vec<u8>,
    /// Pieces and bytes offered to each `write`.
    pub offers: Vec<(usize, usize)>,
}

/// A sink that keeps a diary, and does at every call what the test says.
pub struct MockSink {
    pub diary: Arc<Mutex<Diary>>,
    /// The most bytes taken at once.
    pub most: usize,
    pub before: Box<dyn FnMut(Call) -> Result<()> + Send>,
}

impl MockSink {
    pub fn new(most: usize, before: impl FnMut(Call) -> Result<()> + Send + 'static) -> Self {
        Self {
            diary: Arc::default(),
            most,
            before: Box::new(before),
        }
    }

    fn enter(&mut self, call: Call) -> Result<()> {
        self.diary.lock().unwrap().calls.push(call);
        (self.before)(call)
    }
}

impl Sink for MockSink {
    fn open(&mut self) -> Result<Option<i32>> {
        self.enter(Call::Open)?;
        Ok(Some(7))
    }

    fn write(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        self.enter(Call::Write)?;
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
        let offered = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let mut diary = self.diary.lock().unwrap();
        diary.offers.push((pieces.len(), offered));
        let before = diary.taken.len();
        for piece in pieces {
            let left = self.most - (diary.taken.len() - before);
            diary.taken.extend_from_slice(&piece[..piece.len().min(left)]);
        }
        Ok(diary.taken.len() - before)
    }

    fn finish(&mut self) -> Result<()> {
        self.enter(Call::Finish)
    }

    fn commit(&mut self) -> Result<()> {
        self.enter(Call::Commit)
    }

    fn close(&mut self) -> Result<()> {
        self.enter(Call::Close)
    }
}

impl Drop for MockSink {
    fn drop(&mut self) {
        let mut diary = self.diary.lock().unwrap();
        if diary.calls.last() != Some(&Call::Close) {
            diary.calls.push(Call::Drop);
        }
    }
}

pub struct Line {
    pub sender: Sender<Command>,
    pub diary: Arc<Mutex<Diary>>,
    pub watch: Watch,
}

impl Line {
    pub fn new(sink: MockSink, pace: Pace) -> Self {
        let (sender, from_program) = channel(marks(1 << 20, 0));
        let diary = Arc::clone(&sink.diary);
        let watch = Watch::start(|observer| run_sink(Box::new(sink), pace, from_program, observer));
        Self { sender, diary, watch }
    }

    pub fn calls(&self) -> Vec<Call> {
        let mut calls = self.diary.lock().unwrap().calls.clone();
        calls.dedup();
        calls
    }

    /// Gives up, and sees the stage close its sink as its last word.
    pub fn close(&mut self) -> Option<Error> {
        self.sender.abort();
        let Report::Closed(error) = self.watch.next() else {
            panic!("a sink is closed before anything else is said of it");
        };
        self.watch.wait_until_gone();
        assert!(self.watch.is_silent());
        assert_eq!(self.sender.buffered(), Bytes::ZERO);
        error
    }
}

#[test]
fn a_sink_is_opened_written_finished_and_closed_in_order() {
    let mut line = Line::new(MockSink::new(usize::MAX, |_| Ok(())), Pace::UNLIMITED);
    assert!(matches!(line.watch.next(), Report::Opened(Some(7))));
    let text = text(10_000);
    send(&mut line.sender, &text);
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(line.diary.lock().unwrap().taken == text);
    assert_eq!(line.sender.consumed(), Bytes::from(text.len()));
    assert_eq!(
        line.calls(),
        [Call::Open, Call::Write, Call::Finish, Call::Commit],
        "open until it is told to close"
    );
    assert!(line.close().is_none());
    let calls = [Call::Open, Call::Write, Call::Finish, Call::Commit, Call::Close];
    assert_eq!(line.calls(), calls);
}

#[test]
fn a_sink_that_is_given_up_is_closed_and_not_finished() {
    let mut line = Line::new(MockSink::new(usize::MAX, |_| Ok(())), Pace::UNLIMITED);
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    line.sender.write(b"never published");
    assert!(line.close().is_none());
    assert_eq!(line.calls(), [Call::Open, Call::Close]);
    assert_eq!(line.sender.consumed(), Bytes::ZERO);
}

#[test]
fn a_sink_that_is_given_up_while_it_finishes_is_not_committed() {
    let (finishing, is_finishing) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let sink = MockSink::new(usize::MAX, move |call| {
        if call == Call::Finish {
            finishing.send(()).unwrap();
            may_go_on.recv().unwrap();
        }
        Ok(())
    });
    let mut line = Line::new(sink, Pace::UNLIMITED);
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    line.sender.end();
    is_finishing.recv().unwrap();
    line.sender.abort();
    go_on.send(()).unwrap();
    assert!(line.close().is_none());
    assert_eq!(line.calls(), [Call::Open, Call::Finish, Call::Close]);
}

#[test]
fn a_sink_whose_sender_leaves_after_its_end_is_finished_and_let_go() {
    for leaves_early in [true, false] {
        let (mut sender, from_program) = channel(marks(1 << 20, 0));
        let sink = MockSink::new(1, |_| Ok(()));
        let diary = Arc::clone(&sink.diary);
        let watch =
            Watch::start(|observer| run_sink(Box::new(sink), Pace::UNLIMITED, from_program, observer));
        sender.write(b"bytes");
        sender.end();
        let kept = (!leaves_early).then_some(sender);
        assert!(matches!(watch.next(), Report::Opened(_)));
        assert!(matches!(watch.next(), Report::Finished));
        drop(kept);
        assert!(matches!(watch.next(), Report::Closed(None)));
        watch.wait_until_gone();
        let diary = diary.lock().unwrap();
        assert_eq!(diary.taken, b"bytes");
        assert_eq!(diary.calls[diary.calls.len() - 2..], [Call::Commit, Call::Drop]);
    }
}

#[test]
fn a_sink_that_is_abandoned_after_its_end_takes_no_more_and_is_let_go() {
    let pace = Pace {
        bytes_per_second: 1.0,
        latency: Duration::ZERO,
    };
    let mut line = Line::new(MockSink::new(1, |_| Ok(())), pace);
    line.sender.write(b"for as long as it takes");
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    line.sender.abandon();
    assert!(matches!(line.watch.next(), Report::Closed(None)));
    line.watch.wait_until_gone();
    assert_eq!(line.calls(), [Call::Open, Call::Drop]);
}

#[test]
fn a_sink_that_takes_a_byte_at_a_time_gets_all_of_them() {
    let mut line = Line::new(MockSink::new(1, |_| Ok(())), Pace::UNLIMITED);
    let text = text(1000);
    assert!(text.len() > 2 * SLAB);
    line.sender.write(&text);
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(line.diary.lock().unwrap().taken == text);
    assert_eq!(line.sender.consumed(), Bytes::from(text.len()));
    line.close();
}

#[test]
fn what_waits_is_written_in_batches_and_each_within_the_limit_of_the_system() {
    let (go, gate) = mailbox::<()>();
    let sink = MockSink::new(usize::MAX, move |call| {
        if call == Call::Write {
            gate.recv_timeout(PATIENCE).unwrap();
        }
        Ok(())
    });
    let mut line = Line::new(sink, Pace::UNLIMITED);
    // Two such pieces do not fit into one slab, so a batch has more of them than one call may take.
    let piece = vec![b'a'; SLAB / 2 + 1];
    for _ in 0..200 {
        line.sender.write(&piece);
        line.sender.publish();
    }
    line.sender.end();
    (0..200).for_each(|_| go.send(()).unwrap());
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    assert!(matches!(line.watch.next(), Report::Finished));
    let diary = line.diary.lock().unwrap();
    assert!(diary.taken == piece.repeat(200));
    assert!(
        diary.offers.iter().all(|(pieces, _)| *pieces <= 64),
        "{:?}",
        diary.offers
    );
    assert!(diary.offers.len() < 20, "{:?}", diary.offers);
    drop(diary);
    line.close();
}

#[test]
fn a_flush_is_done_when_all_before_it_is_taken() {
    let mut line = Line::new(MockSink::new(3, |_| Ok(())), Pace::UNLIMITED);
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    for n in 1..=3 {
        line.sender.write(b"0123456789");
        line.sender.command(Command::Flush(Flush::Sync));
        assert!(matches!(line.watch.next(), Report::Done { .. }));
        assert_eq!(line.sender.consumed(), Bytes::new(10 * n));
        assert_eq!(line.diary.lock().unwrap().taken.len() as u64, 10 * n);
    }
    line.close();
}

#[test]
fn an_abort_meets_a_sink_in_a_call_and_closes_it_after() {
    let (go, gate) = mailbox::<()>();
    let (entered, at) = mailbox();
    let sink = MockSink::new(5, move |call| {
        if call == Call::Write {
            entered.send(()).unwrap();
            gate.recv_timeout(PATIENCE).unwrap();
        }
        Ok(())
    });
    let mut line = Line::new(sink, Pace::UNLIMITED);
    line.sender.write(b"01234");
    line.sender.publish();
    at.recv_timeout(PATIENCE).unwrap();
    line.sender.write(b"behind");
    line.sender.publish();
    line.sender.abort();
    assert!(!line.calls().contains(&Call::Close));
    go.send(()).unwrap();
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    assert!(line.close().is_none());
    assert_eq!(line.diary.lock().unwrap().taken, b"01234");
    assert_eq!(
        line.sender.consumed(),
        Bytes::new(5),
        "what was taken is consumed"
    );
}

fn pace(bytes_per_second: f64, latency: Duration) -> Pace {
    Pace {
        bytes_per_second,
        latency,
    }
}

#[test]
fn a_sink_is_given_bytes_at_its_pace_in_small_pieces() {
    let mut line = Line::new(MockSink::new(300, |_| Ok(())), pace(100_000.0, Duration::ZERO));
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    let begin = Instant::now();
    let bytes = text(800)[..20_000].to_vec();
    line.sender.write(&bytes);
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Finished));
    let elapsed = begin.elapsed();
    assert!(elapsed >= Duration::from_millis(190), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    let diary = line.diary.lock().unwrap();
    assert!(diary.taken == bytes);
    // What 20 ms allow.
    assert!(
        diary.offers.iter().all(|(_, offered)| *offered <= 2000),
        "{:?}",
        diary.offers
    );
    drop(diary);
    line.close();
}

#[test]
fn every_piece_takes_the_latency() {
    let latency = Duration::from_millis(20);
    let mut line = Line::new(
        MockSink::new(usize::MAX, |_| Ok(())),
        pace(f64::INFINITY, latency),
    );
    assert!(matches!(line.watch.next(), Report::Opened(_)));
    let begin = Instant::now();
    line.sender.write(&vec![b'a'; 5 * 64 * 1024]);
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(begin.elapsed() >= 5 * latency, "{:?}", begin.elapsed());
    line.close();
}

#[test]
fn an_abort_ends_the_wait_of_a_slow_sink() {
    for bytes_per_second in [0.01, f64::MIN_POSITIVE] {
        let sink = MockSink::new(usize::MAX, |_| Ok(()));
        let mut line = Line::new(sink, pace(bytes_per_second, Duration::ZERO));
        assert!(matches!(line.watch.next(), Report::Opened(_)));
        line.sender.write(b"slow");
        line.sender.publish();
        until(|| line.sender.is_clean() && !line.sender.receiver_is_starving());
        thread::sleep(Duration::from_millis(10));
        let begin = Instant::now();
        assert!(line.close().is_none());
        assert!(begin.elapsed() < Duration::from_secs(10));
        assert_eq!(line.sender.consumed(), Bytes::ZERO);
    }
}
