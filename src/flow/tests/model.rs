//! Any sequence of operations, side by side with a plain model of what they mean.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::flow::Readable;

#[derive(Debug, Clone)]
enum Operation {
    Write(usize),
    /// Space for so many, of which so many are used.
    InPlace(usize, usize),
    /// Space for so many in as many slabs as it takes, of which so many are used.
    ReadInto(usize, usize),
    Publish,
    Cork,
    Uncork,
    Command(u8),
    /// Asks to be woken when so many more are consumed.
    Ask(u64),
    End,
    Abort,
    /// Takes a message; what it had before it drops.
    Receive,
    Gather(usize),
    Consume(usize),
    Read(usize),
    Leave,
}

fn operation(reads: bool) -> impl Strategy<Value = Operation> {
    use Operation::*;
    let size = || prop_oneof![4 => 0..40_usize, 2 => 0..2 * SLAB, 1 => Just(SLAB)];
    let sends = prop_oneof![
        8 => size().prop_map(Write),
        4 => (size(), size()).prop_map(|(at_least, n)| InPlace(at_least, n)),
        4 => (1..4 * SLAB, size()).prop_map(|(asked, n)| ReadInto(asked, n)),
        6 => Just(Publish),
        1 => Just(Cork),
        3 => Just(Uncork),
        3 => any::<u8>().prop_map(Command),
        4 => (0..20_000_u64).prop_map(Ask),
    ];
    let stops = prop_oneof![4 => Just(End), 1 => Just(Abort), 1 => Just(Leave)];
    let receives = if reads {
        size().prop_map(Read).boxed()
    } else {
        prop_oneof![
            6 => Just(Receive),
            3 => size().prop_map(Gather),
            10 => size().prop_map(Consume)
        ]
        .boxed()
    };
    prop_oneof![30 => sends, 25 => receives, 1 => stops]
}

#[derive(Debug, PartialEq)]
enum Item {
    Byte(u8),
    Command(u8),
    End,
}

/// What the operations mean. `sent` is all that the receiver has yet to take, published or not.
#[derive(Default)]
struct Model {
    sent: VecDeque<Item>,
    /// Of `sent`, from the front, what the receiver must be able to see.
    published: usize,
    corked: bool,
    accepted: u64,
    consumed: u64,
    peak: u64,
    ask: Option<u64>,
    /// A waker is registered. It is kept after a position was found consumed, for when the receiver leaves.
    registered: bool,
    rings: usize,
}

impl Model {
    fn accept(&mut self, bytes: &[u8]) {
        self.sent.extend(bytes.iter().copied().map(Item::Byte));
        self.accepted += bytes.len() as u64;
        self.peak = self.peak.max(self.accepted - self.consumed);
    }

    fn publish(&mut self) {
        if !self.corked {
            self.published = self.sent.len();
        }
    }

    /// The receiver took these bytes.
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            assert_eq!(self.sent.pop_front(), Some(Item::Byte(*byte)));
        }
        self.published = self.published.saturating_sub(bytes.len());
    }

    fn consume(&mut self, n: usize) {
        self.consumed += n as u64;
        if n > 0 && self.ask.is_some_and(|position| position <= self.consumed) {
            self.ask = None;
            self.ring();
        }
    }

    fn ring(&mut self) {
        self.rings += usize::from(std::mem::take(&mut self.registered));
    }

    /// Bytes at the front that are followed by no command: what `gather` may give.
    fn published_bytes(&self) -> usize {
        let is_byte = |item: &&Item| matches!(item, Item::Byte(_));
        self.sent.iter().take(self.published).filter(is_byte).count()
    }
}

struct Both {
    sender: Sender<u8>,
    receiver: Receiver<u8>,
    /// What the receiver took and has not consumed.
    held: VecDeque<Parcel>,
    bell: Arc<Bell>,
    waker: Waker,
    marks: Marks,
    model: Model,
}

impl Both {
    fn new(high: usize, low: usize) -> Self {
        let marks = marks(high, low);
        let (sender, receiver) = channel(marks);
        let (bell, waker) = Bell::new();
        Self {
            sender,
            receiver,
            held: VecDeque::new(),
            bell,
            waker,
            marks,
            model: Model::default(),
        }
    }

    /// Does the operation to both. `false`: the stream has ended in a way that leaves nothing to compare.
    fn apply(&mut self, operation: &Operation) -> bool {
        let next = self.model.accepted as usize;
        let open = self.sender.is_open();
        match *operation {
            Operation::Write(n) => {
                let bytes = stream(next, n);
                self.sender.write(&bytes);
                if open {
                    self.model.accept(&bytes);
                }
            }
            Operation::InPlace(at_least, n) => {
                let spare = self.sender.spare(at_least);
                assert!(spare.len() >= at_least.min(SLAB));
                let n = n.min(spare.len());
                let bytes = stream(next, n);
                spare[..n].copy_from_slice(&bytes);
                self.sender.commit(n);
                if open {
                    self.model.accept(&bytes);
                }
            }
            Operation::ReadInto(asked, n) => {
                let mut spares = self.sender.spares(asked);
                assert_eq!(spares.iter().map(|piece| piece.len()).sum::<usize>(), asked);
                assert!(spares.iter().all(|piece| !piece.is_empty()));
                let bytes = stream(next, n.min(asked));
                let mut rest = &bytes[..];
                for piece in &mut spares {
                    let (now, later) = rest.split_at(rest.len().min(piece.len()));
                    piece[..now.len()].copy_from_slice(now);
                    rest = later;
                }
                self.sender.commit_spares(bytes.len());
                if open {
                    self.model.accept(&bytes);
                }
            }
            Operation::Publish => {
                self.sender.publish();
                self.model.publish();
            }
            Operation::Cork => {
                self.sender.cork();
                self.model.corked = true;
            }
            Operation::Uncork => {
                self.sender.uncork();
                self.model.corked = false;
                self.model.publish();
            }
            Operation::Command(command) => {
                self.sender.command(command);
                self.model.corked = false;
                if open {
                    self.model.sent.push_back(Item::Command(command));
                }
                self.model.publish();
            }
            Operation::Ask(more) => {
                let position = self.model.consumed + more;
                let promised = self.sender.wake_when_consumed(Bytes::new(position), &self.waker);
                self.model.registered = true;
                self.model.ask = (more > 0).then_some(position);
                assert_eq!(promised, more > 0);
            }
            Operation::End => {
                self.sender.end();
                self.model.corked = false;
                if open {
                    self.model.sent.push_back(Item::End);
                }
                self.model.publish();
            }
            Operation::Abort => {
                self.sender.abort();
                assert!(matches!(self.receiver.poll_recv(&mut idle()), Poll::Ready(None)));
                let held = self.held.iter().map(|parcel| parcel.bytes().len()).sum::<usize>();
                assert!(self.sender.buffered().get() >= held as u64);
                return false;
            }
            Operation::Receive => return self.receive(),
            Operation::Gather(most) => {
                self.consume_held();
                let mut batch = Vec::new();
                self.receiver.gather(&mut batch, most);
                for parcel in &batch {
                    self.model.take(parcel.bytes());
                }
                self.held.extend(batch);
            }
            Operation::Consume(n) => {
                let Some(parcel) = self.held.front_mut() else {
                    return true;
                };
                let n = n.min(parcel.bytes().len());
                parcel.consume(n);
                if parcel.is_empty() {
                    self.held.pop_front();
                }
                self.model.consume(n);
            }
            Operation::Read(n) => self.read(n),
            Operation::Leave => return false,
        }
        true
    }

    /// Nothing is dropped half way in these sequences: that would be forfeited, which is for the last step.
    fn consume_held(&mut self) {
        while let Some(mut parcel) = self.held.pop_front() {
            let n = parcel.bytes().len();
            parcel.consume(n);
            self.model.consume(n);
        }
    }

    fn receive(&mut self) -> bool {
        match self.receiver.poll_recv(&mut idle()) {
            Poll::Ready(Some(Message::Data(parcel))) => {
                assert!(!parcel.is_empty());
                self.model.take(parcel.bytes());
                self.held.push_back(parcel);
            }
            Poll::Ready(Some(Message::Command(command))) => {
                assert_eq!(self.model.sent.pop_front(), Some(Item::Command(command)));
                self.model.published -= 1;
            }
            Poll::Ready(Some(Message::End)) => {
                assert_eq!(self.model.sent.pop_front(), Some(Item::End));
                self.model.published -= 1;
            }
            Poll::Ready(None) => panic!("nobody gave up"),
            Poll::Pending => assert_eq!(self.model.published, 0, "published, but not received"),
        }
        true
    }

    fn read(&mut self, n: usize) {
        let mut target = vec![0; n];
        let promised = match self.receiver.poll_readable(&mut idle()) {
            Poll::Ready(Readable::Bytes(n)) => n,
            Poll::Ready(Readable::End) => {
                let only_commands = |item: &Item| !matches!(item, Item::Byte(_));
                assert!(self.model.sent.iter().all(only_commands));
                0
            }
            Poll::Ready(Readable::Aborted) => panic!("nobody gave up"),
            Poll::Pending => 0,
        };
        assert!(
            promised >= self.model.published_bytes(),
            "published, but not readable"
        );
        let read = self.receiver.read(&mut target);
        assert_eq!(read, n.min(promised));
        let model = &mut self.model;
        for byte in &target[..read] {
            while let Some(Item::Command(_)) = model.sent.front() {
                model.take_command();
            }
            model.take(&[*byte]);
        }
        model.consume(read);
    }

    fn compare(&self) {
        let Self { sender, model, .. } = self;
        let buffered = model.accepted - model.consumed;
        assert_eq!(sender.accepted().get(), model.accepted);
        assert_eq!(sender.consumed().get(), model.consumed);
        assert_eq!(sender.buffered().get(), buffered);
        assert_eq!(sender.has_room(), buffered < self.marks.high().get());
        assert_eq!(sender.is_low(), buffered <= self.marks.low().get());
        assert_eq!(sender.snapshot().peak, model.peak);
        assert_eq!(self.receiver.snapshot().buffered, buffered);
        assert_eq!(self.bell.rings(), model.rings, "wakes");
    }

    /// Both ends leave, the receiver first or the sender.
    fn leave(mut self, receiver_first: bool) {
        let gate = self.sender.gate();
        if receiver_first {
            drop(self.receiver);
            self.model.ring();
            assert_eq!(self.bell.rings(), self.model.rings, "told that the receiver left");
            drop(self.sender);
        } else {
            drop(self.sender);
            drop(self.receiver);
        }
        drop(self.held);
        assert!(is_settled(&gate));
    }
}

impl Model {
    fn take_command(&mut self) {
        self.sent.pop_front();
        self.published = self.published.saturating_sub(1);
    }
}

fn run(operations: &[Operation], (high, low): (usize, usize), receiver_first: bool) {
    let mut both = Both::new(high, low);
    for operation in operations {
        if !both.apply(operation) {
            break;
        }
        both.compare();
    }
    both.leave(receiver_first);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stage_receives_what_the_model_says(
        operations in prop::collection::vec(operation(false), 0..80),
        marks in (0..50_000_usize, 0..50_000_usize),
        receiver_first: bool,
    ) {
        run(&operations, marks, receiver_first);
    }

    #[test]
    fn a_reader_reads_what_the_model_says(
        operations in prop::collection::vec(operation(true), 0..80),
        marks in (0..50_000_usize, 0..50_000_usize),
        receiver_first: bool,
    ) {
        run(&operations, marks, receiver_first);
    }
}
