//! A receiver that stops in the middle, and a sender that takes back what it left.

use loom::thread;

use super::*;

#[test]
fn what_a_receiver_left_comes_back_in_order() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        sender.write(b"ab");
        sender.publish();
        let stage = thread::spawn(move || {
            let Some(Message::Data(mut parcel)) = receive(&mut receiver) else {
                panic!("published bytes are there");
            };
            parcel.consume(1);
            receiver.put_back(parcel);
            receiver
        });
        sender.write(b"cd");
        sender.publish();
        let mut receiver = stage.join().unwrap();
        assert_eq!(sender.reclaim(), b"bcd");
        assert_eq!(sender.consumed(), Bytes::new(1));
        sender.end();
        assert!(matches!(receive(&mut receiver), Some(Message::End)));
        assert!(ledger.is_settled());
    });
}

#[test]
fn a_receiver_that_waits_for_bytes_to_go_learns_of_it() {
    explore(|| {
        let (mut sender, mut receiver) = channel::<()>(marks(8, 4));
        let ledger = Ledger::of(&sender);
        sender.write(b"ab");
        sender.publish();
        let stage = thread::spawn(move || {
            let last = block_on(poll_fn(|cx| receiver.poll_recv_no_bytes(cx)));
            assert!(matches!(last, Some(Message::End)));
        });
        assert_eq!(sender.reclaim(), b"ab");
        sender.end();
        stage.join().unwrap();
        assert!(ledger.is_settled());
    });
}
