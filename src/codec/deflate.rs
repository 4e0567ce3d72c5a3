//! The encoders: gzip, zlib and raw deflate. One [`Encoder`] owns one compressor, from its first byte to its trailer.
//!
//! The compressor is given its input in units of [`UNIT`] bytes, whatever the sizes in which it comes: a whole unit
//! straight from the caller's slice, a part of one only once it has been gathered. So the same bytes give the same
//! output. It matters because zlib-rs's middle levels look for a better match only within one call: fed seven bytes
//! at a time they give 2 % more. And a call costs more than a copy of a few bytes.

use super::level::Level;
use super::wrapper::Wrapper;
use super::{Codec, Flush, Step};
use crate::error::{Error, Result};
use flate2::{Compress, FlushCompress, Status};

/// Bytes given to the compressor at a time. A slab of a channel is as large, so a full one is not copied.
const UNIT: usize = 16 * 1024;

/// Room for all that one flush can bring out: the compressor's own output buffer (64 KiB), the unit that is being
/// gathered, and the empty block behind them.
const FLUSH_ROOM: usize = 64 * 1024 + UNIT + 1024;

/// Compresses into one stream of its format.
pub(super) struct Encoder {
    wrapper: Wrapper,
    level: Level,
    window_bits: u8,
    /// A quarter of a megabyte, hence absent before the first operation and after the last.
    compressor: Option<Compress>,
    /// The unit under way if it comes in parts. Empty while it is given straight from the caller's slice.
    gathered: Vec<u8>,
    /// How much of the unit under way the compressor has read.
    given: usize,
    /// Whether the last output was filled to its end, so that the compressor may hold more.
    full: bool,
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

/// One turn of feeding.
enum Turn {
    /// Give the compressor so many bytes of the caller's slice.
    Straight(usize),
    /// Copy so many bytes of it to the unit being gathered.
    Gather(usize),
    /// Give the compressor the rest of the gathered unit, which is whole.
    Gathered,
    /// All input is taken; have the compressor write what it may still hold.
    Drain,
    Nothing,
}

impl Encoder {
    pub(super) fn new(wrapper: Wrapper, level: Level, window_bits: u8) -> Self {
        Self {
            wrapper,
            level,
            window_bits,
            compressor: None,
            gathered: Vec::new(),
            given: 0,
            full: false,
            flushing: None,
        }
    }

    /// The compressor, made now if this is its first call, for data that starts with `first`.
    fn compressor(&mut self, first: &[u8]) -> &mut Compress {
        let (wrapper, level, bits) = (self.wrapper, self.level, self.window_bits);
        self.compressor
            .get_or_insert_with(|| wrapper.compressor(level.on(first), bits))
    }

    /// What feeding does next, with `rest` bytes of its input unread. It comes to `Nothing` or runs out of output:
    /// `Drain` once more fills the output or clears `full`, every other turn takes bytes nearer to the compressor.
    fn turn(&self, rest: usize) -> Turn {
        let gathered = self.gathered.len();
        if gathered == UNIT {
            Turn::Gathered
        } else if rest > 0 && gathered == 0 && (self.given > 0 || rest >= UNIT) {
            Turn::Straight(rest.min(UNIT - self.given))
        } else if rest > 0 {
            Turn::Gather(rest.min(UNIT - gathered))
        } else if self.full {
            Turn::Drain
        } else {
            Turn::Nothing
        }
    }

    /// One call of the compressor on `input`, or on what is left of the gathered unit if there is no `input`.
    /// Returns the bytes read and written, and whether the stream has ended.
    fn compress(
        &mut self,
        input: Option<&[u8]>,
        output: &mut [u8],
        flush: FlushCompress,
    ) -> Result<(usize, usize, bool)> {
        // Taken for the call, as the compressor is borrowed from `self` too.
        let gathered = std::mem::take(&mut self.gathered);
        let input = input.unwrap_or_else(|| gathered.get(self.given..).unwrap_or_default());
        let compressor = self.compressor(input);
        let (read, written) = (compressor.total_in(), compressor.total_out());
        let status = compressor.compress(input, output, flush);
        let read = (compressor.total_in() - read) as usize;
        let written = (compressor.total_out() - written) as usize;
        let start = compressor.total_out() - written as u64;
        self.wrapper
            .name_level(self.level, self.window_bits, start, &mut output[..written]);
        self.gathered = gathered;
        self.given += read;
        self.full = written == output.len();
        match status {
            Ok(status) => Ok((read, written, status == Status::StreamEnd)),
            Err(_) => Err(STREAM_ERROR),
        }
    }

    /// Runs a whole flush into memory of its own.
    fn flush_whole(&mut self, kind: Flush) -> Result<Flushed> {
        let flush = match kind {
            Flush::None => FlushCompress::None,
            Flush::Partial => FlushCompress::Partial,
            Flush::Sync | Flush::Block => FlushCompress::Sync,
            Flush::Full => FlushCompress::Full,
        };
        let gathered = std::mem::take(&mut self.gathered);
        (self.given, self.full) = (0, false);
        let compressor = self.compressor(&gathered);
        let start = compressor.total_in();
        let mut bytes = Vec::with_capacity(FLUSH_ROOM);
        loop {
            let read = (compressor.total_in() - start) as usize;
            compressor
                .compress_vec(&gathered[read..], &mut bytes, flush)
                .map_err(|_| STREAM_ERROR)?;
            if bytes.len() < bytes.capacity() {
                let start = compressor.total_out() - bytes.len() as u64;
                self.wrapper
                    .name_level(self.level, self.window_bits, start, &mut bytes);
                return Ok(Flushed { bytes, taken: 0 });
            }
            // Not expected by the size of `FLUSH_ROOM`. At worst a second, empty marker follows.
            bytes.reserve(FLUSH_ROOM);
        }
    }
}

const STREAM_ERROR: Error = Error::Codec("stream error");
const NO_FLUSH: FlushCompress = FlushCompress::None;

impl Codec for Encoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        let done = loop {
            let rest = &input[consumed..];
            let room = &mut output[produced..];
            let (read, written) = match self.turn(rest.len()) {
                Turn::Nothing => break true,
                Turn::Gather(part) => {
                    self.gathered.extend_from_slice(&rest[..part]);
                    consumed += part;
                    continue;
                }
                _ if room.is_empty() => break false,
                Turn::Straight(part) => {
                    let (read, written, _) = self.compress(Some(&rest[..part]), room, NO_FLUSH)?;
                    consumed += read;
                    (read, written)
                }
                Turn::Gathered => {
                    let (read, written, _) = self.compress(None, room, NO_FLUSH)?;
                    (read, written)
                }
                Turn::Drain => {
                    let (_, written, _) = self.compress(Some(&[]), room, NO_FLUSH)?;
                    produced += written;
                    continue;
                }
            };
            if read + written == 0 {
                return Err(STREAM_ERROR);
            }
            produced += written;
            if self.given == UNIT {
                self.gathered.clear();
                self.given = 0;
            }
        };
        Ok(Step {
            consumed,
            produced,
            done,
        })
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
        let (_, produced, done) = self.compress(None, output, FlushCompress::Finish)?;
        if done {
            self.compressor = None;
            self.gathered = Vec::new();
        } else if produced == 0 {
            return Err(STREAM_ERROR);
        }
        Ok(Step {
            consumed: 0,
            produced,
            done,
        })
    }

    fn reset(&mut self) -> Result<()> {
        *self = Self::new(self.wrapper, self.level, self.window_bits);
        Ok(())
    }
}
