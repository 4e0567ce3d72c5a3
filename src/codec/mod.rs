//! Codecs: bytes in, bytes out, one step at a time, with all state in the codec and no buffer of its own to grow.
//!
//! Runs on whatever thread drives it (a stage task); never blocks, unless it says so, never allocates by the size of its
//! input.

mod body;
mod brotli_decode;
mod brotli_dictionary;
mod brotli_encode;
mod brotli_google;
mod brotli_scratch;
mod brotli_segment;
mod brotli_threads;
mod compressor;
mod decompressor;
mod deflate;
mod failure;
mod format;
mod header;
mod inflate;
mod level;
mod limit;
mod ready;
mod settings;
mod stored;
#[cfg(test)]
mod tests;
mod units;
mod whole;
mod wrapper;
mod zstd;
mod zstd_decode;
mod zstd_encode;

use std::task::{Context, Poll};

use crate::error::{Error, Result};
pub(crate) use body::Body;
pub(crate) use compressor::Config;
pub(crate) use deflate::Encoder;
pub use format::{Format, open};
pub(crate) use limit::limited;
pub(crate) use ready::Ready;
pub use settings::{Header, Limits, Members, Settings, Strategy};
pub use whole::{Output, Whole};
pub(crate) use wrapper::{Check, Wrapper};

/// The CRC-32 (that of gzip, RFC 1952) of `bytes` behind others whose CRC-32 is `before`; 0 for none.
pub fn crc32(before: u32, bytes: &[u8]) -> u32 {
    zlib_rs::crc32::crc32(before, bytes)
}

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

impl Step {
    /// Nothing was left to do.
    pub const DONE: Self = Self {
        consumed: 0,
        produced: 0,
        done: true,
    };
}

/// How much a [`Codec::flush`] brings out, with zlib's meanings. Brotli and zstd know `None` and `Sync` alone, and take
/// any other for `Sync`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// `Z_NO_FLUSH`: nothing that the codec would rather keep.
    None,
    /// `Z_PARTIAL_FLUSH`: what was fed can be decoded, not aligned to a byte.
    Partial,
    /// `Z_SYNC_FLUSH`: what was fed can be decoded, aligned to a byte.
    Sync,
    /// `Z_FULL_FLUSH`: as `Sync`, and a decoder can start afresh from here.
    Full,
    /// `Z_BLOCK`: completes the block under way; up to seven bits of it may stay behind.
    Block,
}

/// One direction of one format.
///
/// Every operation is repeated until its [`Step::done`] is true. Given at least one byte of output, a step either
/// makes progress (`consumed + produced > 0`), is done, or fails: so a loop over it ends. The output slice is never empty.
/// A codec that computes on other threads too may come to wait for them: such a step does nothing and is not done, and
/// is repeated when [`Codec::poll_work`] is ready.
pub trait Codec: Send {
    /// Reads `input` and writes what comes of it. Input behind the end of a format that allows trailing bytes
    /// counts as consumed.
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step>;

    /// Says that all that will be fed before the next [`Codec::finish`] is so many bytes, where nothing was fed yet.
    /// An encoder may make use of it, and hold the program to it.
    fn expect(&mut self, _bytes: u64) {}

    /// Says how many bytes come in one piece next, though not in one call. The first piece tells brotli how large its
    /// tables shall be.
    fn announce(&mut self, _bytes: u64) {}

    /// Brings out what was fed, as far as `kind` says. A decoder holds nothing back and is done at once.
    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step>;

    /// Writes the trailer, or fails with [`Error::UnexpectedEnd`] where a decoder's input is incomplete.
    ///
    /// What may follow is [`Codec::reset`], and, as with zlib, `feed`: an encoder of concatenable frames (zstd) begins
    /// another, every other one fails on the first byte. A decoder has then seen nothing but the end of its input.
    fn finish(&mut self, output: &mut [u8]) -> Result<Step>;

    /// Sets zlib's level and strategy for what follows, and brings out what came before. Only for encoders of the
    /// deflate family; a decoder has no use for either.
    fn params(&mut self, _level: i32, _strategy: Strategy, _output: &mut [u8]) -> Result<Step> {
        Err(Error::Codec("stream error"))
    }

    /// Forgets all that was fed, and begins anew with the settings in force.
    fn reset(&mut self) -> Result<()>;

    /// For a codec that computes beside its steps. Pending while it does, and the task is woken when something has come
    /// of it. Ready with `true` when a step has something to do, be it `feed` without input; with `false`, as always for
    /// a codec that only computes within its steps, when nothing comes but of a step that is given something.
    fn poll_work(&mut self, _cx: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(false)
    }

    /// Whether a step may wait for threads of the codec's own: not one to hold up others with, who run on the same thread.
    fn blocks(&self) -> bool {
        false
    }

    /// The header of the first gzip member, once it has been read; then `None` again.
    fn take_header(&mut self) -> Option<Box<Header>> {
        None
    }

    /// Bytes behind the end of the data that [`Codec::feed`] has passed over, and counted as consumed, since the last
    /// [`Codec::reset`].
    fn trailing(&self) -> u64 {
        0
    }

    /// Whether the codec has come to where it was told to stop ([`Members::First`]): it consumes nothing more, and the
    /// rest of the input is its caller's.
    fn is_complete(&self) -> bool {
        false
    }
}
