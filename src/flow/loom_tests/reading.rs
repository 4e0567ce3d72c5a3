//! The JS side as receiver: it looks, reads what is there, and is told when there is more.

use std::task::{Context, Poll};

use loom::thread;

use crate::flow::Readable;

use super::*;

fn readable(receiver: &mut Receiver<()>) -> Readable {
    block_on(poll_fn(|cx| receiver.poll_readable(cx)))
}

#[test]
fn a_reader_gets_all_that_a_stage_with_little_room_sends() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(2, 1));
        let ledger = Ledger::of(&sender);
        let stage = thread::spawn(move || {
            for byte in *b"abc" {
                send(&mut sender, byte).unwrap();
            }
            sender.end();
        });
        let mut seen = Vec::new();
        while let Readable::Bytes(n) = readable(&mut receiver) {
            let mut target = [0; 4];
            assert_eq!(
                receiver.read(&mut target[..n]),
                n,
                "what was promised can be read"
            );
            seen.extend_from_slice(&target[..n]);
        }
        assert_eq!(seen, b"abc");
        stage.join().unwrap();
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_reader_learns_that_the_stage_is_gone() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(2, 1));
        let ledger = Ledger::of(&sender);
        let stage = thread::spawn(move || {
            sender.write(b"a");
            sender.publish();
            drop(sender);
        });
        let mut target = [0; 4];
        while readable(&mut receiver) != Readable::Aborted {
            receiver.read(&mut target);
        }
        stage.join().unwrap();
        drop(receiver);
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_stage_said_to_wait_for_room_does_wait() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(2, 0));
        sender.write(b"ab");
        sender.publish();
        let stage = thread::spawn(move || {
            let (_bell, waker) = bell();
            let polled = sender.poll_room(&mut Context::from_waker(&waker));
            (sender, polled)
        });
        let mut target = [0];
        receiver.read(&mut target);
        receiver.read(&mut target);
        let waits = receiver.sender_is_waiting();
        let (_sender, polled) = stage.join().unwrap();
        assert!(
            !waits || matches!(polled, Poll::Pending),
            "it found room and works"
        );
    });
}

#[test]
fn a_stage_said_to_starve_has_consumed_all_that_was_published() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(2, 0));
        sender.write(b"a");
        sender.publish();
        let stage = thread::spawn(move || {
            let (_bell, waker) = bell();
            let mut cx = Context::from_waker(&waker);
            let Poll::Ready(Some(Message::Data(mut parcel))) = receiver.poll_recv(&mut cx) else {
                panic!("published bytes are there");
            };
            parcel.consume(1);
            assert!(receiver.poll_recv(&mut cx).is_pending());
            receiver
        });
        if sender.receiver_is_starving() {
            assert_eq!(sender.buffered(), Bytes::ZERO, "it works");
        }
        let _receiver = stage.join().unwrap();
        assert!(sender.receiver_is_starving());
    });
}
