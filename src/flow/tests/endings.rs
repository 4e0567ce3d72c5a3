//! The end, the abort, and either end leaving: what still arrives, and that all credit returns.

use super::*;
use crate::flow::{Closed, Readable};

#[test]
fn commands_and_the_end_keep_their_places_among_the_bytes() {
    let (mut sender, mut receiver) = channel::<u8>(marks(10, 4));
    sender.write(b"ab");
    sender.command(1);
    sender.command(2);
    sender.write(b"cd");
    sender.end();
    let mut seen = String::new();
    loop {
        match receiver.poll_recv(&mut idle()) {
            Poll::Ready(Some(Message::Data(parcel))) => seen += str::from_utf8(parcel.bytes()).unwrap(),
            Poll::Ready(Some(Message::Command(n))) => seen += &n.to_string(),
            Poll::Ready(Some(Message::End)) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, "ab12cd");
    assert!(
        receiver.poll_recv(&mut idle()).is_pending(),
        "nothing follows the end"
    );
}

#[test]
fn corked_bytes_wait_for_the_uncork() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.cork();
    sender.write(&stream(0, 3 * SLAB));
    sender.publish();
    assert!(receiver.poll_recv(&mut idle()).is_pending());
    assert_eq!(
        sender.buffered(),
        Bytes::from(3 * SLAB),
        "they count all the same"
    );
    sender.uncork();
    assert_eq!(
        receiver.poll_readable(&mut idle()),
        Poll::Ready(Readable::Bytes(3 * SLAB))
    );
}

#[test]
fn the_end_and_a_command_uncork() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.cork();
    sender.write(b"a");
    sender.command(());
    assert_eq!(parcel(&mut receiver).bytes(), b"a");
    sender.cork();
    sender.write(b"b");
    sender.end();
    assert!(matches!(
        receiver.poll_recv(&mut idle()),
        Poll::Ready(Some(Message::Command(())))
    ));
    assert_eq!(parcel(&mut receiver).bytes(), b"b");
}

#[test]
fn nothing_is_accepted_after_the_end_or_an_abort() {
    for give_up in [Sender::end, Sender::abort] {
        let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
        let gate = sender.gate();
        give_up(&mut sender);
        assert!(!sender.is_open());
        sender.write(b"a");
        sender.spare(1)[0] = b'b';
        sender.commit(1);
        sender.publish();
        sender.command(());
        sender.end();
        assert_eq!(sender.accepted(), Bytes::ZERO);
        let told = receiver.poll_recv(&mut idle());
        assert!(matches!(told, Poll::Ready(Some(Message::End) | None)), "{told:?}");
        drop((sender, receiver));
        assert!(is_settled(&gate));
    }
}

#[test]
fn an_abort_overtakes_what_is_queued() {
    let (mut sender, mut receiver) = channel::<u8>(marks(10, 4));
    sender.write(b"ab");
    sender.command(1);
    sender.write(b"cd");
    sender.abort();
    assert!(matches!(receiver.poll_recv(&mut idle()), Poll::Ready(None)));
    assert_eq!(
        receiver.poll_readable(&mut idle()),
        Poll::Ready(Readable::Aborted)
    );
    assert_eq!(receiver.read(&mut [0; 8]), 0);
    assert_eq!(sender.buffered(), Bytes::ZERO);
    assert_eq!(sender.consumed(), Bytes::ZERO, "nobody consumed it");
}

#[test]
fn a_sender_dropped_before_the_end_aborts_and_after_it_does_not() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(b"a");
    drop(sender);
    assert!(matches!(receiver.poll_recv(&mut idle()), Poll::Ready(None)));

    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(b"a");
    sender.end();
    drop(sender);
    assert_eq!(parcel(&mut receiver).bytes(), b"a");
    assert!(matches!(
        receiver.poll_recv(&mut idle()),
        Poll::Ready(Some(Message::End))
    ));
}

#[test]
fn a_sender_whose_receiver_left_is_closed_and_keeps_no_credit() {
    let (mut sender, mut receiver) = channel::<()>(marks(4, 2));
    let gate = sender.gate();
    let (bell, waker) = Bell::new();
    sender.write(&stream(0, 4));
    assert!(sender.poll_room(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(receiver.read(&mut [0; 1]), 1);
    drop(receiver);
    assert_eq!(bell.rings(), 1);
    assert_eq!(
        sender.poll_room(&mut Context::from_waker(&waker)),
        Poll::Ready(Err(Closed))
    );
    assert_eq!(sender.buffered(), Bytes::ZERO);
    sender.write(&stream(4, 3));
    sender.publish();
    assert_eq!(
        sender.buffered(),
        Bytes::ZERO,
        "what nobody will read is not kept"
    );
    assert_eq!(gate.consumed(), Bytes::new(1), "nor called consumed");
    sender.end();
    drop(sender);
    assert!(is_settled(&gate));
}

#[test]
fn forfeited_bytes_are_no_reason_to_go_on() {
    let (mut sender, receiver) = channel::<()>(marks(10, 4));
    sender.write(&stream(0, 10));
    sender.publish();
    drop(receiver);
    assert_eq!(sender.buffered(), Bytes::ZERO);
    assert!(
        !sender.is_low(),
        "a program told to go on would write to a stream that failed"
    );
}

#[test]
fn a_reader_passes_over_commands() {
    let (mut sender, mut receiver) = channel::<u8>(marks(10, 4));
    sender.command(1);
    assert!(receiver.poll_readable(&mut idle()).is_pending());
    sender.write(b"ab");
    sender.command(2);
    sender.write(b"cd");
    sender.command(3);
    sender.end();
    assert_eq!(
        receiver.poll_readable(&mut idle()),
        Poll::Ready(Readable::Bytes(4))
    );
    let mut target = [0; 4];
    assert_eq!(receiver.read(&mut target), 4);
    assert_eq!(&target, b"abcd");
    assert_eq!(receiver.poll_readable(&mut idle()), Poll::Ready(Readable::End));
}

#[test]
fn a_reader_finds_the_end_whenever_it_looks() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(b"ab");
    sender.end();
    assert_eq!(receiver.read(&mut [0; 1]), 1);
    assert_eq!(
        receiver.poll_readable(&mut idle()),
        Poll::Ready(Readable::Bytes(1)),
        "of the parcel in hand"
    );
    assert_eq!(receiver.read(&mut [0; 4]), 1);
    assert_eq!(receiver.poll_readable(&mut idle()), Poll::Ready(Readable::End));
    assert_eq!(receiver.read(&mut [0; 4]), 0);
    assert_eq!(receiver.poll_readable(&mut idle()), Poll::Ready(Readable::End));
}

#[test]
fn a_batch_ends_at_a_command_or_at_its_size() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(&stream(0, 4 * SLAB));
    sender.command(());
    sender.write(b"behind");
    sender.publish();
    let mut batch = vec![parcel(&mut receiver)];
    receiver.gather(&mut batch, 2 * SLAB);
    assert_eq!(batch.len(), 2);
    receiver.gather(&mut batch, 2 * SLAB + 1);
    assert_eq!(batch.len(), 3, "whole parcels");
    receiver.gather(&mut batch, usize::MAX);
    assert_eq!(batch.len(), 4, "up to the command");
}
