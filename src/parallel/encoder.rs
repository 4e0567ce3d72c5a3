//! The codec: begins as the serial encoder does, and goes on in blocks.
//!
//! ```text
//!          LEAD bytes fed             block full: submit it, gather the next
//!  ┌──────┐ ──────────────▶ ┌────────┐ ───┐
//!  │ Lead │                 │ Blocks │    │
//!  └──────┘ ◀────────────── └────────┘ ◀──┘
//!          flush, params, finish, once all blocks are out
//! ```

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::codec::{Check, Codec, Config, Encoder, Flush, Settings, Step, Strategy, Wrapper};
use crate::error::Result;

use super::block::{Block, Compression};
use super::pipeline::Pipeline;
use super::workers::Workers;

/// Bytes that a stream compresses without cutting, from its beginning or its last flush: a small stream, or one that
/// flushes often, is the serial encoder's.
pub(super) const LEAD: usize = 256 * 1024;

/// A stream that has become so many times smaller goes on without a cut, which would cost it more than it gains: it is
/// compressed about as fast as it could be cut.
const DENSE: usize = 64;

/// Bytes in each block behind that. At least a window, so that no block refers to what is before the last one.
///
/// Measured on 40 MB of an executable, on one thread: blocks of this size cost 3.4 % more processor time at level 1 than
/// one piece, and of 1 MiB 2 %; at level 6 3.6 % and 1.1 %. The sizes of the output were within 0.1 % of one piece's.
pub(super) const BLOCK: usize = 256 * 1024;

/// Blocks that a stream may have with the workers beyond the one for each thread, so that none waits for it.
pub(super) const AHEAD: usize = 2;

/// Compresses into one stream of its format.
pub(super) struct Parallel {
    wrapper: Wrapper,
    part: Part,
    pipeline: Pipeline,
}

/// Which part of the stream comes next.
enum Part {
    Lead(Box<Lead>),
    Blocks(Blocks),
}

/// The part that is not cut.
struct Lead {
    encoder: Encoder,
    /// Bytes fed since the beginning, or since it could have ended last.
    fed: usize,
    /// Bytes that came of them.
    produced: usize,
    density: Density,
    /// The last of them, gathered as the end of the part comes near.
    window: Vec<u8>,
    /// The flush at the end is under way.
    ending: bool,
}

/// How much smaller the data becomes, looked at over a few megabytes: the compressor gives out what it makes of it in
/// lumps, each of so many matches, however long they are.
#[derive(Default)]
struct Density {
    fed: usize,
    produced: usize,
}

impl Density {
    /// Counts in bytes fed, and what came of them. Whether it is so high that the stream should not be cut here.
    fn is_high(&mut self, fed: usize, produced: usize) -> bool {
        // What is old counts less and less.
        self.fed = self.fed / 8 * 7 + fed;
        self.produced = self.produced / 8 * 7 + produced;
        self.produced < self.fed / DENSE
    }
}

/// The part in blocks.
struct Blocks {
    settings: Settings,
    config: Config,
    /// Of all that was handed out.
    check: Check,
    /// The one that is being gathered.
    block: Block,
    /// The last block is on its way.
    ending: bool,
}

impl Parallel {
    /// Fails if a setting is out of its range.
    pub(super) fn new(wrapper: Wrapper, settings: Settings, workers: Option<Arc<Workers>>) -> Result<Self> {
        let threads = workers.as_ref().map_or(1, |workers| workers.threads());
        let threads = settings.threads.map_or(threads, |most| most.get().min(threads));
        // One thread is the stream's own.
        let workers = workers.filter(|_| threads > 1);
        Ok(Self {
            wrapper,
            part: Part::Lead(Box::new(Lead::new(Encoder::new(wrapper, settings)?))),
            pipeline: Pipeline::new(workers, threads + AHEAD),
        })
    }

    /// Goes back to the lead, which begins behind a flush of this kind. True once all is out that came before.
    fn leave(&mut self, kind: Flush, output: &mut [u8]) -> Result<(usize, bool)> {
        let Part::Blocks(blocks) = &mut self.part else {
            return Ok((0, true));
        };
        let produced = self.pipeline.hand_out(output, &mut blocks.check)?;
        if self.pipeline.work() {
            return Ok((produced, false));
        }
        if !blocks.ending && self.pipeline.has_room() {
            blocks.end(self.wrapper, kind, &mut self.pipeline)?;
        }
        let done = blocks.ending && self.pipeline.is_empty();
        if done {
            self.part = Part::Lead(Box::new(blocks.resume(kind)?));
        }
        Ok((produced, done))
    }

    /// Does an operation of the serial encoder, once it is its turn.
    fn serially(
        &mut self,
        kind: Flush,
        output: &mut [u8],
        operation: impl FnOnce(&mut Encoder, &mut [u8]) -> Result<Step>,
    ) -> Result<Step> {
        let (left, is_lead) = self.leave(kind, output)?;
        let mut step = Step {
            consumed: 0,
            produced: left,
            done: false,
        };
        if let Part::Lead(lead) = &mut self.part
            && is_lead
            && left < output.len()
        {
            let did = operation(&mut lead.encoder, &mut output[left..])?;
            step.produced += did.produced;
            step.done = did.done;
            lead.begin();
        }
        Ok(step)
    }
}

impl Lead {
    fn new(encoder: Encoder) -> Self {
        Self {
            encoder,
            fed: 0,
            produced: 0,
            density: Density::default(),
            window: Vec::new(),
            ending: false,
        }
    }

    /// Counts anew.
    fn begin(&mut self) {
        (self.fed, self.produced, self.ending) = (0, 0, false);
        self.window.clear();
    }

    /// Feeds up to the end of the part, and ends it with a flush. True once that is out, and blocks follow.
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<(Step, bool)> {
        let offered = input.len();
        let input = &input[..offered.min(LEAD - self.fed)];
        let mut step = self.encoder.feed(input, output)?;
        self.keep(&input[..step.consumed]);
        self.fed += step.consumed;
        self.produced += step.produced;
        let mut ended = false;
        if self.fed == LEAD && step.done {
            if !self.ending && self.density.is_high(self.fed, self.produced) {
                self.begin();
                step.done = step.consumed == offered;
                return Ok((step, false));
            }
            step.done = false;
            self.ending = true;
            if step.produced < output.len() {
                let flush = self.encoder.flush(Flush::Sync, &mut output[step.produced..])?;
                step.produced += flush.produced;
                ended = flush.done;
            }
        }
        Ok((step, ended))
    }

    /// Keeps what of the bytes that are fed next belongs to the window of a block behind the end.
    fn keep(&mut self, bytes: &[u8]) {
        let before = (LEAD - self.fed).saturating_sub(window(self.encoder.settings()));
        self.window
            .extend_from_slice(bytes.get(before..).unwrap_or_default());
    }
}

impl Blocks {
    fn new(lead: &Lead) -> Result<Self> {
        Ok(Self {
            settings: lead.encoder.settings().clone(),
            config: lead.encoder.config(),
            check: lead.encoder.check(),
            block: Block::new(&lead.window, BLOCK)?,
            ending: false,
        })
    }

    /// Submits the block that is gathered, with a flush of this kind at its end.
    fn submit(&mut self, wrapper: Wrapper, kind: Flush, pipeline: &mut Pipeline) -> Result<()> {
        let next = Block::new(self.block.window(window(&self.settings)), BLOCK)?;
        let block = std::mem::replace(&mut self.block, next);
        pipeline.submit(Compression::new(block, kind, wrapper, self.config));
        Ok(())
    }

    /// Submits the last block, if it has bytes.
    fn end(&mut self, wrapper: Wrapper, kind: Flush, pipeline: &mut Pipeline) -> Result<()> {
        self.ending = true;
        if self.block.len() > 0 {
            self.submit(wrapper, kind, pipeline)?;
        }
        Ok(())
    }

    /// The lead that follows the last block and its flush.
    fn resume(&self, kind: Flush) -> Result<Lead> {
        let history = match kind {
            Flush::Full => &[],
            _ => self.block.window(window(&self.settings)),
        };
        let settings = self.settings.clone();
        let encoder = Encoder::resume(settings, self.config, self.check, Arc::from(history), kind)?;
        Ok(Lead::new(encoder))
    }
}

/// How far back a block may refer, in bytes.
fn window(settings: &Settings) -> usize {
    1 << settings.window_bits
}

impl Codec for Parallel {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let mut step = Step {
            consumed: 0,
            produced: 0,
            done: false,
        };
        loop {
            let rest = &input[step.consumed..];
            let room = &mut output[step.produced..];
            match &mut self.part {
                Part::Lead(lead) => {
                    if room.is_empty() {
                        return Ok(step);
                    }
                    let (did, ended) = lead.feed(rest, room)?;
                    step.consumed += did.consumed;
                    step.produced += did.produced;
                    step.done = did.done;
                    if !ended {
                        return Ok(step);
                    }
                    self.part = Part::Blocks(Blocks::new(lead)?);
                }
                Part::Blocks(blocks) => {
                    step.produced += self.pipeline.hand_out(room, &mut blocks.check)?;
                    if self.pipeline.work() {
                        return Ok(step);
                    }
                    if blocks.block.len() == BLOCK {
                        if !self.pipeline.has_room() {
                            return Ok(step);
                        }
                        blocks.submit(self.wrapper, Flush::Sync, &mut self.pipeline)?;
                    } else if rest.is_empty() {
                        step.done = !self.pipeline.has_ready();
                        return Ok(step);
                    } else {
                        let part = rest.len().min(BLOCK - blocks.block.len());
                        blocks.block.gather(&rest[..part]);
                        step.consumed += part;
                    }
                }
            }
        }
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        let end = match kind {
            Flush::None => return Ok(Step::DONE),
            Flush::Full => Flush::Full,
            // A block ends at a byte's boundary.
            Flush::Partial | Flush::Block | Flush::Sync => Flush::Sync,
        };
        self.serially(end, output, |encoder, output| encoder.flush(kind, output))
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        // Nothing follows that could refer to anything.
        self.serially(Flush::Full, output, Encoder::finish)
    }

    fn params(&mut self, level: i32, strategy: Strategy, output: &mut [u8]) -> Result<Step> {
        self.serially(Flush::Sync, output, |encoder, output| {
            encoder.params(level, strategy, output)
        })
    }

    fn reset(&mut self) -> Result<()> {
        self.pipeline.reset();
        match &mut self.part {
            Part::Lead(lead) => {
                lead.encoder.reset()?;
                lead.begin();
                lead.density = Density::default();
                Ok(())
            }
            Part::Blocks(blocks) => {
                let encoder = Encoder::new(self.wrapper, blocks.settings.clone())?;
                self.part = Part::Lead(Box::new(Lead::new(encoder)));
                Ok(())
            }
        }
    }

    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.pipeline.poll(cx)
    }
}
