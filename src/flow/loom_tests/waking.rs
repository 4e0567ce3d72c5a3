//! `wake_at` against `consume`: every drain is told of, and told of once.

use loom::thread;

use super::*;

/// A sender of two bytes that both wait to be consumed, and their consumer.
fn two_bytes() -> (Sender<()>, Receiver<()>) {
    let (mut sender, receiver) = channel(marks(2, 0));
    sender.write(b"ab");
    sender.publish();
    (sender, receiver)
}

fn consume_both(mut receiver: Receiver<()>) -> Receiver<()> {
    let Some(Message::Data(mut parcel)) = receive(&mut receiver) else {
        panic!("published bytes are there");
    };
    parcel.consume(1);
    parcel.consume(1);
    receiver
}

#[test]
fn a_sender_that_asks_is_told_once_or_sees_that_it_is_consumed() {
    explore(|| {
        let (sender, receiver) = two_bytes();
        let consumer = thread::spawn(move || consume_both(receiver));
        let (bell, waker) = bell();
        let promised = sender.wake_when_consumed(sender.low_position(), &waker);
        // Kept until the end: a receiver that leaves wakes, too.
        let _receiver = consumer.join().unwrap();
        assert_eq!(bell.rings(), usize::from(promised));
    });
}

#[test]
fn a_sender_that_asks_for_a_later_position_is_told_of_it() {
    explore(|| {
        let (sender, receiver) = two_bytes();
        let consumer = thread::spawn(move || consume_both(receiver));
        let (bell, waker) = bell();
        let first = sender.wake_when_consumed(Bytes::new(1), &waker);
        // Told of the first position late, a sender finds the second not consumed, and asks again.
        block_on(poll_fn(|cx| {
            if sender.wake_when_consumed(Bytes::new(2), cx.waker()) {
                std::task::Poll::Pending
            } else {
                std::task::Poll::Ready(())
            }
        }));
        let _receiver = consumer.join().unwrap();
        assert!(bell.rings() <= usize::from(first));
        assert_eq!(sender.consumed(), Bytes::new(2));
    });
}

#[test]
fn a_sender_that_asks_for_an_earlier_position_is_told_of_it() {
    explore(|| {
        let (sender, receiver) = two_bytes();
        let consumer = thread::spawn(move || consume_both(receiver));
        let (bell, waker) = bell();
        let later = sender.wake_when_consumed(Bytes::new(2), &waker);
        let earlier = sender.wake_when_consumed(Bytes::new(1), &waker);
        let _receiver = consumer.join().unwrap();
        let rings = bell.rings();
        assert!(rings >= usize::from(earlier), "lost");
        assert!(rings <= usize::from(later) + usize::from(earlier), "twice");
    });
}

#[test]
fn a_receiver_that_leaves_wakes_a_sender_that_asked() {
    explore(|| {
        let (sender, receiver) = two_bytes();
        let (bell, waker) = bell();
        assert!(sender.wake_when_consumed(sender.low_position(), &waker));
        let consumer = thread::spawn(move || drop(receiver));
        consumer.join().unwrap();
        assert_eq!(bell.rings(), 1);
    });
}
