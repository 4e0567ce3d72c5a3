//! What a link promises: the bytes in order and once, the marks of both channels, who is woken, and nothing kept.

mod model;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::Link;
use crate::flow::{Bytes, Marks, Message, Parcel, Receiver, SLAB, Sender, channel};

/// A waker that counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Bell {
    fn new() -> (Arc<Self>, Waker) {
        let bell = Arc::new(Self::default());
        (Arc::clone(&bell), Waker::from(bell))
    }

    fn rings(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Two channels, with the ends that a stage has at each side of a link, and those that JS has in between.
struct Pair {
    upstream: Sender<()>,
    from: Receiver<()>,
    to: Sender<u8>,
    downstream: Receiver<u8>,
}

impl Pair {
    /// `high` and `low` are the marks of the second channel; the first has room for all.
    fn new(high: usize, low: usize) -> Self {
        let marks = |high, low| Marks::new(Bytes::from(high), Bytes::from(low));
        let (upstream, from) = channel(marks(1 << 30, 0));
        let (to, downstream) = channel(marks(high, low));
        Self {
            upstream,
            from,
            to,
            downstream,
        }
    }

    fn link(&mut self, at_end: &Waker) -> Arc<Link<(), u8>> {
        Link::new(&mut self.from, &mut self.to, at_end.clone())
    }

    fn send(&mut self, bytes: &[u8]) {
        self.upstream.write(bytes);
        self.upstream.publish();
    }

    fn take(&mut self) -> Option<Parcel> {
        match self.downstream.poll_recv(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Message::Data(parcel))) => Some(parcel),
            _ => None,
        }
    }

    fn consume_all(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(mut parcel) = self.take() {
            bytes.extend_from_slice(parcel.bytes());
            parcel.consume(usize::MAX);
        }
        bytes
    }

    fn waiting(&self) -> (u64, u64) {
        (self.from.snapshot().buffered, self.to.buffered().get())
    }
}

#[test]
fn what_waits_is_moved_at_once_and_the_rest_when_it_is_published() {
    let mut pair = Pair::new(1000, 500);
    pair.send(b"first ");
    let link = pair.link(Waker::noop());
    assert_eq!(pair.waiting(), (0, 6));
    pair.send(b"second");
    assert_eq!(pair.consume_all(), b"first second");
    assert_eq!(link.moved(), 12);
    assert!(!link.unlink());
}

#[test]
fn what_was_read_in_part_is_moved_from_there_on() {
    let mut pair = Pair::new(1000, 500);
    pair.send(b"abcdef");
    assert_eq!(pair.from.read(&mut [0; 2]), 2);
    pair.link(Waker::noop());
    assert_eq!(pair.consume_all(), b"cdef");
}

#[test]
fn what_was_sent_before_comes_before_it() {
    let mut pair = Pair::new(1000, 500);
    pair.to.write(b"header ");
    pair.to.command(7);
    pair.send(b"body");
    pair.link(Waker::noop());
    let mut seen = Vec::new();
    while let Poll::Ready(Some(message)) = pair.downstream.poll_recv(&mut Context::from_waker(Waker::noop()))
    {
        match message {
            Message::Data(mut parcel) => {
                seen.extend_from_slice(parcel.bytes());
                parcel.consume(usize::MAX);
            }
            Message::Command(command) => seen.push(command),
            Message::End => panic!("nobody ended"),
        }
    }
    assert_eq!(seen, b"header \x07body");
}

#[test]
fn a_slab_moves_without_being_copied() {
    let mut pair = Pair::new(2 * SLAB, SLAB);
    let spare = pair.upstream.spare(SLAB);
    let place = spare.as_ptr();
    spare.fill(1);
    pair.upstream.commit(SLAB);
    pair.upstream.publish();
    pair.link(Waker::noop());
    assert_eq!(pair.take().unwrap().bytes().as_ptr(), place);
}

#[test]
fn it_stops_at_the_high_mark_and_goes_on_at_the_low_one() {
    let mut pair = Pair::new(2 * SLAB, SLAB);
    pair.send(&[1; 8 * SLAB]);
    let link = pair.link(Waker::noop());
    assert_eq!(pair.waiting(), (6 * SLAB as u64, 2 * SLAB as u64));
    assert!(link.is_stalled());
    let mut parcel = pair.take().unwrap();
    parcel.consume(SLAB - 1);
    assert_eq!(link.moved(), 2 * SLAB as u64, "above the low mark");
    parcel.consume(1);
    assert_eq!(pair.waiting(), (5 * SLAB as u64, 2 * SLAB as u64));
    let counted = pair.to.snapshot();
    assert_eq!(
        (counted.stops, counted.drains),
        (2, 1),
        "as a writer that is told to stop and to go on"
    );
}

#[test]
fn with_a_low_mark_on_the_high_one_it_goes_on_below_that() {
    let mut pair = Pair::new(SLAB, SLAB);
    pair.to.write(&[1; SLAB]);
    pair.to.publish();
    pair.send(&[1; 2 * SLAB]);
    let link = pair.link(Waker::noop());
    assert_eq!(pair.waiting(), (2 * SLAB as u64, SLAB as u64), "full");
    let mut parcel = pair.take().unwrap();
    parcel.consume(1);
    assert_eq!(
        link.moved(),
        SLAB as u64,
        "one slab, past the mark by less than a slab"
    );
    parcel.consume(usize::MAX);
    assert_eq!(pair.waiting(), (SLAB as u64, SLAB as u64), "full, and no more");
    assert_eq!(pair.take().map(|slab| slab.bytes().len()), Some(SLAB));
}

#[test]
fn with_a_high_mark_of_0_a_slab_at_a_time_gets_through() {
    let mut pair = Pair::new(0, 0);
    pair.send(&[1; 3 * SLAB]);
    pair.link(Waker::noop());
    for left in [2, 1, 0] {
        assert_eq!(pair.waiting(), (left * SLAB as u64, SLAB as u64));
        pair.take().unwrap().consume(SLAB);
    }
    assert_eq!(pair.waiting(), (0, 0));
}

#[test]
fn bytes_are_counted_in_the_first_channel_until_the_second_has_accepted_them() {
    let mut pair = Pair::new(100, 50);
    let consumed_at = |pair: &Pair| pair.upstream.consumed().get();
    pair.send(&[1; 60]);
    pair.link(Waker::noop());
    assert_eq!((consumed_at(&pair), pair.to.accepted().get()), (60, 60));
    let (bell, waker) = Bell::new();
    pair.upstream.write(&[1; 50]);
    assert!(pair.upstream.wake_when_consumed(Bytes::new(110), &waker));
    pair.upstream.publish();
    assert_eq!(bell.rings(), 1, "the stage before learns that there is room");
}

#[test]
fn the_end_is_told_once_behind_the_last_byte_and_left_to_be_taken() {
    let mut pair = Pair::new(SLAB, 0);
    let (bell, waker) = Bell::new();
    pair.send(&[1; 2 * SLAB]);
    let link = pair.link(&waker);
    pair.upstream.end();
    assert_eq!(bell.rings(), 0, "bytes wait before it");
    pair.take().unwrap().consume(SLAB);
    pair.take().unwrap().consume(SLAB);
    assert_eq!(bell.rings(), 1);
    link.unlink();
    assert_eq!(pair.from.readable(), Some(crate::flow::Readable::End));
    assert!(
        pair.to.is_open(),
        "whether the end is passed on is for the pipe to say"
    );
}

#[test]
fn a_stage_that_breaks_down_is_told_as_an_end() {
    let mut pair = Pair::new(SLAB, 0);
    let (bell, waker) = Bell::new();
    let _link = pair.link(&waker);
    drop(pair.upstream);
    assert_eq!(bell.rings(), 1);
}

#[test]
fn bytes_that_nobody_takes_any_more_stay_where_they_are() {
    let mut pair = Pair::new(SLAB, 0);
    let link = pair.link(Waker::noop());
    drop(pair.downstream);
    pair.upstream.write(b"kept");
    pair.upstream.publish();
    link.unlink();
    let mut target = [0; 8];
    assert_eq!(pair.from.read(&mut target), 4);
    assert_eq!(&target[..4], b"kept");
}

#[test]
fn taken_apart_it_moves_nothing_and_both_ends_are_free() {
    let mut pair = Pair::new(SLAB, SLAB / 2);
    pair.send(&[1; 2 * SLAB]);
    let link = pair.link(Waker::noop());
    assert!(link.unlink(), "full");
    assert!(!link.is_live() && !link.unlink(), "once");
    assert_eq!(pair.consume_all().len(), SLAB);
    assert_eq!(pair.waiting(), (SLAB as u64, 0));
    let (reader, waker) = Bell::new();
    assert_eq!(pair.from.read(&mut [0; 2 * SLAB]), SLAB);
    assert!(
        pair.from
            .poll_readable(&mut Context::from_waker(&waker))
            .is_pending()
    );
    pair.send(b"more");
    assert_eq!(reader.rings(), 1);
    pair.to.write(b"by hand");
    pair.to.publish();
    assert_eq!(pair.consume_all(), b"by hand");
}

#[test]
fn taken_apart_it_is_gone() {
    for waits_for_room in [false, true] {
        let mut pair = Pair::new(SLAB, 0);
        if waits_for_room {
            pair.send(&[1; 2 * SLAB]);
        }
        let (bell, waker) = Bell::new();
        let link = pair.link(&waker);
        drop(waker);
        assert!(Arc::strong_count(&link) > 1, "it waits as a waker");
        link.unlink();
        assert_eq!(Arc::strong_count(&link), 1);
        drop(link);
        assert_eq!(Arc::strong_count(&bell), 1);
    }
}
