//! Flow control: bytes on their way from one sender to one receiver, counted from acceptance to consumption.
//!
//! A [`channel()`] is used twice in a Transform: from the program to the stage, and from the stage to the reader.
//! Nothing here blocks a thread; waiting is a registered waker. No lock is held while a waker runs.

mod channel;
mod credit;
mod gate;
mod queue;
mod receiver;
mod sender;
mod slab;
mod spares;
mod splice;
mod state;

#[cfg(all(test, loom))]
mod loom_tests;
#[cfg(all(test, not(loom)))]
mod tests;

pub use channel::{Closed, Probe, Snapshot, channel};
pub use credit::{Bytes, Permit};
pub use gate::Marks;
pub use queue::{Message, Parcel};
pub use receiver::{Readable, Receiver};
pub use sender::Sender;
pub use slab::SLAB;
pub use splice::{Over, Splice};
