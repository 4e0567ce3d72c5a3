//! An abort meets a receiver that works or waits; and whatever is lost, its credit is not.

use loom::thread;

use super::*;

#[test]
fn a_receiver_that_consumes_or_waits_learns_of_an_abort() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        let program = thread::spawn(move || {
            sender.write(b"ab");
            sender.publish();
            sender.write(b"c");
            sender.abort();
        });
        let mut seen = Vec::new();
        assert!(!consume_all(&mut receiver, &mut seen));
        assert!(seen.is_empty() || seen == b"ab", "{seen:?}");
        program.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_receiver_that_waits_for_an_abort_alone_learns_of_it() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let program = thread::spawn(move || {
            sender.write(b"a");
            sender.publish();
            sender.abort();
        });
        block_on(poll_fn(|cx| receiver.poll_aborted(cx)));
        assert!(receive(&mut receiver).is_none());
        program.join().unwrap();
    });
}

#[test]
fn an_abort_after_the_end_is_learnt_of() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let program = thread::spawn(move || {
            sender.write(b"a");
            sender.end();
            sender.abort();
        });
        let mut seen = Vec::new();
        if consume_all(&mut receiver, &mut seen) {
            assert_eq!(seen, b"a");
        }
        block_on(poll_fn(|cx| receiver.poll_aborted(cx)));
        program.join().unwrap();
    });
}

#[test]
fn a_receiver_that_took_the_end_learns_that_the_sender_is_gone() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let program = thread::spawn(move || {
            sender.write(b"a");
            sender.end();
        });
        let mut seen = Vec::new();
        assert!(consume_all(&mut receiver, &mut seen), "the end comes first");
        assert_eq!(seen, b"a");
        block_on(poll_fn(|cx| receiver.poll_left(cx)));
        program.join().unwrap();
    });
}

#[test]
fn a_sender_that_drops_gives_up_and_back_what_it_had_not_published() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        sender.write(b"abc");
        sender.cork();
        sender.write(b"de");
        let program = thread::spawn(move || drop(sender));
        let mut seen = Vec::new();
        assert!(!consume_all(&mut receiver, &mut seen));
        program.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn credit_returns_when_both_ends_leave_at_once() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        sender.write(b"abc");
        sender.publish();
        let mut target = [0];
        assert_eq!(receiver.read(&mut target), 1);
        let program = thread::spawn(move || {
            sender.write(b"d");
            sender.publish();
            sender.write(b"e");
        });
        // In the middle of a parcel.
        drop(receiver);
        program.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn the_end_meets_a_receiver_that_leaves() {
    explore(|| {
        let (mut sender, receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        let program = thread::spawn(move || {
            sender.write(b"abc");
            sender.end();
        });
        drop(receiver);
        program.join().unwrap();
        assert!(ledger.is_settled());
    });
}
