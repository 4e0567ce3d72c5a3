//! zlib-rs's compressor: one raw deflate stream, and one compressor kept for the next.
//!
//! Raw, because what stands around the stream is [`super::wrapper`]'s, whoever compresses it. Kept, because making one
//! takes 380 kB and clears most of it: that can be as much work as compressing a kilobyte.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::panic::catch_unwind;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

use super::level::{Data, Level};
use super::{Flush, Settings, Strategy};
use crate::error::{Error, Result};

/// Room that the compressor is given for what comes of its input. It is always the same because zlib-rs's middle levels
/// look for a better match only within one call: what is made of the data must not depend on how fast it is taken.
const ROOM: usize = 16 * 1024;

/// zlib-rs's levels at which a kept compressor makes of a stream what a new one does. At the others a flush looks at what is
/// left in the window from the stream before, and what comes of the data behind it depends on that.
const FORGETFUL: RangeInclusive<i32> = 3..=6;

thread_local! {
    static KEPT: Cell<Option<(Config, Deflate)>> = const { Cell::new(None) };
}

/// What a compressor is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Config {
    /// The level asked for.
    pub(crate) level: Level,
    pub(crate) strategy: Strategy,
    /// 9 to 15.
    pub(crate) window_bits: u8,
    /// 1 to 9.
    pub(crate) mem_level: u8,
    /// Unknown before the first compressor for a stream.
    pub(crate) data: Option<Data>,
}

impl Config {
    /// What `settings` ask for. Fails if one is out of its range.
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let (window_bits, mem_level) = (settings.window_bits, settings.mem_level);
        if !(9..=15).contains(&window_bits) || !(1..=9).contains(&mem_level) {
            return Err(Error::Codec("stream error"));
        }
        Ok(Self {
            level: Level::new(settings.level)?,
            strategy: settings.strategy,
            window_bits,
            mem_level,
            data: None,
        })
    }

    /// A compressor for a stream, or a part of one; `at_once` if all of that comes in one call, with its end. Level 0 has
    /// none: see [`super::stored`].
    pub(crate) fn compressor(self, data: Data, at_once: bool) -> Result<Compressor> {
        let level = self.level.on(data, self.strategy);
        let may_reuse = at_once || FORGETFUL.contains(&level);
        let deflate = match may_reuse.then(|| self.reuse(level)).flatten() {
            Some(kept) => kept,
            None => self.make(level)?,
        };
        Ok(Compressor {
            config: self,
            deflate: Some(deflate),
        })
    }

    /// The same for data that is expected to repeat what is in `dictionary`.
    ///
    /// It is a new one: taking a dictionary, zlib-rs looks at the byte behind it, which in a kept one is left from the
    /// stream before, and so what it makes of the data would depend on that.
    pub(crate) fn primed(self, data: Data, dictionary: &[u8]) -> Result<Compressor> {
        let mut deflate = self.make(self.level.on(data, self.strategy))?;
        deflate.set_dictionary(dictionary).map_err(|_| STREAM_ERROR)?;
        Ok(Compressor {
            config: self,
            deflate: Some(deflate),
        })
    }

    fn make(self, level: i32) -> Result<Deflate> {
        let config = DeflateConfig {
            level,
            window_bits: -i32::from(self.window_bits),
            mem_level: self.mem_level.into(),
            strategy: match self.strategy {
                Strategy::Default => zlib_rs::Strategy::Default,
                Strategy::Filtered => zlib_rs::Strategy::Filtered,
                Strategy::HuffmanOnly => zlib_rs::Strategy::HuffmanOnly,
                Strategy::Rle => zlib_rs::Strategy::Rle,
                Strategy::Fixed => zlib_rs::Strategy::Fixed,
            },
            ..DeflateConfig::default()
        };
        // The settings are good: it panics for want of memory alone.
        catch_unwind(|| Deflate::new_with_config(config)).map_err(|_| Error::OutOfMemory)
    }

    /// The kept compressor, set to `level`. Setting a level sets zlib-rs's default strategy too, so only one of that is
    /// kept.
    fn reuse(self, level: i32) -> Option<Deflate> {
        if self.strategy != Strategy::Default {
            return None;
        }
        let (kept, mut deflate) = KEPT.try_with(Cell::take).ok()??;
        if (kept.window_bits, kept.mem_level) != (self.window_bits, self.mem_level) {
            return None;
        }
        deflate.reset();
        deflate.set_level(level).ok().map(|_| deflate)
    }

    /// Bytes that a compressor may hold back at most, of output that it has made already.
    fn pending(self) -> usize {
        4 << (self.mem_level + 6)
    }
}

/// One raw deflate stream.
pub(crate) struct Compressor {
    config: Config,
    /// Absent only while it is dropped.
    deflate: Option<Deflate>,
}

/// What one call did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    pub(crate) read: usize,
    pub(crate) written: usize,
    /// Whether the last byte of the stream is out.
    pub(crate) ended: bool,
}

/// All output goes to the end of a vector.
impl Compressor {
    /// One call of zlib's `deflate`.
    fn call(&mut self, input: &[u8], output: &mut [u8], flush: DeflateFlush) -> Result<Progress> {
        let deflate = self.deflate.as_mut().ok_or(STREAM_ERROR)?;
        let (read, written) = (deflate.total_in(), deflate.total_out());
        let status = deflate.compress(input, output, flush).map_err(|_| STREAM_ERROR)?;
        Ok(Progress {
            read: (deflate.total_in() - read) as usize,
            written: (deflate.total_out() - written) as usize,
            ended: status == Status::StreamEnd,
        })
    }

    /// Reads `input` and writes what comes of it.
    pub(super) fn feed(&mut self, mut input: &[u8], output: &mut Vec<u8>) -> Result<()> {
        let mut room = [0; ROOM];
        loop {
            let did = self.call(input, &mut room, DeflateFlush::NoFlush)?;
            output.try_reserve(did.written)?;
            output.extend_from_slice(&room[..did.written]);
            input = &input[did.read..];
            // Room that was filled may have been too small.
            if input.is_empty() && did.written < ROOM {
                return Ok(());
            }
            if did.read + did.written == 0 {
                return Err(STREAM_ERROR);
            }
        }
    }

    /// Reads `input` and writes the end of the stream.
    pub(super) fn finish(&mut self, mut input: &[u8], output: &mut Vec<u8>) -> Result<()> {
        let mut room = [0; ROOM];
        loop {
            let did = self.call(input, &mut room, DeflateFlush::Finish)?;
            output.try_reserve(did.written)?;
            output.extend_from_slice(&room[..did.written]);
            input = &input[did.read..];
            if did.ended {
                return Ok(());
            }
            if did.written == 0 {
                return Err(STREAM_ERROR);
            }
        }
    }

    /// Reads `input` and brings out all that was fed: `fed` bytes or fewer since the last flush, `input` among them.
    ///
    /// All at once, because zlib tells the end of a flush only by room left in the output: called again after output
    /// that filled its room exactly it writes the marker anew.
    pub(super) fn flush(
        &mut self,
        mut input: &[u8],
        fed: usize,
        kind: Flush,
        output: &mut Vec<u8>,
    ) -> Result<()> {
        let flush = match kind {
            Flush::None => return Ok(()),
            Flush::Partial => DeflateFlush::PartialFlush,
            Flush::Sync => DeflateFlush::SyncFlush,
            Flush::Full => DeflateFlush::FullFlush,
            Flush::Block => DeflateFlush::Block,
        };
        let room = fed.saturating_mul(2).min(self.config.pending() + input.len()) + 1024;
        loop {
            let start = output.len();
            output.try_reserve(room)?;
            output.resize(start + room, 0);
            let did = self.call(input, &mut output[start..], flush)?;
            output.truncate(start + did.written);
            input = &input[did.read..];
            if did.written < room {
                return Ok(());
            }
            // Not expected, by the size of the room. At worst a second, empty marker follows.
        }
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        if self.config.strategy == Strategy::Default {
            let kept = self.deflate.take().map(|deflate| (self.config, deflate));
            // A thread that ends keeps nothing.
            let _ = KEPT.try_with(|cell| cell.set(kept));
        }
    }
}

pub(super) const STREAM_ERROR: Error = Error::Codec("stream error");
