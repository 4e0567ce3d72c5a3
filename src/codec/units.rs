//! A deflate stream whose compressor is given its input in units of [`UNIT`] bytes, whatever the sizes in which it
//! comes: a whole unit straight from the caller's slice, a part of one only once it has been gathered. So the same bytes
//! give the same output. It matters because zlib-rs's middle levels look for a better match only within one call: fed
//! seven bytes at a time they give 2 % more. And a call costs more than a copy of a few bytes.

use std::sync::Arc;

use super::Flush;
use super::compressor::{Compressor, Config, STREAM_ERROR};
use super::level::Data;
use super::stored::MARKER;
use crate::error::Result;

/// Bytes given to the compressor at a time. A slab of a channel is as large, so a full one is not copied.
const UNIT: usize = 16 * 1024;

/// The stream, and the unit under way.
pub(crate) struct Units {
    config: Config,
    /// For the first compressor, if nothing came before it.
    dictionary: Option<Arc<[u8]>>,
    /// 380 kB, hence absent before there is a unit for it.
    compressor: Option<Compressor>,
    /// The unit under way if it comes in parts.
    gathered: Vec<u8>,
    /// Bytes that came since the last flush.
    fed: usize,
}

impl Units {
    pub(super) fn new(config: Config, dictionary: Option<Arc<[u8]>>) -> Self {
        Self {
            config,
            dictionary,
            compressor: None,
            gathered: Vec::new(),
            fed: 0,
        }
    }

    /// Knows what the data is taken for, once enough of it has come.
    pub(super) fn config(&self) -> Config {
        self.config
    }

    /// Whether nothing has come.
    fn is_empty(&self) -> bool {
        self.compressor.is_none() && self.gathered.is_empty()
    }

    /// The compressor, made now if this is its first call, for data that starts with `first`.
    fn compressor(&mut self, first: &[u8]) -> Result<&mut Compressor> {
        self.compressor_for(false, |_| Data::of(first))
    }

    /// The same for data that `data` tells of, if that is not known yet, and all of which comes now if it comes `at_once`.
    fn compressor_for(
        &mut self,
        at_once: bool,
        data: impl FnOnce(Config) -> Data,
    ) -> Result<&mut Compressor> {
        if self.compressor.is_none() {
            let data = self.config.data.unwrap_or_else(|| data(self.config));
            self.config.data = Some(data);
            self.compressor = Some(match self.dictionary.take() {
                Some(dictionary) => self.config.primed(data, &dictionary)?,
                None => self.config.compressor(data, at_once)?,
            });
        }
        self.compressor.as_mut().ok_or(STREAM_ERROR)
    }

    /// Takes what still fits into the unit from the front of `input`, and returns how much that was. What comes of a
    /// full unit goes to the end of `ready`.
    pub(super) fn feed(&mut self, input: &[u8], ready: &mut Vec<u8>) -> Result<usize> {
        let part = &input[..input.len().min(UNIT - self.gathered.len())];
        self.fed += part.len();
        if part.len() == UNIT {
            self.compressor(part)?.feed(part, ready)?;
            return Ok(UNIT);
        }
        self.gathered.extend_from_slice(part);
        if self.gathered.len() == UNIT {
            let mut unit = std::mem::take(&mut self.gathered);
            self.compressor(&unit)?.feed(&unit, ready)?;
            unit.clear();
            self.gathered = unit;
        }
        Ok(part.len())
    }

    /// Brings out what was fed, at the end of `ready`.
    pub(super) fn flush(&mut self, kind: Flush, ready: &mut Vec<u8>) -> Result<()> {
        if self.is_empty() {
            // What comes first has yet to tell how it is compressed best.
            if kind != Flush::Block {
                ready.extend(MARKER);
            }
            return Ok(());
        }
        let gathered = std::mem::take(&mut self.gathered);
        let fed = std::mem::take(&mut self.fed);
        self.compressor(&gathered)?.flush(&gathered, fed, kind, ready)
    }

    /// Ends the stream, at the end of `ready`, and gives all memory back.
    pub(super) fn finish(&mut self, ready: &mut Vec<u8>) -> Result<()> {
        let gathered = std::mem::take(&mut self.gathered);
        self.compressor_for(true, |config| Data::of_all(&gathered, config.strategy))?
            .finish(&gathered, ready)?;
        *self = Self::new(self.config, None);
        Ok(())
    }
}
