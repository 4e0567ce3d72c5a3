//! A budget: who may send, who waits, in what order they go on, and that no credit is lost.

use std::thread;
use std::time::Duration;

use super::*;
use crate::flow::{Budget, FLOOR, Splice, UNLIMITED, channel_within};

const KIB: usize = 1024;
const FLOOR_BYTES: usize = FLOOR as usize;

fn budget(bytes: usize) -> Arc<Budget> {
    Budget::new(Bytes::from(bytes))
}

fn open(budget: &Arc<Budget>) -> (Sender<()>, Receiver<()>) {
    channel_within(budget, marks(1 << 20, 1 << 19))
}

/// Writes, publishes, and says whether the program may go on.
fn write(sender: &mut Sender<()>, n: usize) -> bool {
    sender.write(&stream(0, n));
    let invited = sender.invites();
    sender.publish();
    invited
}

fn consume(receiver: &mut Receiver<()>, mut n: usize) {
    while n > 0 {
        let read = receiver.read(&mut vec![0; n.min(SLAB)]);
        assert!(read > 0, "not there");
        n -= read;
    }
}

/// A channel that holds `n` bytes of small writes, of which nobody takes any until the test does.
fn hoard(budget: &Arc<Budget>, n: usize) -> (Sender<()>, Receiver<()>) {
    let (mut sender, receiver) = open(budget);
    (0..n / KIB).for_each(|_| sender.write(&stream(0, KIB)));
    sender.publish();
    (sender, receiver)
}

#[test]
fn a_spent_budget_stops_a_sender_whatever_its_own_mark() {
    let budget = budget(64 * KIB);
    let (mut sender, _receiver) = open(&budget);
    assert!(write(&mut sender, 20 * KIB));
    assert!(write(&mut sender, 20 * KIB));
    assert!(!write(&mut sender, 20 * KIB), "no room for a fourth one");
    assert!(sender.has_room(), "its own mark is far");
    assert_eq!(budget.balance().used, 60 * KIB as u64);
}

#[test]
fn a_budget_counts_what_waits_and_forgets_what_is_consumed() {
    let budget = Budget::new(UNLIMITED);
    let (mut sender, mut receiver) = open(&budget);
    assert_eq!(budget.balance().used, 0);
    write(&mut sender, 100 * KIB);
    assert_eq!(budget.balance().used, 100 * KIB as u64);
    consume(&mut receiver, 60 * KIB);
    assert_eq!(budget.balance().used, 40 * KIB as u64);
    consume(&mut receiver, 40 * KIB);
    assert_eq!(budget.balance().used, 0);
    assert!(budget.balance().peak >= 100 * KIB as u64);
}

#[test]
fn credit_comes_back_while_a_parcel_is_consumed() {
    let budget = Budget::new(UNLIMITED);
    let (mut sender, mut receiver) = open(&budget);
    write(&mut sender, SLAB);
    let mut parcel = parcel(&mut receiver);
    for n in 1..=SLAB {
        parcel.consume(1);
        let used = budget.balance().used as usize;
        assert!(
            (SLAB - n..SLAB - n + FLOOR_BYTES).contains(&used),
            "{used} after {n}"
        );
    }
}

#[test]
fn every_channel_may_send_its_floor_when_all_is_spent() {
    let budget = budget(64 * KIB);
    let _all = hoard(&budget, 64 * KIB);
    let (mut sender, mut receiver) = open(&budget);
    let (bell, waker) = Bell::new();
    let mut cx = Context::from_waker(&waker);
    for _ in 0..3 {
        assert_eq!(sender.poll_room(&mut cx), Poll::Ready(Ok(FLOOR_BYTES)));
        sender.write(&stream(0, FLOOR_BYTES));
        assert!(sender.poll_room(&mut cx).is_pending());
        assert!(sender.awaits_credit() && receiver.sender_is_waiting());
        let before = bell.rings();
        consume(&mut receiver, FLOOR_BYTES - 1);
        assert_eq!(bell.rings(), before);
        consume(&mut receiver, 1);
        assert_eq!(bell.rings(), before + 1, "told when all of its own is gone");
    }
}

#[test]
fn a_writer_without_credit_goes_on_when_its_own_bytes_are_gone() {
    let budget = budget(64 * KIB);
    let _all = hoard(&budget, 64 * KIB);
    let (mut sender, mut receiver) = open(&budget);
    let (bell, waker) = Bell::new();
    assert!(!write(&mut sender, 10 * KIB), "accepted, though beyond the limit");
    assert_eq!(budget.balance().used, 74 * KIB as u64);
    assert!(!sender.poll_credit(&waker));
    consume(&mut receiver, 9 * KIB);
    assert_eq!(bell.rings(), 0);
    consume(&mut receiver, KIB);
    assert_eq!(bell.rings(), 1);
    assert!(sender.poll_credit(&waker));
}

#[test]
fn those_who_wait_go_on_in_the_order_in_which_they_came() {
    let budget = budget(128 * KIB);
    let (_all, mut reader) = hoard(&budget, 96 * KIB);
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let (mut sender, receiver) = open(&budget);
        let (bell, waker) = Bell::new();
        write(&mut sender, 20 * KIB);
        if !sender.poll_credit(&waker) {
            waiting.push((sender, receiver, bell));
        }
    }
    assert_eq!(waiting.len(), 4);
    assert_eq!(budget.balance().waiting, 4);
    let mut order = Vec::new();
    for _ in 0..96 {
        consume(&mut reader, KIB);
        let told = waiting
            .iter()
            .map(|(_, _, bell)| bell.rings())
            .collect::<Vec<_>>();
        if order.last() != Some(&told) {
            order.push(told);
        }
    }
    // Never two at once: what comes back is enough for one at a time.
    assert_eq!(
        order,
        [[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0]],
        "and the others wait for more than there was"
    );
}

#[test]
fn nobody_takes_what_comes_back_past_those_who_wait() {
    let budget = budget(64 * KIB);
    let (_all, mut reader) = hoard(&budget, 64 * KIB);
    let (mut first, _kept) = open(&budget);
    let (bell, waker) = Bell::new();
    write(&mut first, 30 * KIB);
    assert!(!first.poll_credit(&waker));
    let (mut late, _late_reader) = open(&budget);
    // Room for the late one's next write, but not for the one of the first.
    consume(&mut reader, 56 * KIB);
    assert_eq!(bell.rings(), 0);
    assert!(!write(&mut late, 5 * KIB));
}

#[test]
fn what_a_writer_gets_back_is_for_its_own_next_write_first() {
    let budget = budget(64 * KIB);
    let _all = hoard(&budget, 50 * KIB);
    let (mut first, _kept) = open(&budget);
    let (first_bell, waker) = Bell::new();
    write(&mut first, 10 * KIB);
    assert!(!first.poll_credit(&waker));
    let (mut second, mut reader) = open(&budget);
    let (second_bell, waker) = Bell::new();
    write(&mut second, 10 * KIB);
    write(&mut second, 10 * KIB);
    assert!(!second.poll_credit(&waker));
    consume(&mut reader, 12 * KIB);
    assert_eq!((first_bell.rings(), second_bell.rings()), (0, 1));
}

#[test]
fn a_larger_budget_lets_those_go_on_for_whom_there_is_room_now() {
    let budget = budget(64 * KIB);
    let _all = hoard(&budget, 64 * KIB);
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let (mut sender, receiver) = open(&budget);
        let (bell, waker) = Bell::new();
        write(&mut sender, 16 * KIB);
        assert!(!sender.poll_credit(&waker));
        waiting.push((sender, receiver, bell));
    }
    budget.set_limit(Bytes::from(150 * KIB)).unwrap();
    let rings = waiting
        .iter()
        .map(|(_, _, bell)| bell.rings())
        .collect::<Vec<_>>();
    assert_eq!(rings, [1, 1, 0]);
    budget.set_limit(UNLIMITED).unwrap();
    assert_eq!(waiting[2].2.rings(), 1);
}

#[test]
fn a_budget_below_what_is_used_is_refused() {
    let budget = budget(64 * KIB);
    let (_sender, _receiver) = hoard(&budget, 50 * KIB);
    assert_eq!(
        budget.set_limit(Bytes::from(50 * KIB - 1)),
        Err(Bytes::from(50 * KIB))
    );
    assert_eq!(budget.balance().limit, 64 * KIB as u64);
    assert_eq!(budget.set_limit(Bytes::from(50 * KIB)), Ok(()));
}

#[test]
fn one_that_leaves_the_line_lets_the_next_one_on() {
    let budget = budget(64 * KIB);
    let (_all, mut reader) = hoard(&budget, 60 * KIB);
    let (mut large, _large_reader) = open(&budget);
    write(&mut large, 50 * KIB);
    assert!(!large.poll_credit(Waker::noop()));
    let (mut small, _small_reader) = open(&budget);
    let (bell, waker) = Bell::new();
    write(&mut small, 5 * KIB);
    assert!(!small.poll_credit(&waker));
    consume(&mut reader, 60 * KIB);
    assert_eq!(bell.rings(), 0, "behind the large one");
    large.abort();
    assert_eq!(bell.rings(), 1);
}

#[test]
fn one_that_goes_on_with_what_it_has_lets_the_next_one_on() {
    let budget = budget(64 * KIB);
    let (_all, mut reader) = hoard(&budget, 48 * KIB);
    let (mut stage, mut stage_reader) = open(&budget);
    assert_eq!(stage.poll_room(&mut idle()), Poll::Ready(Ok(SLAB)));
    stage.write(&stream(0, SLAB));
    assert!(stage.poll_room(&mut idle()).is_pending());
    let (mut small, _small_reader) = open(&budget);
    let (bell, waker) = Bell::new();
    write(&mut small, 5 * KIB);
    assert!(!small.poll_credit(&waker));
    consume(&mut reader, 14 * KIB);
    consume(&mut stage_reader, 5 * KIB);
    assert_eq!(
        bell.rings(),
        0,
        "behind the stage, which waits for a slab's worth"
    );
    // Polled without having been woken, as an executor may.
    assert!(stage.poll_room(&mut idle()).is_ready());
    assert_eq!(bell.rings(), 1);
}

#[test]
fn a_receiver_that_leaves_wakes_a_sender_that_waits_for_credit() {
    let budget = budget(64 * KIB);
    let _all = hoard(&budget, 64 * KIB);
    let (mut sender, receiver) = open(&budget);
    let (bell, waker) = Bell::new();
    sender.write(&stream(0, FLOOR_BYTES));
    assert!(sender.poll_room(&mut Context::from_waker(&waker)).is_pending());
    drop(receiver);
    assert!(bell.rings() >= 1);
    assert!(matches!(sender.poll_room(&mut idle()), Poll::Ready(Err(_))));
}

#[test]
fn what_a_writer_keeps_for_its_next_write_others_may_have_when_it_rests() {
    let budget = budget(64 * KIB);
    let (mut resting, mut reader) = open(&budget);
    write(&mut resting, 40 * KIB);
    consume(&mut reader, 40 * KIB);
    assert_eq!(budget.balance().used, 0);
    let (mut busy, _kept) = open(&budget);
    assert!(
        !write(&mut busy, 20 * KIB),
        "the first one has been told to go on"
    );
    thread::sleep(Duration::from_millis(150));
    assert!(busy.invites(), "and did not");
}

#[test]
fn a_writer_that_heeds_it_never_passes_the_budget() {
    let budget = budget(256 * KIB);
    let mut channels = (0..4).map(|_| open(&budget)).collect::<Vec<_>>();
    let mut may_go_on = [true; 4];
    for round in 0..2000 {
        let n = round % 4;
        let (sender, receiver) = &mut channels[n];
        if may_go_on[n] {
            may_go_on[n] = write(sender, 30 * KIB);
        } else if round % 3 == 0 {
            receiver.read(&mut vec![0; 17 * KIB]);
            may_go_on[n] = sender.poll_credit(Waker::noop());
        }
    }
    assert!(
        budget.balance().peak <= 256 * KIB as u64,
        "{:?}",
        budget.balance()
    );
    assert!(
        channels
            .iter()
            .all(|(sender, _)| sender.accepted() > Bytes::from(300 * KIB))
    );
}

#[test]
fn credit_is_settled_however_a_channel_ends() {
    let whole = 64 * KIB;
    let budget = budget(whole);
    for end in 0..6 {
        let (mut sender, mut receiver) = open(&budget);
        write(&mut sender, 20 * KIB);
        sender.write(&stream(0, 10));
        let mut held = Some(parcel(&mut receiver));
        held.as_mut().unwrap().consume(5000);
        match end {
            0 => sender.end(),
            1 => sender.abort(),
            2 => sender.abandon(),
            3 => drop(sender.reclaim()),
            4 => receiver.put_back(held.take().unwrap()),
            _ => sender.cork(),
        }
        if end % 2 == 0 {
            drop(receiver);
            drop(sender);
            drop(held);
        } else {
            drop(held);
            drop(sender);
            drop(receiver);
        }
        assert_eq!(budget.balance().used, 0, "{end}");
        // Neither is anything kept: a new channel can have all of it.
        let (mut sender, _receiver) = open(&budget);
        let mut room = 0;
        while let Poll::Ready(Ok(n)) = sender.poll_room(&mut idle()) {
            sender.write(&stream(0, n));
            room += n;
        }
        assert_eq!(room, whole, "{end}");
    }
}

#[test]
fn without_a_budget_a_channel_has_all_the_credit_there_is() {
    let (mut sender, _receiver) = channel::<()>(marks(100 * KIB, 0));
    assert!(write(&mut sender, 99 * KIB) && sender.has_credit(usize::MAX));
    assert!(sender.poll_credit(Waker::noop()) && !sender.awaits_credit());
}

#[test]
fn credit_moves_with_the_bytes_that_a_splice_moves() {
    for limit in [UNLIMITED, Bytes::from(64 * KIB)] {
        let budget = Budget::new(limit);
        let (mut sender, mut from) = open(&budget);
        let (mut to, mut reader) = open(&budget);
        sender.write(&stream(0, 50 * KIB));
        sender.publish();
        let mut splice = Splice::new(&mut from, &mut to);
        assert!(splice.poll_move(&mut idle()).is_pending());
        assert_eq!(
            (splice.moved(), reader.snapshot().buffered),
            (50 * KIB as u64, 50 * KIB as u64)
        );
        assert_eq!(budget.balance().used, 50 * KIB as u64);
        assert_eq!(budget.balance().peak, 50 * KIB as u64);
        consume(&mut reader, 50 * KIB);
        drop((splice, sender, from, to, reader));
        assert_eq!(budget.balance().used, 0);
    }
}
