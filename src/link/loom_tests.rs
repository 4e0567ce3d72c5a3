//! Models of the link: loom runs each in every order in which its threads can meet.
//!
//! A wake that is lost shows as a deadlock, because `block_on` sleeps until it is woken.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use loom::future::block_on;
use loom::thread;

use super::Link;
use crate::flow::{Budget, Bytes, Marks, Message, Readable, Receiver, Sender, channel, channel_within};

/// Switches of threads in one run that the thread itself did not ask for. `LOOM_MAX_PREEMPTIONS` overrides it.
const PREEMPTIONS: usize = 2;

fn explore(model: impl Fn() + Send + Sync + 'static) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    println!("{} interleavings", runs.load(Ordering::Relaxed));
}

fn marks(high: u64, low: u64) -> Marks {
    Marks::new(Bytes::new(high), Bytes::new(low))
}

/// A waker that counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The stage before: sends `bytes` as there is room, then ends.
fn produce(mut sender: Sender<()>, bytes: &'static [u8]) {
    for byte in bytes {
        block_on(poll_fn(|cx| sender.poll_room(cx))).unwrap();
        sender.write(&[*byte]);
        sender.publish();
    }
    sender.end();
}

/// The stage behind: consumes `n` bytes.
fn consume(receiver: &mut Receiver<()>, n: usize) -> Vec<u8> {
    let mut seen = Vec::new();
    while seen.len() < n {
        match block_on(poll_fn(|cx| receiver.poll_recv(cx))) {
            Some(Message::Data(mut parcel)) => {
                seen.extend_from_slice(parcel.bytes());
                parcel.consume(usize::MAX);
            }
            other => panic!("not bytes: {other:?}"),
        }
    }
    seen
}

#[test]
fn a_link_between_two_stages_moves_all_and_tells_the_end_once() {
    for high in [1, 0] {
        explore(move || {
            let (sender, mut from) = channel::<()>(marks(1, 0));
            let (mut to, mut receiver) = channel::<()>(marks(high, 0));
            let bell = Arc::new(Bell::default());
            let link = Link::new(&mut from, &mut to, Waker::from(Arc::clone(&bell)));
            let before = thread::spawn(move || produce(sender, b"ab"));
            assert_eq!(consume(&mut receiver, 2), b"ab");
            before.join().unwrap();
            assert_eq!(bell.0.load(Ordering::SeqCst), 1);
            assert_eq!(from.readable(), Some(Readable::End));
            link.unlink();
            assert_eq!(Arc::strong_count(&link), 1);
        });
    }
}

#[test]
fn taken_apart_at_any_moment_a_link_leaves_every_byte_in_its_place() {
    explore(|| {
        let (sender, mut from) = channel::<()>(marks(1, 0));
        let (mut to, mut receiver) = channel::<()>(marks(1, 0));
        let link = Link::new(&mut from, &mut to, Waker::noop().clone());
        let before = thread::spawn(move || produce(sender, b"ab"));
        let behind = thread::spawn(move || assert_eq!(consume(&mut receiver, 2), b"ab"));
        link.unlink();
        carry(&mut from, &mut to);
        before.join().unwrap();
        behind.join().unwrap();
        assert_eq!(Arc::strong_count(&link), 1);
    });
}

#[test]
fn a_link_that_follows_another_goes_on_where_that_was() {
    explore(|| {
        let (sender, mut from) = channel::<()>(marks(1, 0));
        let (mut to, mut receiver) = channel::<()>(marks(1, 0));
        let first = Link::new(&mut from, &mut to, Waker::noop().clone());
        let before = thread::spawn(move || produce(sender, b"ab"));
        first.unlink();
        let _second = Link::new(&mut from, &mut to, Waker::noop().clone());
        assert_eq!(consume(&mut receiver, 2), b"ab");
        before.join().unwrap();
    });
}

#[test]
fn a_link_whose_second_stage_leaves_keeps_what_was_not_moved() {
    explore(|| {
        let (mut sender, mut from) = channel::<()>(marks(4, 0));
        let (mut to, receiver) = channel::<()>(marks(1, 0));
        let link = Link::new(&mut from, &mut to, Waker::noop().clone());
        let behind = thread::spawn(move || drop(receiver));
        sender.write(b"a");
        sender.publish();
        sender.write(b"b");
        sender.publish();
        behind.join().unwrap();
        link.unlink();
        let moved = to.accepted().get();
        let mut rest = [0; 2];
        let kept = from.read(&mut rest);
        assert_eq!(moved as usize + kept, 2);
        assert_eq!(rest[..kept], b"ab"[moved as usize..]);
    });
}

#[test]
fn a_link_whose_first_stage_gives_up_tells_it_once_and_loses_nothing_that_was_moved() {
    explore(|| {
        let (mut sender, mut from) = channel::<()>(marks(4, 0));
        let (mut to, mut receiver) = channel::<()>(marks(4, 0));
        let bell = Arc::new(Bell::default());
        let link = Link::new(&mut from, &mut to, Waker::from(Arc::clone(&bell)));
        let before = thread::spawn(move || {
            sender.write(b"a");
            sender.publish();
            sender.abort();
        });
        assert_eq!(consume(&mut receiver, 1), b"a");
        before.join().unwrap();
        assert_eq!(bell.0.load(Ordering::SeqCst), 1);
        assert_eq!(from.readable(), Some(Readable::Aborted));
        link.unlink();
        assert_eq!(to.accepted().get(), 1);
    });
}

#[test]
fn a_link_moves_the_credit_of_a_budget_that_is_bound_meanwhile() {
    explore(|| {
        let budget = Budget::new(Bytes::new(100));
        let (sender, mut from) = channel_within::<()>(&budget, marks(1, 0));
        let (mut to, mut receiver) = channel_within::<()>(&budget, marks(1, 0));
        let link = Link::new(&mut from, &mut to, Waker::noop().clone());
        let before = thread::spawn(move || produce(sender, b"ab"));
        let bound = budget.set_limit(Bytes::new(3));
        assert!(bound.is_ok(), "no more was in use");
        assert_eq!(consume(&mut receiver, 2), b"ab");
        before.join().unwrap();
        link.unlink();
        drop((link, from, to, receiver));
        assert_eq!(budget.balance().used, 0);
    });
}

/// What JS does without a link.
fn carry(from: &mut Receiver<()>, to: &mut Sender<()>) {
    let mut byte = [0];
    while let Readable::Bytes(_) = block_on(poll_fn(|cx| from.poll_readable(cx))) {
        block_on(poll_fn(|cx| to.poll_room(cx))).unwrap();
        assert_eq!(from.read(&mut byte), 1);
        to.write(&byte);
        to.publish();
    }
}
