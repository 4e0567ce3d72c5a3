//! A codec driven to the end of its input in one call, on the thread that asks: what the one-shot functions are made of.

use super::{Codec, Flush, Step};
use crate::error::Result;

/// Room that is made for output at a time, at least.
const ROOM: usize = 16 * 1024;

/// A codec whose output is collected.
pub struct Whole {
    codec: Box<dyn Codec>,
    consumed: u64,
}

impl Whole {
    /// Drives `codec`.
    pub fn new(codec: Box<dyn Codec>) -> Self {
        Self { codec, consumed: 0 }
    }

    /// Bytes of input consumed in all.
    pub fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Feeds `input`, and flushes, or finishes with `None`. Returns what that brings out.
    pub fn process(&mut self, mut input: &[u8], flush: Option<Flush>) -> Result<Vec<u8>> {
        let mut output = Vec::new();
        if flush.is_none() {
            self.codec.expect(input.len() as u64);
        }
        if !input.is_empty() {
            self.repeat(&mut output, |codec, room| {
                let step = codec.feed(input, room)?;
                input = &input[step.consumed..];
                Ok(step)
            })?;
        }
        match flush {
            Some(Flush::None) => {}
            Some(kind) => self.repeat(&mut output, |codec, room| codec.flush(kind, room))?,
            None => self.repeat(&mut output, |codec, room| codec.finish(room))?,
        }
        Ok(output)
    }

    fn repeat(
        &mut self,
        output: &mut Vec<u8>,
        mut operation: impl FnMut(&mut dyn Codec, &mut [u8]) -> Result<Step>,
    ) -> Result<()> {
        let mut filled = output.len();
        let result = loop {
            // Doubled, as a vector would: what is behind `filled` is room.
            if output.len() - filled < ROOM {
                output.resize((2 * output.len()).max(filled + ROOM), 0);
            }
            match operation(self.codec.as_mut(), &mut output[filled..]) {
                Ok(step) => {
                    self.consumed += step.consumed as u64;
                    filled += step.produced;
                    if step.done || self.codec.is_complete() {
                        break Ok(());
                    }
                }
                Err(error) => break Err(error),
            }
        };
        output.truncate(filled);
        result
    }
}
