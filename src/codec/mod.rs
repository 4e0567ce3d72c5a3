//! Codecs: bytes in, bytes out, one step at a time, with all state in the codec and no buffer of its own to grow.
//!
//! Runs on whatever thread drives it (a stage task); never blocks, never allocates by the size of its input.

mod deflate;
mod failure;
mod format;
mod inflate;
mod level;
#[cfg(test)]
mod tests;
mod wrapper;

use crate::error::Result;
pub use format::{Format, Settings, open};

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Bytes of `input` that were read. The caller never offers them again.
    pub consumed: usize,
    /// Bytes at the front of `output` that were written.
    pub produced: usize,
    /// Whether the operation is complete. `false`: call again with the rest of the input and fresh output.
    /// After [`Codec::feed`] a `true` means that all input was taken and all output that it gives now was written.
    pub done: bool,
}

/// How much a [`Codec::flush`] brings out, with zlib's meanings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// `Z_PARTIAL_FLUSH`: what was fed can be decoded, not aligned to a byte.
    Partial,
    /// `Z_SYNC_FLUSH`: what was fed can be decoded, aligned to a byte.
    Sync,
    /// `Z_FULL_FLUSH`: as `Sync`, and a decoder can start afresh from here.
    Full,
}

/// One direction of one format.
///
/// Every operation is repeated until its [`Step::done`] is true. Given at least one byte of output, a step either
/// makes progress (`consumed + produced > 0`), is done, or fails: so a loop over it ends. The output slice is never empty.
pub trait Codec: Send {
    /// Reads `input` and writes what comes of it. Input behind the end of a format that allows trailing bytes
    /// counts as consumed.
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step>;

    /// Brings out all that was fed. A decoder holds nothing back and is done at once.
    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step>;

    /// Writes the trailer, or fails with [`crate::error::Error::UnexpectedEnd`] where a decoder's input is incomplete.
    /// After it is done no other call is made.
    fn finish(&mut self, output: &mut [u8]) -> Result<Step>;
}
