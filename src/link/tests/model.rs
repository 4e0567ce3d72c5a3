//! Any sequence of what the two stages and JS may do around a link: every byte comes out once and in order.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Operation {
    /// The stage before produces so many bytes.
    Produce(usize),
    Publish,
    /// The stage behind consumes so many.
    Consume(usize),
    Link,
    Unlink,
    /// JS carries so many over by itself; only without a link.
    Carry(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let size = || prop_oneof![4 => 1..40_usize, 2 => 1..3 * SLAB, 1 => Just(SLAB)];
    prop_oneof![
        6 => size().prop_map(Produce),
        4 => Just(Publish),
        8 => size().prop_map(Consume),
        2 => Just(Link),
        2 => Just(Unlink),
        3 => size().prop_map(Carry),
    ]
}

struct World {
    pair: Pair,
    link: Option<Arc<Link<(), u8>>>,
    parcel: Option<Parcel>,
    produced: usize,
    seen: usize,
}

impl World {
    fn run(&mut self, operation: Operation) {
        match operation {
            Operation::Produce(n) => {
                let bytes: Vec<u8> = (self.produced..self.produced + n).map(byte_at).collect();
                self.pair.upstream.write(&bytes);
                self.produced += n;
            }
            Operation::Publish => self.pair.upstream.publish(),
            Operation::Consume(n) => self.consume(n),
            Operation::Link if self.link.is_none() => self.link = Some(self.pair.link(Waker::noop())),
            Operation::Unlink => drop(self.link.take().map(|link| link.unlink())),
            Operation::Carry(n) if self.link.is_none() => {
                let mut bytes = vec![0; n];
                let n = self.pair.from.read(&mut bytes);
                self.pair.to.write(&bytes[..n]);
                self.pair.to.publish();
            }
            Operation::Link | Operation::Carry(_) => {}
        }
    }

    fn consume(&mut self, n: usize) {
        let parcel = self.parcel.take().or_else(|| self.pair.take());
        let Some(mut parcel) = parcel else { return };
        let n = n.min(parcel.bytes().len());
        for &byte in &parcel.bytes()[..n] {
            assert_eq!(byte, byte_at(self.seen), "at {}", self.seen);
            self.seen += 1;
        }
        parcel.consume(n);
        self.parcel = Some(parcel).filter(|parcel| !parcel.is_empty());
    }
}

/// Its period shares no factor with any size in use.
fn byte_at(position: usize) -> u8 {
    (position % 251) as u8
}

proptest! {
    #[test]
    fn no_byte_is_lost_and_none_comes_twice(
        (high, low) in (0..3 * SLAB, 0..2 * SLAB),
        operations in prop::collection::vec(operation(), 1..120),
    ) {
        let pair = Pair::new(high, low);
        let mut world = World { pair, link: None, parcel: None, produced: 0, seen: 0 };
        for operation in operations {
            let is_carried = matches!(operation, Operation::Carry(_));
            let (_, before) = world.pair.waiting();
            world.run(operation);
            let (_, after) = world.pair.waiting();
            // A link passes the high mark by no more than the slab that reached it.
            prop_assert!(is_carried || after <= before || (after as usize) < high.max(1) + SLAB);
        }
        world.run(Operation::Publish);
        world.run(Operation::Link);
        while world.seen < world.produced {
            let before = world.seen;
            world.consume(SLAB);
            prop_assert!(world.seen > before, "stuck at {before}");
        }
        prop_assert_eq!(world.pair.waiting(), (0, 0));
    }
}
