//! Stages: the tasks that drive bytes from a channel through a codec or a throttle into a channel, from a source, or into a
//! sink.
//!
//! A stage runs on the process's tokio runtime and owns its codec, source or sink alone, so nothing can touch it while it
//! works; all that a program asks of it comes through its channel, in order. It tells an [`Observer`] what becomes of it.

mod apart;
mod clocked;
mod codec;
mod lent;
mod linger;
mod pace;
mod rate;
mod report;
mod runtime;
mod sink;
mod source;
mod throttle;

#[cfg(test)]
mod tests;

pub use apart::{Wanted, spawn_apart};
pub use clocked::clocked;
pub use codec::{Command, run as run_codec};
pub use pace::Pace;
pub use rate::{Rate, Terms};
pub use report::{Observer, Report};
pub use runtime::{spawn, workers};
pub use sink::run as run_sink;
pub use source::run as run_source;
pub use throttle::run as run_throttle;
