//! Pressure, seen: the counters of a channel and the clock of a stage.
//!
//! Nothing here decides anything; it is written by whoever works, and read by whoever looks.

mod clock;
mod counters;
mod spending;

pub use clock::{Clock, Reading};
pub(crate) use counters::Counters;
pub use spending::Spending;
