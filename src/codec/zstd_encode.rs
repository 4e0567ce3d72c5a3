//! The zstd encoder: the C library's.
//!
//! A context of it is kept for the next frame on the same thread: making one takes megabytes from the system, page by
//! page, which is more work than compressing some kilobytes.

use super::zstd::{BAD_PARAMETER, KEEP, OUT_OF_MEMORY, encoder_parameter, failed};
use super::{Codec, Flush, Settings, Step};
use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::Arc;
use zstd_safe::zstd_sys::ZSTD_EndDirective as Directive;
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer, ResetDirective};

thread_local! {
    static KEPT: Cell<Option<CCtx<'static>>> = const { Cell::new(None) };
}

/// Compresses into one frame, and another for what is fed behind its end.
pub(super) struct Encoder {
    parameters: Vec<CParameter>,
    dictionary: Option<Arc<[u8]>>,
    pledged_size: Option<u64>,
    /// The size that the next frame is held to.
    pledge: Option<u64>,
    /// The size that it will have, by [`Codec::expect`].
    expected: Option<u64>,
    /// Some megabytes, hence absent before a frame's first byte and after its last.
    context: Option<CCtx<'static>>,
}

impl Encoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut parameters = Vec::new();
        for &(number, value) in &settings.params {
            parameters.extend(encoder_parameter(number, value)?);
        }
        let encoder = Self {
            parameters,
            dictionary: settings.dictionary.clone(),
            pledged_size: settings.pledged_size,
            pledge: settings.pledged_size,
            expected: None,
            context: None,
        };
        if !encoder.parameters.is_empty() {
            // Only the library knows what it takes. A context is small before its first byte.
            keep(encoder.start()?);
        }
        Ok(encoder)
    }

    fn start(&self) -> Result<CCtx<'static>> {
        let kept = KEPT.try_with(Cell::take).ok().flatten();
        let context = kept.or_else(CCtx::try_create);
        let mut context = context.ok_or_else(|| failed(OUT_OF_MEMORY))?;
        for &parameter in &self.parameters {
            context.set_parameter(parameter).map_err(|_| BAD_PARAMETER)?;
        }
        if let Some(dictionary) = &self.dictionary {
            context
                .load_dictionary(dictionary)
                .map_err(|_| Error::Initialization("Failed to load zstd dictionary"))?;
        }
        context
            .set_pledged_src_size(self.pledge.or(self.expected))
            .map_err(|_| Error::Initialization("Could not set pledged src size"))?;
        Ok(context)
    }

    /// One call of the library. The bytes read and written, and the bytes that it still holds as far as it says so.
    fn call(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        directive: Directive,
    ) -> Result<(usize, usize, usize)> {
        let context = match &mut self.context {
            Some(context) => context,
            None => {
                let started = self.start()?;
                (self.pledge, self.expected) = (None, None);
                self.context.insert(started)
            }
        };
        let (mut input, mut output) = (InBuffer::around(input), OutBuffer::around(output));
        let left = context
            .compress_stream2(&mut output, &mut input, directive)
            .map_err(failed)?;
        Ok((input.pos(), output.pos(), left))
    }
}

/// Keeps `context` for the next frame, unless it is a large one.
fn keep(mut context: CCtx<'static>) {
    let clean = context.reset(ResetDirective::SessionAndParameters).is_ok();
    if clean && context.sizeof() <= KEEP {
        let _ = KEPT.try_with(|kept| kept.set(Some(context)));
    }
}

impl Codec for Encoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        loop {
            let room = &mut output[produced..];
            let (read, written, _) = self.call(&input[consumed..], room, Directive::ZSTD_e_continue)?;
            consumed += read;
            produced += written;
            // Output that is full may be followed by more.
            let done = consumed == input.len() && produced < output.len();
            if done || produced == output.len() {
                return Ok(Step {
                    consumed,
                    produced,
                    done,
                });
            }
        }
    }

    fn expect(&mut self, bytes: u64) {
        if self.context.is_none() {
            self.expected = Some(bytes);
        }
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        if kind == Flush::None {
            return Ok(Step::DONE);
        }
        let (_, produced, left) = self.call(&[], output, Directive::ZSTD_e_flush)?;
        Ok(Step {
            consumed: 0,
            produced,
            done: left == 0,
        })
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        let mut produced = 0;
        if self.context.is_none() && self.pledged_size.is_some() {
            // An end that comes first would be taken for the whole input, whatever was pledged.
            (_, produced, _) = self.call(&[], output, Directive::ZSTD_e_continue)?;
        }
        let (_, written, left) = self.call(&[], &mut output[produced..], Directive::ZSTD_e_end)?;
        produced += written;
        let done = left == 0;
        if done && let Some(context) = self.context.take() {
            keep(context);
        }
        Ok(Step {
            consumed: 0,
            produced,
            done,
        })
    }

    fn reset(&mut self) -> Result<()> {
        self.context = None;
        (self.pledge, self.expected) = (self.pledged_size, None);
        Ok(())
    }
}
