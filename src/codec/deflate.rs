//! The encoders: gzip, zlib and raw deflate. One [`Encoder`] owns one compressor, from its first byte to its trailer.

use super::{Codec, Flush, Step};
use crate::error::{Error, Result};
use flate2::{Compress, Compression, FlushCompress, Status};

/// Room for all that one flush can bring out: the compressor's own output buffer (64 KiB) and the empty block behind it.
const FLUSH_ROOM: usize = 66 * 1024;

#[derive(Clone, Copy)]
enum Wrapper {
    Gzip,
    Zlib,
    Raw,
}

/// Compresses into one stream of its format.
pub(super) struct Encoder {
    wrapper: Wrapper,
    level: Compression,
    window_bits: u8,
    /// A quarter of a megabyte, hence absent before the first operation and after the last.
    compressor: Option<Compress>,
    flushing: Option<Flushed>,
}

/// The output of a flush under way, and how much of it has been handed out.
///
/// It is made whole first because zlib tells the end of a flush only by room left in the output: called again after
/// output that filled its slice exactly it writes the marker anew, with a slice under six bytes for ever.
struct Flushed {
    bytes: Vec<u8>,
    taken: usize,
}

impl Encoder {
    pub(super) fn gzip(level: Compression, window_bits: u8) -> Self {
        Self::new(Wrapper::Gzip, level, window_bits)
    }

    pub(super) fn zlib(level: Compression, window_bits: u8) -> Self {
        Self::new(Wrapper::Zlib, level, window_bits)
    }

    pub(super) fn raw(level: Compression, window_bits: u8) -> Self {
        Self::new(Wrapper::Raw, level, window_bits)
    }

    fn new(wrapper: Wrapper, level: Compression, window_bits: u8) -> Self {
        Self {
            wrapper,
            level,
            window_bits,
            compressor: None,
            flushing: None,
        }
    }

    fn compressor(&mut self) -> &mut Compress {
        let (level, bits) = (self.level, self.window_bits);
        self.compressor.get_or_insert_with(|| match self.wrapper {
            Wrapper::Gzip => Compress::new_gzip(level, bits),
            Wrapper::Zlib => Compress::new_with_window_bits(level, true, bits),
            Wrapper::Raw => Compress::new_with_window_bits(level, false, bits),
        })
    }

    /// One call of the compressor, with its 64-bit totals turned into what this call did.
    fn compress(&mut self, input: &[u8], output: &mut [u8], flush: FlushCompress) -> Result<(Step, Status)> {
        let compressor = self.compressor();
        let (read, written) = (compressor.total_in(), compressor.total_out());
        let status = compressor
            .compress(input, output, flush)
            .map_err(|_| STREAM_ERROR)?;
        let step = Step {
            consumed: (compressor.total_in() - read) as usize,
            produced: (compressor.total_out() - written) as usize,
            done: false,
        };
        Ok((step, status))
    }

    /// Runs a whole flush into memory of its own.
    fn flush_whole(&mut self, kind: Flush) -> Result<Flushed> {
        let flush = match kind {
            Flush::Partial => FlushCompress::Partial,
            Flush::Sync => FlushCompress::Sync,
            Flush::Full => FlushCompress::Full,
        };
        let compressor = self.compressor();
        let mut bytes = Vec::with_capacity(FLUSH_ROOM);
        loop {
            compressor
                .compress_vec(&[], &mut bytes, flush)
                .map_err(|_| STREAM_ERROR)?;
            if bytes.len() < bytes.capacity() {
                return Ok(Flushed { bytes, taken: 0 });
            }
            // Not expected by the size of `FLUSH_ROOM`. At worst a second, empty marker follows.
            bytes.reserve(FLUSH_ROOM);
        }
    }
}

const STREAM_ERROR: Error = Error::Codec("stream error");

impl Codec for Encoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        if input.is_empty() && self.compressor.is_none() {
            return Ok(Step {
                consumed: 0,
                produced: 0,
                done: true,
            });
        }
        let (step, _) = self.compress(input, output, FlushCompress::None)?;
        let done = step.consumed == input.len() && step.produced < output.len();
        if !done && step.consumed + step.produced == 0 {
            return Err(STREAM_ERROR);
        }
        Ok(Step { done, ..step })
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        let mut flushed = match self.flushing.take() {
            Some(flushed) => flushed,
            None => self.flush_whole(kind)?,
        };
        let left = &flushed.bytes[flushed.taken..];
        let produced = left.len().min(output.len());
        output[..produced].copy_from_slice(&left[..produced]);
        let done = produced == left.len();
        if !done {
            flushed.taken += produced;
            self.flushing = Some(flushed);
        }
        Ok(Step {
            consumed: 0,
            produced,
            done,
        })
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        let (step, status) = self.compress(&[], output, FlushCompress::Finish)?;
        let done = status == Status::StreamEnd;
        if done {
            self.compressor = None;
        } else if step.produced == 0 {
            return Err(STREAM_ERROR);
        }
        Ok(Step { done, ..step })
    }
}
