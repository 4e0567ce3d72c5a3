//! Room: how much may be sent, when it is told, and how the two ends see each other wait.

use super::*;

#[test]
fn the_marks_are_where_a_sender_stops_and_goes_on() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(&stream(0, 9));
    assert!(sender.has_room() && !sender.is_low());
    sender.write(&stream(9, 1));
    assert!(!sender.has_room(), "full at the high mark");
    sender.publish();
    let mut parcel = parcel(&mut receiver);
    parcel.consume(5);
    assert!(sender.has_room() && !sender.is_low());
    parcel.consume(1);
    assert!(sender.is_low(), "low at the low mark");
}

#[test]
fn a_low_mark_above_the_high_one_is_lowered_to_it() {
    assert_eq!(marks(3, 9).low(), Bytes::new(3));
}

#[test]
fn room_is_what_is_left_below_the_high_mark() {
    let (mut sender, _receiver) = channel::<()>(marks(10, 4));
    assert_eq!(sender.poll_room(&mut idle()), Poll::Ready(Ok(10)));
    sender.write(&stream(0, 7));
    assert_eq!(sender.poll_room(&mut idle()), Poll::Ready(Ok(3)));
}

#[test]
fn a_sender_without_room_publishes_and_is_woken_at_the_low_mark() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    sender.write(&stream(0, 10));
    assert!(sender.poll_room(&mut Context::from_waker(&waker)).is_pending());
    let mut parcel = parcel(&mut receiver);
    parcel.consume(5);
    assert_eq!(bell.rings(), 0, "not at 5 left");
    parcel.consume(1);
    assert_eq!(bell.rings(), 1, "at 4 left");
    parcel.consume(4);
    assert_eq!(bell.rings(), 1, "once");
    assert_eq!(
        sender.poll_room(&mut Context::from_waker(&waker)),
        Poll::Ready(Ok(10))
    );
}

#[test]
fn a_sender_that_needs_much_room_is_woken_when_there_is_as_much() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    let mut cx = Context::from_waker(&waker);
    sender.write(&stream(0, 3));
    assert_eq!(sender.room_for(7), Some(7));
    assert_eq!(sender.room_for(8), None);
    assert!(sender.poll_room_for(8, &mut cx).is_pending());
    assert!(receiver.sender_is_waiting());
    let mut first = parcel(&mut receiver);
    first.consume(1);
    assert_eq!(bell.rings(), 1, "at 2 left, below the low mark");
    assert_eq!(sender.poll_room_for(8, &mut cx), Poll::Ready(Ok(8)));
    assert!(
        sender.poll_room_for(11, &mut cx).is_pending(),
        "more than there can be"
    );
    first.consume(2);
    assert_eq!(bell.rings(), 2, "when nothing is left");
    assert_eq!(sender.poll_room_for(11, &mut cx), Poll::Ready(Ok(10)));
    sender.write(&stream(3, 10));
    assert!(sender.poll_room_for(2, &mut cx).is_pending());
    parcel(&mut receiver).consume(5);
    assert_eq!(bell.rings(), 2, "not above the low mark");
}

#[test]
fn a_sender_waits_until_there_is_room_whatever_the_marks() {
    for (high, low) in [(0, 0), (1, 0), (1, 1), (8, 8), (8, 7)] {
        let (mut sender, mut receiver) = channel::<()>(marks(high, low));
        let (bell, waker) = Bell::new();
        sender.write(&stream(0, high.max(1)));
        assert!(sender.poll_room(&mut Context::from_waker(&waker)).is_pending());
        let mut parcel = parcel(&mut receiver);
        assert_eq!(bell.rings(), 0, "{high} {low}");
        parcel.consume(1);
        assert_eq!(bell.rings(), 1, "{high} {low}");
        let room = sender.poll_room(&mut Context::from_waker(&waker));
        assert!(matches!(room, Poll::Ready(Ok(1..))), "{high} {low}");
    }
}

#[test]
fn a_sender_that_found_room_by_itself_is_not_said_to_wait() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 2));
    let (bell, waker) = Bell::new();
    sender.write(&stream(0, 10));
    assert!(!receiver.sender_is_waiting());
    assert!(sender.poll_room(&mut Context::from_waker(&waker)).is_pending());
    assert!(receiver.sender_is_waiting());
    parcel(&mut receiver).consume(5);
    // Polled without having been woken, as an executor may.
    assert_eq!(
        sender.poll_room(&mut Context::from_waker(&waker)),
        Poll::Ready(Ok(10))
    );
    assert!(!receiver.sender_is_waiting());
    assert_eq!(bell.rings(), 0);
}

#[test]
fn a_sender_that_is_told_to_go_on_is_not_said_to_wait() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    sender.write(&stream(0, 10));
    assert!(sender.poll_room(&mut idle()).is_pending());
    let mut target = [0; 5];
    receiver.read(&mut target);
    assert!(receiver.sender_is_waiting(), "5 left");
    receiver.read(&mut target[..1]);
    assert!(!receiver.sender_is_waiting(), "4 left");
}

#[test]
fn a_receiver_is_said_to_starve_from_its_wait_to_the_next_message() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    assert!(!sender.receiver_is_starving());
    assert!(receiver.poll_recv(&mut Context::from_waker(&waker)).is_pending());
    assert!(sender.receiver_is_starving());
    sender.write(b"a");
    assert_eq!(bell.rings(), 0, "not published");
    assert!(sender.receiver_is_starving());
    sender.publish();
    assert_eq!(bell.rings(), 1);
    assert!(!sender.receiver_is_starving());
}

#[test]
fn a_receiver_that_waits_for_an_abort_alone_is_not_said_to_starve() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    assert!(
        receiver
            .poll_aborted(&mut Context::from_waker(&waker))
            .is_pending()
    );
    assert!(!sender.receiver_is_starving());
    sender.write(b"a");
    sender.publish();
    assert_eq!(bell.rings(), 0, "bytes are no reason to wake it");
    sender.abort();
    assert_eq!(bell.rings(), 1);
}

#[test]
fn the_position_asked_for_last_is_the_one_told_of() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    sender.write(&stream(0, 10));
    sender.publish();
    let mut parcel = parcel(&mut receiver);
    assert!(sender.wake_when_consumed(Bytes::new(3), &waker));
    assert!(sender.wake_when_consumed(Bytes::new(8), &waker));
    parcel.consume(7);
    assert_eq!(bell.rings(), 0);
    parcel.consume(1);
    assert_eq!(bell.rings(), 1);
    assert!(
        !sender.wake_when_consumed(Bytes::new(8), &waker),
        "consumed already"
    );
}

#[test]
fn a_receiver_with_something_to_do_meanwhile_is_woken_and_not_said_to_starve() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let (bell, waker) = Bell::new();
    let mut cx = Context::from_waker(&waker);
    assert!(receiver.poll_recv_at_work(&mut cx).is_pending());
    assert!(!sender.receiver_is_starving());
    sender.write(b"a");
    sender.publish();
    assert_eq!(bell.rings(), 1);
    parcel(&mut receiver).consume(1);
    assert!(receiver.poll_recv(&mut cx).is_pending());
    assert!(sender.receiver_is_starving());
    assert!(receiver.poll_recv_at_work(&mut cx).is_pending());
    assert!(!sender.receiver_is_starving(), "it has found something to do");
    sender.abort();
    assert_eq!(bell.rings(), 2);
}
