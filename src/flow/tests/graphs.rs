//! Random graphs of stages that share one budget: whatever its size, they move their last byte.
//!
//! The actors are what a program and its stages are: writers that stop at `false` and go on at a drain, pipes from a
//! reader to one or more writers, codecs whose output is smaller or larger than their input, and sinks. They are polled
//! in random order, and only when they were woken: when nobody is, and not all are done, that is a deadlock.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::flow::{Budget, FLOOR, Readable, channel_within};

/// Writes as a program does: stops at `false`, and goes on when the buffer is low and there is credit.
struct Writer {
    sender: Sender<()>,
    stopped: bool,
    /// Bytes of its largest write.
    largest: usize,
    growth: Growth,
}

/// By how many bytes writes were larger than all of their writer before, its first one left out; of all writers.
type Growth = Rc<Cell<usize>>;

impl Writer {
    fn write(&mut self, bytes: &[u8]) {
        if self.largest > 0 {
            let larger = bytes.len().saturating_sub(self.largest);
            self.growth.set(self.growth.get() + larger);
        }
        self.largest = self.largest.max(bytes.len());
        self.sender.write(bytes);
        self.stopped = !self.sender.invites() && self.sender.buffered() > Bytes::ZERO;
        self.sender.publish();
    }

    /// Whether it may write; if not, the task is woken when that may have changed.
    fn poll_drained(&mut self, cx: &Context<'_>) -> bool {
        while self.stopped {
            if self.sender.is_low() {
                if !self.sender.poll_credit(cx.waker()) {
                    return false;
                }
                self.stopped = false;
            } else if self
                .sender
                .wake_when_consumed(self.sender.low_position(), cx.waker())
            {
                return false;
            }
        }
        true
    }
}

trait Actor {
    /// Works for a moment; ready when it is done for good.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

fn again(cx: &Context<'_>) -> Poll<()> {
    cx.waker().wake_by_ref();
    Poll::Pending
}

struct Source {
    to: Writer,
    chunk: usize,
    left: usize,
}

impl Actor for Source {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.to.poll_drained(cx) {
            return Poll::Pending;
        }
        if self.left == 0 {
            self.to.sender.end();
            return Poll::Ready(());
        }
        let n = self.chunk.min(self.left);
        self.to.write(&stream(0, n));
        self.left -= n;
        again(cx)
    }
}

struct Pipe {
    from: Receiver<()>,
    to: Vec<Writer>,
    piece: usize,
}

impl Actor for Pipe {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.to.iter_mut().all(|writer| writer.poll_drained(cx)) {
            return Poll::Pending;
        }
        match self.from.poll_readable(cx) {
            Poll::Ready(Readable::Bytes(n)) => {
                let mut bytes = vec![0; n.min(self.piece)];
                self.from.read(&mut bytes);
                self.to.iter_mut().for_each(|writer| writer.write(&bytes));
                again(cx)
            }
            Poll::Ready(_) => {
                self.to.iter_mut().for_each(|writer| writer.sender.end());
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

struct Codec {
    from: Receiver<()>,
    to: Sender<()>,
    parcel: Option<Parcel>,
    /// Bytes out for bytes in.
    ratio: (usize, usize),
    /// Bytes that are due to come out.
    due: usize,
}

impl Actor for Codec {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.due > 0 {
            let Poll::Ready(room) = self.to.poll_room(cx) else {
                return Poll::Pending;
            };
            let spare = self.to.spare(1).len();
            let n = self.due.min(room.unwrap_or(0)).min(spare);
            self.to.commit(n);
            self.due -= n;
            return again(cx);
        }
        if let Some(parcel) = self.parcel.as_mut().filter(|parcel| !parcel.is_empty()) {
            let n = parcel.bytes().len().min(1000);
            parcel.consume(n);
            self.due += (n * self.ratio.0).div_ceil(self.ratio.1);
            return again(cx);
        }
        self.parcel = None;
        if self.from.is_empty() {
            self.to.publish();
        }
        match self.from.poll_recv(cx) {
            Poll::Ready(Some(Message::Data(parcel))) => self.parcel = Some(parcel),
            Poll::Ready(_) => {
                self.to.end();
                return Poll::Ready(());
            }
            Poll::Pending => return Poll::Pending,
        }
        again(cx)
    }
}

struct Sink {
    from: Receiver<()>,
    parcel: Option<Parcel>,
    /// The most that it ever takes.
    appetite: usize,
}

impl Actor for Sink {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(parcel) = self.parcel.as_mut().filter(|parcel| !parcel.is_empty()) {
            let n = parcel.bytes().len().min(3000).min(self.appetite);
            parcel.consume(n);
            self.appetite -= n;
            return if n > 0 { again(cx) } else { Poll::Pending };
        }
        self.parcel = None;
        match self.from.poll_recv(cx) {
            Poll::Ready(Some(Message::Data(parcel))) => self.parcel = Some(parcel),
            Poll::Ready(_) => return Poll::Ready(()),
            Poll::Pending => return Poll::Pending,
        }
        again(cx)
    }
}

/// A part of a graph: what takes bytes, and what becomes of them.
#[derive(Debug, Clone)]
enum Part {
    Sink {
        high: usize,
        low: usize,
        appetite: usize,
    },
    Codec {
        high: usize,
        low: usize,
        out: usize,
        ratio: (usize, usize),
        piece: usize,
        then: Vec<Part>,
    },
}

#[derive(Debug, Clone)]
struct Line {
    chunk: usize,
    bytes: usize,
    to: Part,
}

impl Part {
    fn ever_stops(&self) -> bool {
        match self {
            Self::Sink { appetite, .. } => *appetite < usize::MAX,
            Self::Codec { then, .. } => then.iter().any(Self::ever_stops),
        }
    }

    /// Bytes that its channels may hold without being asked: writes of at most `chunk`, and floors.
    fn unasked(&self, chunk: usize) -> usize {
        let own = chunk.max(FLOOR as usize);
        match self {
            Self::Sink { .. } => own,
            Self::Codec { piece, then, .. } => {
                let parts = then.iter().map(|part| part.unasked(*piece));
                own + FLOOR as usize + parts.sum::<usize>()
            }
        }
    }
}

/// Actors, and whether each has to be done in the end: not in a line with a sink that stops.
#[derive(Default)]
struct Graph {
    actors: Vec<(Box<dyn Actor>, bool)>,
    growth: Growth,
}

impl Graph {
    fn build(budget: &Arc<Budget>, lines: &[Line]) -> Self {
        let mut graph = Self::default();
        for line in lines {
            let must_end = !line.to.ever_stops();
            let to = graph.add(budget, &line.to, must_end);
            let source = Source {
                to,
                chunk: line.chunk,
                left: line.bytes,
            };
            graph.actors.push((Box::new(source), must_end));
        }
        graph
    }

    fn add(&mut self, budget: &Arc<Budget>, part: &Part, must_end: bool) -> Writer {
        let (&high, &low) = match part {
            Part::Sink { high, low, .. } | Part::Codec { high, low, .. } => (high, low),
        };
        let (sender, from) = channel_within(budget, marks(high, low));
        let actor: Box<dyn Actor> = match part {
            Part::Sink { appetite, .. } => Box::new(Sink {
                from,
                parcel: None,
                appetite: *appetite,
            }),
            Part::Codec {
                out,
                ratio,
                piece,
                then,
                ..
            } => {
                let (to, output) = channel_within(budget, marks(*out, out / 2));
                let to_all = then.iter().map(|part| self.add(budget, part, must_end)).collect();
                let pipe = Pipe {
                    from: output,
                    to: to_all,
                    piece: *piece,
                };
                self.actors.push((Box::new(pipe), must_end));
                Box::new(Codec {
                    from,
                    to,
                    parcel: None,
                    ratio: *ratio,
                    due: 0,
                })
            }
        };
        self.actors.push((actor, must_end));
        Writer {
            sender,
            stopped: false,
            largest: 0,
            growth: Rc::clone(&self.growth),
        }
    }

    /// Polls who is woken, in an order that `seed` decides, until nobody is.
    fn run(&mut self, mut seed: u64) {
        struct Flag(AtomicBool);
        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let flags = (0..self.actors.len())
            .map(|_| Arc::new(Flag(AtomicBool::new(true))))
            .collect::<Vec<_>>();
        let mut done = vec![false; self.actors.len()];
        loop {
            let woken = (0..done.len())
                .filter(|&n| !done[n] && flags[n].0.load(Ordering::SeqCst))
                .collect::<Vec<_>>();
            if woken.is_empty() {
                break;
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let n = woken[(seed >> 33) as usize % woken.len()];
            flags[n].0.store(false, Ordering::SeqCst);
            let waker = Waker::from(Arc::clone(&flags[n]));
            done[n] = self.actors[n].0.poll(&mut Context::from_waker(&waker)).is_ready();
        }
        for (n, (_, must_end)) in self.actors.iter().enumerate() {
            assert!(done[n] || !must_end, "a deadlock");
        }
    }
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![1 => 1..1000_usize, 2 => 1000..5000_usize, 3 => 5000..40_000_usize]
}

fn sink() -> impl Strategy<Value = Part> {
    let appetite = prop_oneof![9 => Just(usize::MAX), 1 => 0..5000_usize];
    (size(), size(), appetite).prop_map(|(high, low, appetite)| Part::Sink { high, low, appetite })
}

fn part(piece: std::ops::Range<usize>) -> impl Strategy<Value = Part> {
    sink().prop_recursive(3, 6, 2, move |inner| {
        let ratio = prop_oneof![Just((1, 4)), Just((1, 1)), Just((2, 1)), Just((0, 1))];
        let then = prop::collection::vec(inner, 1..3);
        (size(), size(), size(), ratio, piece.clone(), then).prop_map(
            |(high, low, out, ratio, piece, then)| Part::Codec {
                high,
                low,
                out,
                ratio,
                piece,
                then,
            },
        )
    })
}

fn lines(chunk: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Line>> {
    let line = (chunk.clone(), 0..30_000_usize, part(chunk)).prop_map(|(chunk, bytes, to)| Line {
        chunk,
        bytes,
        to,
    });
    prop::collection::vec(line, 1..4)
}

/// The most bytes that the budget held, and by how much writes grew.
fn run(lines: &[Line], limit: usize, seed: u64) -> (u64, usize) {
    let budget = Budget::new(Bytes::from(limit));
    let mut graph = Graph::build(&budget, lines);
    graph.run(seed);
    let growth = graph.growth.get();
    drop(graph);
    let balance = budget.balance();
    assert_eq!((balance.used, balance.waiting), (0, 0));
    (balance.peak, growth)
}

/// So many graphs, or as many as `PROPTEST_CASES` says.
fn graphs(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: if asked { default.cases } else { cases },
        failure_persistence: None,
        ..default
    }
}

proptest! {
    #![proptest_config(graphs(1000))]

    #[test]
    fn a_graph_that_shares_a_budget_moves_its_last_byte(
        lines in lines(500..10_000),
        limit in 1..60_000_usize,
        seed: u64,
    ) {
        let (peak, _) = run(&lines, limit, seed);
        let unasked = lines.iter().map(|line| line.to.unasked(line.chunk)).sum::<usize>();
        prop_assert!(peak <= (limit + unasked) as u64, "{peak}");
    }
}

proptest! {
    #![proptest_config(graphs(300))]

    #[test]
    fn a_budget_that_has_the_floors_is_passed_by_what_writes_within_them_grow_at_most(
        lines in lines(500..FLOOR as usize + 1),
        more in 0..60_000_usize,
        seed: u64,
    ) {
        let floors = lines.iter().map(|line| line.to.unasked(line.chunk)).sum::<usize>();
        let (peak, growth) = run(&lines, floors + more, seed);
        prop_assert!(peak <= (floors + more + growth) as u64, "{peak}, {growth}");
    }
}

/// Where a write larger than all before it comes while others are on their way, the budget is passed by the difference.
#[test]
fn a_write_that_grows_passes_a_budget_by_as_much() {
    let sink = Part::Sink {
        high: 5000,
        low: 2151,
        appetite: 3623,
    };
    let growing = Line {
        chunk: 2887,
        bytes: 14_435,
        to: Part::Codec {
            high: 5774,
            low: 5774,
            out: 10_661,
            ratio: (2, 1),
            piece: 2675,
            then: vec![sink],
        },
    };
    let still = Line {
        chunk: 915,
        bytes: 14_641,
        to: Part::Codec {
            high: 5000,
            low: 1,
            out: 1,
            ratio: (0, 1),
            piece: 500,
            then: vec![Part::Sink {
                high: 1,
                low: 1,
                appetite: usize::MAX,
            }],
        },
    };
    let (peak, growth) = run(&[growing, still], 24_576, 4_687_928_061_188_814_969);
    assert!(
        (24_577..=24_576 + growth as u64).contains(&peak),
        "{peak}, {growth}"
    );
}
