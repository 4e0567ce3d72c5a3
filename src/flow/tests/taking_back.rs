//! What a receiver leaves is the sender's again: in order, whole, and neither consumed nor counted any more.

use super::*;

#[test]
fn all_that_is_not_taken_comes_back_in_order() {
    let (mut sender, mut receiver) = channel::<()>(marks(10 * SLAB, SLAB));
    let gate = sender.gate();
    sender.write(&stream(0, 2 * SLAB + 10));
    sender.publish();
    sender.write(&stream(2 * SLAB + 10, SLAB + 5));
    let mut front = parcel(&mut receiver);
    front.consume(7);
    receiver.put_back(front);
    assert_eq!(sender.buffered(), Bytes::from(3 * SLAB + 15 - 7));
    assert!(sender.reclaim() == stream(7, 3 * SLAB + 15 - 7));
    assert_eq!(sender.buffered(), Bytes::ZERO);
    assert_eq!(
        sender.consumed(),
        Bytes::new(7),
        "what came back was not consumed"
    );
    assert!(is_settled(&gate));
    assert!(sender.reclaim().is_empty());
}

#[test]
fn commands_and_the_end_stay_where_they_are() {
    let (mut sender, mut receiver) = channel::<u8>(marks(10, 4));
    sender.write(b"ab");
    sender.command(1);
    sender.write(b"cd");
    sender.end();
    assert_eq!(sender.reclaim(), b"abcd");
    assert!(matches!(
        receiver.poll_recv(&mut idle()),
        Poll::Ready(Some(Message::Command(1)))
    ));
    assert!(matches!(
        receiver.poll_recv(&mut idle()),
        Poll::Ready(Some(Message::End))
    ));
}

#[test]
fn a_receiver_that_wants_no_bytes_leaves_them() {
    let (mut sender, mut receiver) = channel::<u8>(marks(10, 4));
    let (bell, waker) = Bell::new();
    let mut cx = Context::from_waker(&waker);
    sender.command(1);
    sender.write(b"ab");
    sender.end();
    assert!(matches!(
        receiver.poll_recv_no_bytes(&mut cx),
        Poll::Ready(Some(Message::Command(1)))
    ));
    assert!(receiver.poll_recv_no_bytes(&mut cx).is_pending());
    assert_eq!(sender.reclaim(), b"ab");
    assert_eq!(bell.rings(), 1, "it is told that they are gone");
    assert!(matches!(
        receiver.poll_recv_no_bytes(&mut cx),
        Poll::Ready(Some(Message::End))
    ));
}

#[test]
fn nothing_is_put_back_for_a_sender_that_gave_up() {
    let (mut sender, mut receiver) = channel::<()>(marks(10, 4));
    let gate = sender.gate();
    sender.write(b"abc");
    sender.publish();
    let front = parcel(&mut receiver);
    sender.abort();
    receiver.put_back(front);
    assert!(is_settled(&gate));
    assert!(matches!(receiver.poll_recv(&mut idle()), Poll::Ready(None)));
}
