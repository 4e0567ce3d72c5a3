//! zlib-rs's compressor: one raw deflate stream, and one compressor kept for the next.
//!
//! Raw, because what stands around the stream is [`super::wrapper`]'s, whoever compresses it. Kept, because making one
//! takes 380 kB and clears most of it: that can be as much work as compressing a kilobyte.

use std::cell::Cell;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

use super::level::Level;
use super::{Flush, Settings, Strategy};
use crate::error::{Error, Result};

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
        })
    }

    /// A compressor for data that starts with `first`. Level 0 has none: see [`super::stored`].
    pub(crate) fn compressor(self, first: &[u8]) -> Compressor {
        self.at(self.level.on(first, self.strategy))
    }

    /// A compressor for `data` and no more.
    pub(crate) fn compressor_of_all(self, data: &[u8]) -> Compressor {
        self.at(self.level.on_all(data, self.strategy))
    }

    fn at(self, level: i32) -> Compressor {
        let deflate = self.reuse(level).unwrap_or_else(|| {
            Deflate::new_with_config(DeflateConfig {
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
            })
        });
        Compressor {
            config: self,
            deflate: Some(deflate),
        }
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

    /// Sets what the data is expected to repeat, before its first byte.
    pub(crate) fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<()> {
        let deflate = self.deflate.as_mut().ok_or(STREAM_ERROR)?;
        deflate.set_dictionary(dictionary).map_err(|_| STREAM_ERROR)?;
        Ok(())
    }

    /// Reads `input` and writes what comes of it. If it fills `output` it may hold more.
    pub(crate) fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Progress> {
        self.call(input, output, DeflateFlush::NoFlush)
    }

    /// Reads `input` and writes the end of the stream. To be repeated with what it left until it has ended.
    pub(crate) fn finish(&mut self, input: &[u8], output: &mut [u8]) -> Result<Progress> {
        self.call(input, output, DeflateFlush::Finish)
    }

    /// Reads the whole of `input` and brings out all that was fed, at the end of `output`. `fed` bytes or fewer were fed
    /// since the last flush, `input` among them.
    ///
    /// It goes to memory of its own because zlib tells the end of a flush only by room left in the output: called again
    /// after output that filled its slice exactly it writes the marker anew, with a slice under six bytes for ever.
    pub(crate) fn flush(
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
