//! Flow control: bytes on their way from one sender to one receiver, counted from acceptance to consumption.
//!
//! A [`channel()`] is used twice in a Transform: from the program to the stage, and from the stage to the reader.
//! Many channels may share one [`Budget`]. Nothing here blocks a thread; waiting is a registered waker. No lock is held
//! while a waker runs.

mod budget;
mod channel;
mod credit;
mod gate;
mod pool;
mod purse;
mod queue;
mod receiver;
mod room;
mod sender;
mod slab;
mod spares;
mod splice;
mod state;

#[cfg(all(test, loom))]
mod loom_tests;
#[cfg(all(test, not(loom)))]
mod tests;

pub use budget::{Balance, Budget, UNLIMITED};
pub use channel::{Closed, Probe, Snapshot, channel, channel_within};
pub use credit::{Bytes, Permit};
pub use gate::Marks;
pub use pool::FLOOR;
pub use queue::{Message, Parcel};
pub use receiver::{Readable, Receiver};
pub use sender::Sender;
pub use slab::SLAB;
pub use splice::{Over, Splice};
