//! A bare deflate stream, stored ([`Stored`]) or compressed ([`Units`]) as its level says. All that comes out of it goes
//! to the end of a vector, `ready`: what comes of one call is bounded, by some tens of kilobytes.

use std::sync::Arc;

use super::Flush;
use super::compressor::Config;
use super::stored::Stored;
use super::units::Units;
use crate::error::Result;

/// The stream.
pub(crate) enum Body {
    /// At level 0.
    Stored(Stored),
    /// At any other.
    Packed(Units),
}

impl Body {
    /// A stream that may refer to what is in `dictionary`.
    pub(crate) fn new(config: Config, dictionary: Option<Arc<[u8]>>) -> Self {
        match config.level.asked() {
            0 => Self::Stored(Stored::default()),
            _ => Self::Packed(Units::new(config, dictionary)),
        }
    }

    /// One that holds no memory, and is not to be fed.
    pub(super) fn none() -> Self {
        Self::Stored(Stored::default())
    }

    /// `config`, with what the data is taken for, once enough of it has come.
    pub(super) fn config(&self, config: Config) -> Config {
        match self {
            Self::Stored(_) => config,
            Self::Packed(units) => units.config(),
        }
    }

    /// Takes some of `input` from its front, and returns how much that was: 0 only if it is empty.
    pub(crate) fn feed(&mut self, input: &[u8], ready: &mut Vec<u8>) -> Result<usize> {
        match self {
            Self::Stored(stored) => stored.feed(input, ready),
            Self::Packed(units) => units.feed(input, ready),
        }
    }

    /// Brings out what was fed.
    pub(crate) fn flush(&mut self, kind: Flush, ready: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Stored(stored) => stored.flush(kind, ready),
            Self::Packed(units) => units.flush(kind, ready),
        }
    }

    /// Ends the stream.
    pub(super) fn finish(&mut self, ready: &mut Vec<u8>) -> Result<()> {
        match self {
            Self::Stored(stored) => stored.finish(ready),
            Self::Packed(units) => units.finish(ready),
        }
    }
}
