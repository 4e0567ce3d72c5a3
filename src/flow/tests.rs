//! What a channel promises: the bytes, their count, who waits, and what becomes of credit and memory.

mod budget;
mod endings;
mod graphs;
mod memory;
mod model;
mod room;
mod taking_back;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::gate::Gate;
use super::{Bytes, Marks, Message, Parcel, Receiver, SLAB, Sender, channel};

fn marks(high: usize, low: usize) -> Marks {
    Marks::new(Bytes::from(high), Bytes::from(low))
}

/// The byte at a position of every test's stream. Its period shares no factor with any size in use.
fn byte_at(position: usize) -> u8 {
    (position % 251) as u8
}

fn stream(from: usize, len: usize) -> Vec<u8> {
    (from..from + len).map(byte_at).collect()
}

/// A waker that counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Bell {
    fn new() -> (Arc<Self>, Waker) {
        let bell = Arc::new(Self::default());
        (Arc::clone(&bell), Waker::from(bell))
    }

    fn rings(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn idle() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// The parcel that comes next.
fn parcel<C: std::fmt::Debug>(receiver: &mut Receiver<C>) -> Parcel {
    match receiver.poll_recv(&mut idle()) {
        Poll::Ready(Some(Message::Data(parcel))) => parcel,
        other => panic!("not bytes: {other:?}"),
    }
}

/// Whether every accepted byte has been given back, once.
fn is_settled(gate: &Gate) -> bool {
    gate.accepted().get() == gate.consumed().get() + gate.forfeited().get()
}
