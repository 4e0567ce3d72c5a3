//! Models of the channel: loom runs each in every order in which its two threads can meet.
//!
//! A wake that is lost shows as a deadlock, because [`block_on`] sleeps until it is woken. It also polls without having
//! been woken, as an executor may. Bytes that nobody gives back show in [`Ledger::is_settled`].

mod budget;
mod giving_up;
mod reading;
mod sending;
mod taking_back;
mod waking;

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Wake, Waker};

use loom::future::block_on;

use super::gate::Gate;
use super::{Bytes, Marks, Message, Receiver, Sender, channel};

/// Switches of threads in one run that the thread itself did not ask for. `LOOM_MAX_PREEMPTIONS` overrides it.
const PREEMPTIONS: usize = 3;

fn explore(model: impl Fn() + Send + Sync + 'static) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    println!("{} interleavings", runs.load(Ordering::Relaxed));
}

fn marks(high: u64, low: u64) -> Marks {
    Marks::new(Bytes::new(high), Bytes::new(low))
}

/// A waker that counts how often it is woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Bell {
    fn rings(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn bell() -> (Arc<Bell>, Waker) {
    let bell = Arc::new(Bell::default());
    (Arc::clone(&bell), Waker::from(bell))
}

/// What became of a channel's bytes, to be looked at when both ends are gone.
struct Ledger(Arc<Gate>);

impl Ledger {
    fn of<C>(sender: &Sender<C>) -> Self {
        Self(sender.gate())
    }

    /// Every byte that was accepted has been given back once, as consumed or as forfeited.
    fn is_settled(&self) -> bool {
        self.0.accepted().get() == self.0.consumed().get() + self.0.forfeited().get()
    }
}

/// Waits for room, as a stage does, and sends one byte.
fn send<C>(sender: &mut Sender<C>, byte: u8) -> Result<(), super::Closed> {
    let room = block_on(poll_fn(|cx| sender.poll_room(cx)))?;
    assert!(room >= 1);
    sender.write(&[byte]);
    Ok(())
}

fn receive<C>(receiver: &mut Receiver<C>) -> Option<Message<C>> {
    block_on(poll_fn(|cx| receiver.poll_recv(cx)))
}

/// Consumes byte by byte until the end, or until the sender gives up (`false`).
fn consume_all<C>(receiver: &mut Receiver<C>, seen: &mut Vec<u8>) -> bool {
    loop {
        match receive(receiver) {
            Some(Message::Data(mut parcel)) => {
                while let [byte, ..] = *parcel.bytes() {
                    seen.push(byte);
                    parcel.consume(1);
                }
            }
            Some(Message::Command(_)) => {}
            Some(Message::End) => return true,
            None => return false,
        }
    }
}
