//! Sinks: where bytes leave. A file, or nowhere.
//!
//! A sink's calls may block: the stage runs them on tokio's blocking pool, one at a time, in order.

use std::io;

use crate::error::Result;

mod drop_all;
mod file;

pub use drop_all::DropAll;
pub use file::{FileOptions, FileSink, Syncing};

#[cfg(test)]
mod conformance;
#[cfg(unix)]
#[cfg(test)]
mod tests;

/// A place that takes bytes.
///
/// The calls come in the order `open`, `write`*, (`finish`, `commit`?)?, `close`; after one has failed only `close` follows.
/// A sink that could not bring bytes to the disk fails for good: nobody asks it again.
/// `close` comes when the stream is destroyed. A sink that is dropped without it was abandoned, by the garbage collector
/// or a dying environment: it releases what it acquired as quietly as it can, and leaves alone what it was given.
pub trait Sink: Send + 'static {
    /// Whether the calls below may wait for something. Those of a sink that does not block run where the stage runs.
    fn blocks(&self) -> bool {
        true
    }

    /// Acquires the resource. Returns its file descriptor, where it has one that others may use.
    fn open(&mut self) -> Result<Option<i32>>;

    /// Takes some of the pieces' bytes, from the front, and returns how many: at least 1, as the pieces are not empty.
    fn write(&mut self, pieces: &[io::IoSlice<'_>]) -> Result<usize>;

    /// All was written: makes it as durable as the sink's options promise.
    fn finish(&mut self) -> Result<()>;

    /// Shows it to others, where that is a step of its own. Comes unless the stream was destroyed meanwhile.
    fn commit(&mut self) -> Result<()> {
        Ok(())
    }

    /// Releases the resource, after a `finish` or without one.
    fn close(&mut self) -> Result<()>;
}
