//! Sources: where bytes come from. A file.
//!
//! A source's calls may block: the stage runs them on tokio's blocking pool, one at a time, in order.

use std::io::IoSliceMut;

use crate::error::Result;

mod file;

pub use file::{FileOptions, FileSource};

#[cfg(test)]
mod conformance;
#[cfg(unix)]
#[cfg(test)]
mod tests;

/// A place that gives bytes.
///
/// The calls come in the order `open`, `read`*, `close`; after one has failed, or a `read` has come to the end, only
/// `close` follows. `close` comes when the stream is destroyed. A source that is dropped without it was abandoned, by
/// the garbage collector or a dying environment: it releases what it acquired as quietly as it can, and leaves alone
/// what it was given.
pub trait Source: Send + 'static {
    /// Acquires the resource. Returns its file descriptor, where it has one that others may use.
    fn open(&mut self) -> Result<Option<i32>>;

    /// Fills the pieces, none of them empty, from the front, and returns with how many bytes: 0 at the end alone, all
    /// that they hold if as much can be had, and less rather than wait for more when some are there.
    fn read(&mut self, pieces: &mut [IoSliceMut<'_>]) -> Result<usize>;

    /// Whether a `read` may wait for somebody who has yet to write. What was read before must not wait with it.
    fn waits(&self) -> bool;

    /// Releases the resource, at the end or before it.
    fn close(&mut self) -> Result<()>;
}
