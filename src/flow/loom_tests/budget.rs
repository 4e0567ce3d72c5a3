//! A budget that two channels share: whoever waits for credit is told, once, and none of it is lost. The floor is one
//! byte, and so is the smallest lot.

use loom::thread;

use crate::flow::{Budget, channel_within};

use super::*;

fn budget(bytes: u64) -> Arc<Budget> {
    Budget::new(Bytes::new(bytes))
}

/// A channel that holds so many bytes of the budget, for its receiver to give back.
fn hoard(budget: &Arc<Budget>, bytes: &[u8]) -> (Sender<()>, Receiver<()>) {
    let (mut sender, receiver) = channel_within(budget, marks(8, 4));
    for byte in bytes {
        sender.write(&[*byte]);
    }
    sender.publish();
    (sender, receiver)
}

fn is_settled(budget: &Budget) -> bool {
    let balance = budget.balance();
    balance.used == 0 && balance.waiting == 0
}

#[test]
fn a_stage_goes_on_when_another_channel_gives_credit_back() {
    explore(|| {
        let budget = budget(5);
        let (hoarder, mut reader) = hoard(&budget, b"abc");
        let (mut sender, kept) = channel_within::<()>(&budget, marks(8, 4));
        let other = thread::spawn(move || {
            let mut target = [0; 3];
            assert_eq!(reader.read(&mut target), 3);
            (hoarder, reader)
        });
        for byte in *b"xyz" {
            send(&mut sender, byte).unwrap();
        }
        drop(other.join().unwrap());
        drop((sender, kept));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_stage_goes_on_by_its_floor_when_nobody_gives_credit_back() {
    explore(|| {
        let budget = budget(2);
        let hoarder = hoard(&budget, b"ab");
        let (mut sender, mut receiver) = channel_within::<()>(&budget, marks(8, 4));
        let stage = thread::spawn(move || {
            for byte in *b"xy" {
                send(&mut sender, byte).unwrap();
            }
            sender.end();
        });
        let mut seen = Vec::new();
        assert!(consume_all(&mut receiver, &mut seen));
        assert_eq!(seen, b"xy");
        stage.join().unwrap();
        drop((hoarder, receiver));
        assert!(is_settled(&budget));
    });
}

#[test]
fn stages_in_a_row_move_their_last_byte() {
    explore(|| {
        let budget = budget(1);
        let (mut source, mut middle) = channel_within::<()>(&budget, marks(2, 1));
        let (mut sender, mut sink) = channel_within::<()>(&budget, marks(2, 1));
        source.write(b"a");
        source.write(b"b");
        source.end();
        let stage = thread::spawn(move || {
            while let Some(Message::Data(mut parcel)) = receive(&mut middle) {
                while let [byte, ..] = *parcel.bytes() {
                    send(&mut sender, byte).unwrap();
                    parcel.consume(1);
                }
            }
            sender.end();
        });
        let mut seen = Vec::new();
        assert!(consume_all(&mut sink, &mut seen));
        assert_eq!(seen, b"ab");
        stage.join().unwrap();
        drop((source, sink));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_writer_that_waits_for_credit_is_told_once() {
    explore(|| {
        let budget = budget(4);
        let (hoarder, mut reader) = hoard(&budget, b"ab");
        let (mut writer, kept) = hoard(&budget, b"xy");
        let other = thread::spawn(move || {
            let mut target = [0; 2];
            reader.read(&mut target);
            (hoarder, reader)
        });
        let (bell, waker) = bell();
        let granted = writer.poll_credit(&waker);
        let other = other.join().unwrap();
        assert_eq!(bell.rings(), usize::from(!granted));
        assert!(writer.invites());
        drop((writer, kept, other));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_writer_whose_own_bytes_go_is_told_once() {
    explore(|| {
        let budget = budget(2);
        let hoarder = hoard(&budget, b"ab");
        let (writer, mut reader) = hoard(&budget, b"xy");
        let consumer = thread::spawn(move || {
            let mut target = [0];
            assert_eq!(reader.read(&mut target) + reader.read(&mut target), 2);
            reader
        });
        let (bell, waker) = bell();
        let granted = writer.poll_credit(&waker);
        let reader = consumer.join().unwrap();
        assert_eq!(bell.rings(), usize::from(!granted));
        assert!(writer.poll_credit(&waker));
        drop((hoarder, writer, reader));
        assert!(is_settled(&budget));
    });
}

#[test]
fn one_that_leaves_the_line_or_is_served_lets_the_next_one_on() {
    explore(|| {
        let budget = budget(4);
        let (hoarder, mut reader) = hoard(&budget, b"ab");
        let (first, first_reader) = hoard(&budget, b"x");
        let (second, second_reader) = hoard(&budget, b"y");
        let (_, waker) = bell();
        let first_waits = !first.poll_credit(&waker);
        let (second_bell, waker) = bell();
        let second_waits = !second.poll_credit(&waker);
        assert!(first_waits && second_waits);
        let leaver = thread::spawn(move || drop((first, first_reader)));
        let mut target = [0; 2];
        reader.read(&mut target);
        leaver.join().unwrap();
        assert_eq!(second_bell.rings(), 1);
        drop((hoarder, reader, second, second_reader));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_larger_budget_meets_a_stage_that_comes_to_wait() {
    explore(|| {
        let budget = budget(2);
        let hoarder = hoard(&budget, b"ab");
        let (mut sender, kept) = channel_within::<()>(&budget, marks(8, 4));
        let setter = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || budget.set_limit(crate::flow::UNLIMITED).unwrap())
        };
        send(&mut sender, b'x').unwrap();
        send(&mut sender, b'y').unwrap();
        setter.join().unwrap();
        drop((hoarder, sender, kept));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_smaller_budget_meets_a_stage_that_sends() {
    explore(|| {
        let budget = budget(8);
        let (mut sender, mut receiver) = channel_within::<()>(&budget, marks(8, 4));
        let setter = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || budget.set_limit(Bytes::new(2)))
        };
        let stage = thread::spawn(move || {
            for byte in *b"abc" {
                send(&mut sender, byte).unwrap();
            }
            sender.end();
            sender
        });
        let mut seen = Vec::new();
        assert!(consume_all(&mut receiver, &mut seen));
        assert_eq!(seen, b"abc");
        let sender = stage.join().unwrap();
        let limit = if setter.join().unwrap().is_ok() { 2 } else { 8 };
        assert_eq!(budget.balance().limit, limit);
        drop((sender, receiver));
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_stage_that_waits_for_credit_learns_that_its_receiver_left() {
    explore(|| {
        let budget = budget(2);
        let hoarder = hoard(&budget, b"ab");
        let (mut sender, receiver) = channel_within::<()>(&budget, marks(8, 4));
        let stage = thread::spawn(move || while send(&mut sender, b'x').is_ok() {});
        drop(receiver);
        stage.join().unwrap();
        drop(hoarder);
        assert!(is_settled(&budget));
    });
}

#[test]
fn a_stage_said_to_wait_for_credit_does_wait() {
    explore(|| {
        let budget = budget(2);
        let hoarder = hoard(&budget, b"ab");
        let (mut sender, mut receiver) = channel_within::<()>(&budget, marks(8, 4));
        sender.write(b"x");
        let stage = thread::spawn(move || {
            let (bell, waker) = bell();
            let polled = sender.poll_room(&mut std::task::Context::from_waker(&waker));
            (sender, polled.is_pending(), bell)
        });
        let waits = receiver.sender_is_waiting();
        let mut target = [0];
        let read = receiver.read(&mut target);
        let (sender, pending, bell) = stage.join().unwrap();
        assert!(!waits || pending, "it found credit and works");
        assert!(
            !pending || read == 0 || bell.rings() == 1,
            "its own byte was consumed"
        );
        drop((hoarder, sender, receiver));
        assert!(is_settled(&budget));
    });
}
