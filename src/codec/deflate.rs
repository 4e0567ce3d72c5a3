//! The encoders: gzip, zlib and raw deflate. An [`Encoder`] puts the wrapper around a deflate stream, its
//! [`Body`].

use std::sync::Arc;

use super::body::Body;
use super::compressor::{Config, STREAM_ERROR};
use super::wrapper::{Check, Wrapper};
use super::{Codec, Flush, Settings, Step, Strategy};
use crate::error::{Error, Result};

/// Compresses into one stream of its format.
pub(crate) struct Encoder {
    wrapper: Wrapper,
    /// Those in force.
    settings: Settings,
    config: Config,
    body: Body,
    check: Check,
    stage: Stage,
    ready: Ready,
    /// The strongest flush since the last byte of input: a weaker one, or the same again, has nothing to bring out.
    flushed: Flush,
    /// Whether the operation under way has only `ready` to hand out.
    handing_out: bool,
}

/// How far the stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is out, not even the header.
    Fresh,
    Open,
    Ended,
}

/// Bytes that are ready, and how many of them have been handed out.
#[derive(Default)]
struct Ready {
    bytes: Vec<u8>,
    taken: usize,
}

impl Ready {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Moves what fits into `output`, and returns how much that was.
    fn hand_out(&mut self, output: &mut [u8]) -> usize {
        let left = &self.bytes[self.taken..];
        let part = left.len().min(output.len());
        output[..part].copy_from_slice(&left[..part]);
        self.taken += part;
        if self.taken == self.bytes.len() {
            // Until more is ready others have a use for the memory.
            *self = Self::default();
        }
        part
    }
}

impl Encoder {
    /// Fails if a setting is out of its range.
    pub(crate) fn new(wrapper: Wrapper, settings: Settings) -> Result<Self> {
        let config = Config::new(&settings)?;
        // To fail now rather than at the first byte.
        wrapper.header(config.level, &settings)?;
        let dictionary = settings
            .dictionary
            .clone()
            .filter(|dictionary| wrapper != Wrapper::Gzip && !dictionary.is_empty());
        Ok(Self {
            wrapper,
            settings,
            config,
            body: Body::new(config, dictionary),
            check: wrapper.check(),
            stage: Stage::Fresh,
            ready: Ready::default(),
            flushed: Flush::None,
            handing_out: false,
        })
    }

    /// The rest of a stream whose bytes so far, up to and with a flush, others have made: `check` is of what they hold.
    /// What follows may refer to `history`, the end of it.
    pub(crate) fn resume(
        settings: Settings,
        config: Config,
        check: Check,
        history: Arc<[u8]>,
        flushed: Flush,
    ) -> Result<Self> {
        Ok(Self {
            stage: Stage::Open,
            body: Body::new(config, Some(history).filter(|history| !history.is_empty())),
            check,
            flushed,
            ..Self::new(check.wrapper(), settings)?
        })
    }

    /// The settings in force.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the compressor for the rest of the stream is made for.
    pub(crate) fn config(&self) -> Config {
        self.body.config(self.config)
    }

    /// Of what was consumed.
    pub(crate) fn check(&self) -> Check {
        self.check
    }

    /// Makes the header ready, once.
    fn begin(&mut self) -> Result<()> {
        if self.stage == Stage::Fresh {
            let header = self.wrapper.header(self.config.level, &self.settings)?;
            self.ready.bytes.extend(header);
            self.stage = Stage::Open;
        }
        Ok(())
    }

    /// Makes ready what a flush of this kind brings out.
    fn make_flush(&mut self, kind: Flush) -> Result<()> {
        self.begin()?;
        if strength(self.flushed) < strength(kind) {
            self.flushed = kind;
            self.body.flush(kind, &mut self.ready.bytes)?;
        }
        Ok(())
    }

    /// Does or goes on with an operation, all of whose output `make` makes ready at the first step.
    fn step(&mut self, output: &mut [u8], make: impl FnOnce(&mut Self) -> Result<()>) -> Result<Step> {
        if !self.handing_out {
            if self.stage == Stage::Ended {
                return Err(STREAM_ERROR);
            }
            make(self)?;
        }
        let produced = self.ready.hand_out(output);
        self.handing_out = !self.ready.is_empty();
        Ok(Step {
            consumed: 0,
            produced,
            done: !self.handing_out,
        })
    }

    /// Sets level and strategy. The stream goes on in another body, from a byte's boundary: zlib-rs cannot change the
    /// strategy of one.
    fn set_params(&mut self, level: i32, strategy: Strategy) -> Result<()> {
        let settings = Settings {
            level,
            strategy,
            ..self.settings.clone()
        };
        if self.stage == Stage::Fresh {
            *self = Self::new(self.wrapper, settings)?;
            return Ok(());
        }
        let before = self.config();
        let config = Config {
            data: before.data,
            ..Config::new(&settings)?
        };
        if config != before {
            self.make_flush(Flush::Sync)?;
            self.body = Body::new(config, None);
            (self.settings, self.config) = (settings, config);
        }
        Ok(())
    }
}

/// zlib's order of flushes.
fn strength(kind: Flush) -> u8 {
    match kind {
        Flush::None => 0,
        Flush::Block => 1,
        Flush::Partial => 2,
        Flush::Sync => 3,
        Flush::Full => 4,
    }
}

impl Codec for Encoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        if self.stage == Stage::Ended && !input.is_empty() {
            return Err(Error::Ended);
        }
        self.begin()?;
        if !input.is_empty() {
            self.flushed = Flush::None;
        }
        let mut step = Step {
            consumed: 0,
            produced: 0,
            done: false,
        };
        while !step.done {
            step.produced += self.ready.hand_out(&mut output[step.produced..]);
            if !self.ready.is_empty() {
                break;
            }
            let rest = &input[step.consumed..];
            step.done = rest.is_empty();
            step.consumed += self.body.feed(rest, &mut self.ready.bytes)?;
        }
        self.check.update(&input[..step.consumed]);
        Ok(step)
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        self.step(output, |encoder| encoder.make_flush(kind))
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        self.begin()?;
        let mut produced = self.ready.hand_out(output);
        if self.stage == Stage::Open && self.ready.is_empty() {
            self.body.finish(&mut self.ready.bytes)?;
            self.ready.bytes.extend(self.check.trailer());
            self.stage = Stage::Ended;
            produced += self.ready.hand_out(&mut output[produced..]);
        }
        let done = self.stage == Stage::Ended && self.ready.is_empty();
        if done {
            // All memory goes back.
            self.ready = Ready::default();
            self.body = Body::none();
        }
        Ok(Step {
            consumed: 0,
            produced,
            done,
        })
    }

    fn params(&mut self, level: i32, strategy: Strategy, output: &mut [u8]) -> Result<Step> {
        self.step(output, |encoder| encoder.set_params(level, strategy))
    }

    fn reset(&mut self) -> Result<()> {
        *self = Self::new(self.wrapper, self.settings.clone())?;
        Ok(())
    }
}
