//! A codec that may not produce more than so much.

use std::task::{Context, Poll};

use super::{Codec, Flush, Header, Limits, Step, Strategy};
use crate::error::{Error, Result};

/// `codec`, held to `limits` if there are any.
pub(crate) fn limited(codec: Box<dyn Codec>, limits: Limits) -> Box<dyn Codec> {
    if limits == Limits::default() {
        codec
    } else {
        Box::new(Limited::new(codec, limits))
    }
}

/// Passes everything on to another codec and counts. At the limit it offers one byte more, of its own: a codec that
/// fills it has too much to give.
struct Limited {
    codec: Box<dyn Codec>,
    limits: Limits,
    consumed: u64,
    produced: u64,
}

impl Limited {
    /// Holds `codec` to `limits`.
    fn new(codec: Box<dyn Codec>, limits: Limits) -> Self {
        Self {
            codec,
            limits,
            consumed: 0,
            produced: 0,
        }
    }

    /// The most bytes that may have been produced when `consumed` bytes have been read.
    fn most(&self, consumed: u64) -> u64 {
        let by_ratio = self.limits.ratio.map(|ratio| {
            // The cast saturates.
            ((consumed as f64 * ratio) as u64).max(Limits::FREE)
        });
        self.limits
            .output
            .unwrap_or(u64::MAX)
            .min(by_ratio.unwrap_or(u64::MAX))
    }

    /// One step, which is given `input` bytes to read.
    fn step(
        &mut self,
        input: usize,
        output: &mut [u8],
        operation: impl FnOnce(&mut dyn Codec, &mut [u8]) -> Result<Step>,
    ) -> Result<Step> {
        // Input that is offered may be read in this very step, with what comes of it.
        let most = self.most(self.consumed + input as u64);
        let left = usize::try_from(most.saturating_sub(self.produced)).unwrap_or(usize::MAX);
        let step = if left == 0 {
            let step = operation(self.codec.as_mut(), &mut [0])?;
            if step.produced > 0 {
                return Err(Error::TooLarge(most));
            }
            step
        } else {
            let room = output.len().min(left);
            operation(self.codec.as_mut(), &mut output[..room])?
        };
        self.consumed += step.consumed as u64;
        self.produced += step.produced as u64;
        Ok(step)
    }
}

impl Codec for Limited {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        self.step(input.len(), output, |codec, output| codec.feed(input, output))
    }

    fn expect(&mut self, bytes: u64) {
        self.codec.expect(bytes);
    }

    fn announce(&mut self, bytes: u64) {
        self.codec.announce(bytes);
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        self.step(0, output, |codec, output| codec.flush(kind, output))
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        self.step(0, output, |codec, output| codec.finish(output))
    }

    fn params(&mut self, level: i32, strategy: Strategy, output: &mut [u8]) -> Result<Step> {
        self.step(0, output, |codec, output| codec.params(level, strategy, output))
    }

    fn reset(&mut self) -> Result<()> {
        (self.consumed, self.produced) = (0, 0);
        self.codec.reset()
    }

    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.codec.poll_work(cx)
    }

    fn blocks(&self) -> bool {
        self.codec.blocks()
    }

    fn take_header(&mut self) -> Option<Box<Header>> {
        self.codec.take_header()
    }

    fn trailing(&self) -> u64 {
        self.codec.trailing()
    }

    fn is_complete(&self) -> bool {
        self.codec.is_complete()
    }
}
