//! Slabs: how many a channel takes, that they come back, and that one never shows what another held.

use super::*;
use crate::flow::Readable;

#[test]
fn what_waits_fills_its_slabs_however_small_the_pieces() {
    for piece in [1, 100, SLAB / 2 - 1, SLAB / 2 + 1, SLAB - 1] {
        let (mut sender, mut receiver) = channel::<()>(marks(8 * SLAB, SLAB));
        let pieces = 8 * SLAB / piece;
        for n in 0..pieces {
            sender.write(&stream(n * piece, piece));
            sender.publish();
        }
        let mut slabs = Vec::new();
        receiver.gather(&mut slabs, usize::MAX);
        assert!(
            slabs.len() <= 16,
            "{} slabs for {piece} bytes at a time",
            slabs.len()
        );
        let bytes: Vec<u8> = slabs.iter().flat_map(|parcel| parcel.bytes().to_vec()).collect();
        assert_eq!(bytes, stream(0, pieces * piece), "{piece}");
        drop(slabs);
        assert_eq!(sender.buffered(), Bytes::ZERO);
    }
}

#[test]
fn bytes_that_join_a_parcel_that_waits_are_counted_once() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    for n in 0..3 {
        sender.write(&stream(n, 1));
        sender.publish();
    }
    assert_eq!(sender.buffered(), Bytes::new(3));
    assert_eq!(
        receiver.poll_readable(&mut idle()),
        Poll::Ready(Readable::Bytes(3))
    );
    let mut parcel = parcel(&mut receiver);
    assert_eq!(parcel.bytes(), stream(0, 3));
    parcel.consume(2);
    sender.write(&stream(3, 1));
    sender.publish();
    assert_eq!(
        parcel.bytes(),
        stream(2, 1),
        "what is being consumed does not grow"
    );
    drop(parcel);
    assert_eq!(sender.buffered(), Bytes::new(1));
    assert_eq!(sender.consumed(), Bytes::new(2));
}

#[test]
fn an_idle_sender_keeps_no_slab() {
    let (mut sender, _receiver) = channel::<()>(marks(10, 4));
    assert!(sender.is_clean());
    assert!(!sender.spare(1).is_empty());
    sender.commit(0);
    assert!(sender.is_clean(), "an empty slab is nothing to publish");
    sender.publish();
    assert!(sender.open.is_none());
    sender.write(b"a");
    assert!(!sender.is_clean());
    sender.publish();
    assert!(sender.is_clean() && sender.open.is_none());
}

#[test]
fn memory_to_read_into_is_kept_until_it_is_published_or_given_up() {
    let (mut sender, mut receiver) = channel::<()>(marks(4 * SLAB, SLAB));
    assert_eq!(sender.spares(2 * SLAB + 1).len(), 3);
    sender.commit_spares(0);
    assert!(sender.further.is_empty() && sender.is_clean());
    assert_eq!(sender.spares(SLAB + 1).len(), 2);
    sender.commit_spares(SLAB + 1);
    assert!(receiver.is_empty(), "not before it is published");
    sender.publish();
    assert_eq!(parcel(&mut receiver).bytes().len(), SLAB);
    assert_eq!(parcel(&mut receiver).bytes().len(), 1);
    for leave in [Sender::publish, Sender::abort] {
        assert_eq!(sender.spares(SLAB + 1).len(), 2);
        leave(&mut sender);
        assert!(sender.open.is_none() && sender.further.is_empty());
    }
}

#[test]
fn spare_memory_is_as_large_as_asked_for() {
    let (mut sender, mut receiver) = channel::<()>(marks(4 * SLAB, SLAB));
    assert_eq!(sender.spare(usize::MAX).len(), SLAB);
    sender.spare(1)[..3].copy_from_slice(&stream(0, 3));
    sender.commit(3);
    assert_eq!(sender.spare(SLAB - 3).len(), SLAB - 3, "the same slab");
    assert_eq!(sender.spare(SLAB - 2).len(), SLAB, "a new one");
    assert_eq!(parcel(&mut receiver).bytes(), stream(0, 3), "the old one is sent");
}

#[test]
fn no_more_is_committed_than_there_was_space_for() {
    let (mut sender, receiver) = channel::<()>(marks(10, 4));
    let gate = sender.gate();
    sender.commit(1);
    assert_eq!(sender.accepted(), Bytes::ZERO, "no space was given");
    sender.spare(1);
    sender.commit(usize::MAX);
    assert_eq!(sender.accepted(), Bytes::from(SLAB));
    drop((sender, receiver));
    assert!(is_settled(&gate));
}

#[test]
fn a_slab_that_is_used_again_shows_only_what_its_new_stream_wrote() {
    let (mut sender, mut receiver) = channel::<()>(marks(100 * SLAB, SLAB));
    sender.write(&vec![0xaa; 4 * SLAB]);
    sender.publish();
    let mut before = Vec::new();
    receiver.gather(&mut before, usize::MAX);
    drop((before, sender, receiver));

    let (mut sender, mut receiver) = channel::<()>(marks(100 * SLAB, SLAB));
    for n in 0..8 {
        sender.write(&[n]);
        sender.command(());
    }
    for n in 0..8 {
        assert_eq!(parcel(&mut receiver).bytes(), [n]);
        assert!(matches!(
            receiver.poll_recv(&mut idle()),
            Poll::Ready(Some(Message::Command(())))
        ));
    }
    let mut target = [0x55; 16];
    assert_eq!(receiver.read(&mut target), 0);
    assert_eq!(target, [0x55; 16]);
}
