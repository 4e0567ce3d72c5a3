//! A sender that awaits room, as a stage does, against the two things that a receiver can do about it.

use loom::thread;

use super::*;

#[test]
fn a_sender_that_awaits_room_sends_all_to_a_receiver_that_consumes() {
    // The low mark on the high one, and no room at all, still let a byte through at a time.
    for (high, low, bytes) in [(1, 0, 2), (2, 1, 3), (1, 1, 2), (0, 0, 2)] {
        explore(move || {
            let (mut sender, mut receiver) = channel::<()>(marks(high, low));
            let ledger = Ledger::of(&sender);
            let stage = thread::spawn(move || {
                for byte in &b"abc"[..bytes] {
                    send(&mut sender, *byte).unwrap();
                }
                sender.end();
            });
            let mut seen = Vec::new();
            assert!(consume_all(&mut receiver, &mut seen));
            assert_eq!(seen, b"abc"[..bytes]);
            stage.join().unwrap();
            assert!(receiver.snapshot().peak <= high.max(1));
            assert!(ledger.is_settled());
        });
    }
}

#[test]
fn a_sender_that_awaits_room_learns_that_the_receiver_left() {
    explore(|| {
        let (mut sender, receiver) = channel::<()>(marks(1, 0));
        let ledger = Ledger::of(&sender);
        let stage = thread::spawn(move || while send(&mut sender, b'a').is_ok() {});
        drop(receiver);
        stage.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_receiver_that_leaves_half_way_strands_neither_the_sender_nor_credit() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(2, 1));
        let ledger = Ledger::of(&sender);
        let stage = thread::spawn(move || while send(&mut sender, b'a').is_ok() {});
        let Some(Message::Data(mut parcel)) = receive(&mut receiver) else {
            panic!("the sender publishes when it waits");
        };
        parcel.consume(1);
        drop(receiver);
        drop(parcel);
        stage.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_receiver_that_waits_is_told_of_what_is_published() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<u8>(marks(8, 4));
        let program = thread::spawn(move || {
            sender.write(b"a");
            sender.publish();
            sender.write(b"b");
            sender.publish();
            sender.command(7);
            // Kept: its drop would be a wake of its own.
            sender
        });
        let mut seen = Vec::new();
        loop {
            match receive(&mut receiver) {
                Some(Message::Data(mut parcel)) => {
                    seen.extend_from_slice(parcel.bytes());
                    parcel.consume(usize::MAX);
                }
                Some(Message::Command(command)) => break assert_eq!(command, 7),
                _ => panic!("neither ended nor given up"),
            }
        }
        assert_eq!(seen, b"ab");
        program.join().unwrap();
    });
}

#[test]
fn the_end_comes_after_all_bytes() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let program = thread::spawn(move || {
            sender.write(b"abc");
            sender.end();
        });
        let mut seen = Vec::new();
        assert!(consume_all(&mut receiver, &mut seen));
        assert_eq!(seen, b"abc");
        program.join().unwrap();
        assert_eq!(receiver.snapshot().buffered, 0);
    });
}

#[test]
fn a_receiver_that_lingers_is_told_of_whatever_comes() {
    for gives_up in [false, true] {
        explore(move || {
            let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
            let program = thread::spawn(move || {
                sender.write(b"a");
                sender.publish();
                if gives_up {
                    sender.abort()
                } else {
                    sender.end()
                }
                // Kept: its drop would be a wake of its own.
                sender
            });
            block_on(poll_fn(|cx| receiver.poll_arrival(cx)));
            let mut batch = Vec::new();
            receiver.gather(&mut batch, 1);
            let bytes: Vec<u8> = batch.iter().flat_map(|parcel| parcel.bytes()).copied().collect();
            assert!(bytes == b"a" || gives_up && bytes.is_empty(), "{bytes:?}");
            block_on(poll_fn(|cx| receiver.poll_arrival(cx)));
            program.join().unwrap();
        });
    }
}
