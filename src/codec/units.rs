//! A deflate stream whose compressor is given its input in units of [`UNIT`] bytes, whatever the sizes in which it
//! comes: a whole unit straight from the caller's slice, a part of one only once it has been gathered. So the same bytes
//! give the same output. It matters because zlib-rs's middle levels look for a better match only within one call: fed
//! seven bytes at a time they give 2 % more. And a call costs more than a copy of a few bytes.

use std::sync::Arc;

use super::compressor::{Compressor, Config, Progress, STREAM_ERROR};
use super::stored::MARKER;
use super::{Flush, Step};
use crate::error::Result;

/// Bytes given to the compressor at a time. A slab of a channel is as large, so a full one is not copied.
const UNIT: usize = 16 * 1024;

/// The stream, and the unit under way.
pub(super) struct Units {
    config: Config,
    /// For the first compressor, if nothing came before it.
    dictionary: Option<Arc<[u8]>>,
    /// 380 kB, hence absent before there is a unit for it.
    compressor: Option<Compressor>,
    /// The unit under way if it comes in parts. Empty while it is given straight from the caller's slice.
    gathered: Vec<u8>,
    /// How much of the unit under way the compressor has read.
    given: usize,
    /// Bytes that came since the last flush.
    fed: usize,
    /// Whether the last output was filled to its end, so that the compressor may hold more.
    full: bool,
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

impl Units {
    pub(super) fn new(config: Config, dictionary: Option<Arc<[u8]>>) -> Self {
        Self {
            config,
            dictionary,
            compressor: None,
            gathered: Vec::new(),
            given: 0,
            fed: 0,
            full: false,
        }
    }

    /// Whether nothing has come.
    pub(super) fn is_empty(&self) -> bool {
        self.compressor.is_none() && self.gathered.is_empty()
    }

    /// The compressor, made now if this is its first call, for data that starts with `first`, or is no more than that.
    fn compressor(&mut self, first: &[u8], all: bool) -> Result<&mut Compressor> {
        if self.compressor.is_none() {
            let mut compressor = if all {
                self.config.compressor_of_all(first)
            } else {
                self.config.compressor(first)
            };
            if let Some(dictionary) = self.dictionary.take() {
                compressor.set_dictionary(&dictionary)?;
            }
            self.compressor = Some(compressor);
        }
        self.compressor.as_mut().ok_or(STREAM_ERROR)
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
    fn compress(&mut self, input: Option<&[u8]>, output: &mut [u8], last: bool) -> Result<Progress> {
        // Taken for the call, as the compressor is borrowed from `self` too.
        let gathered = std::mem::take(&mut self.gathered);
        let input = input.unwrap_or_else(|| gathered.get(self.given..).unwrap_or_default());
        let compressor = self.compressor(input, last)?;
        let did = if last {
            compressor.finish(input, output)
        } else {
            compressor.feed(input, output)
        }?;
        self.gathered = gathered;
        self.given += did.read;
        self.full = did.written == output.len();
        Ok(did)
    }

    /// See [`super::Codec::feed`].
    pub(super) fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        let done = loop {
            let rest = &input[consumed..];
            let room = &mut output[produced..];
            let did = match self.turn(rest.len()) {
                Turn::Nothing => break true,
                Turn::Gather(part) => {
                    self.gathered.extend_from_slice(&rest[..part]);
                    consumed += part;
                    continue;
                }
                _ if room.is_empty() => break false,
                Turn::Straight(part) => {
                    let did = self.compress(Some(&rest[..part]), room, false)?;
                    consumed += did.read;
                    did
                }
                Turn::Gathered => self.compress(None, room, false)?,
                Turn::Drain => {
                    produced += self.compress(Some(&[]), room, false)?.written;
                    continue;
                }
            };
            if did.read + did.written == 0 {
                return Err(STREAM_ERROR);
            }
            produced += did.written;
            if self.given == UNIT {
                self.gathered.clear();
                self.given = 0;
            }
        };
        self.fed += consumed;
        Ok(Step {
            consumed,
            produced,
            done,
        })
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
        let given = std::mem::take(&mut self.given);
        let fed = std::mem::take(&mut self.fed);
        self.full = false;
        self.compressor(&gathered, false)?
            .flush(gathered.get(given..).unwrap_or_default(), fed, kind, ready)
    }

    /// Writes the rest of the stream. True once its last byte is out, with all memory given back.
    pub(super) fn finish(&mut self, output: &mut [u8]) -> Result<(usize, bool)> {
        let Progress { written, ended, .. } = self.compress(None, output, true)?;
        if ended {
            *self = Self::new(self.config, None);
        } else if written == 0 {
            return Err(STREAM_ERROR);
        }
        Ok((written, ended))
    }
}
