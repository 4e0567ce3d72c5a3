//! The brotli encoder (RFC 7932): mbrotli's, which is safe Rust, and whose output is Google's byte for byte, which the
//! tests hold it to. Of all files this one and `brotli_segment.rs` know it.
//!
//! A compressor is kept for the next stream on the same thread: at quality 5 it takes two megabytes for 64 KiB, which is
//! half as much work again to come by as compressing them.

use super::brotli_scratch::{LAST, Scratch};
use super::settings::UNSET;
use super::{Codec, Flush, Settings, Step};
use crate::error::{Error, Result};
use mbrotli::dictionary::{DictionaryBuilder, PreparedDictionary};
use mbrotli::{
    BlockBits, BlockSize, CompressionMode, Compressor, DistanceParams, EncoderConfig, EncoderSessionOwned,
    EncoderStatus, InputSize, LiteralContextMode, Operation, Quality, StreamConfig, Window, WindowEncoding,
};
use std::cell::Cell;
use std::sync::Arc;

/// Bytes of the largest compressor that is kept.
const KEEP: usize = 4 << 20;

thread_local! {
    static KEPT: Cell<Option<Kept>> = const { Cell::new(None) };
}

/// What a stream has left for the next one with the same settings.
struct Kept {
    config: EncoderConfig,
    compressor: Compressor,
}

/// Compresses into one brotli stream.
pub(super) struct Encoder {
    config: EncoderConfig,
    /// What the program says of the size of all.
    hint: InputSize,
    /// The size that the next stream's tables are made for.
    size: InputSize,
    dictionary: Option<Arc<[u8]>>,
    state: State,
    /// Whether it took any bytes.
    fed: bool,
    /// The last bytes, at most [`LAST`], which mbrotli is given when it is known what follows them.
    last: Vec<u8>,
    /// Bytes that mbrotli was given since the last flush, and bytes that it made since.
    given: usize,
    made: usize,
    /// The bytes of `last` that belong before the flush under way.
    flushing: Option<usize>,
    scratch: Scratch,
    /// Whether its compressor is one that was kept.
    is_primed: bool,
}

/// From how many bytes in the first piece on Google's encoder chooses other ways to find matches.
pub(super) const LARGE: usize = 1 << 20;

enum State {
    /// Nothing was fed. Holds no memory, as does `Ended`.
    Fresh,
    Open(Box<EncoderSessionOwned>),
    Ended,
}

impl Encoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut params = Params::new(&settings.params)?;
        let hint = params.size_hint.map_or(InputSize::Unknown, InputSize::Exact);
        let dictionary = settings.dictionary.clone().filter(|bytes| !bytes.is_empty());
        let dictionary = dictionary.filter(|_| params.suit_dictionary());
        Ok(Self {
            config: params.config()?,
            hint,
            size: hint,
            dictionary,
            state: State::Fresh,
            fed: false,
            last: Vec::new(),
            given: 0,
            made: 0,
            flushing: None,
            scratch: Scratch::default(),
            is_primed: false,
        })
    }

    /// What its segments are compressed with, if it may be cut into such: at the qualities that find matches in what is
    /// before a segment. At the others, executables, JavaScript and C sources came to 12 to 24 % more.
    pub(super) fn segments(&self) -> Option<EncoderConfig> {
        let window = self.config.window().encoding();
        let may_be_cut = self.is_greedy() && window == WindowEncoding::Standard;
        (may_be_cut && self.dictionary.is_none()).then_some(self.config)
    }

    /// Whether it has mbrotli's encoder of the qualities in the middle.
    fn is_greedy(&self) -> bool {
        (2..=9).contains(&self.config.quality().get())
    }

    fn start(&mut self) -> Result<EncoderSessionOwned> {
        let kept = KEPT.try_with(Cell::take).ok().flatten();
        let compressor = match kept.filter(|kept| kept.config == self.config) {
            Some(kept) => {
                self.is_primed = true;
                Ok(kept.compressor)
            }
            None => Compressor::new(self.config),
        };
        let compressor = compressor.map_err(|_| FAILED_TO_START)?;
        let stream = StreamConfig::from(self.size);
        match &self.dictionary {
            None => compressor.into_session(stream),
            Some(bytes) => compressor.into_session_with_dictionary(prepare(bytes)?, stream),
        }
        .map_err(|_| FAILED_TO_START)
    }

    fn run(&mut self, input: &[u8], output: &mut [u8], operation: Operation) -> Result<Step> {
        if matches!(self.state, State::Fresh) {
            self.state = State::Open(Box::new(self.start()?));
        }
        let State::Open(session) = &mut self.state else {
            return if input.is_empty() {
                Ok(Step::DONE)
            } else {
                Err(failed())
            };
        };
        let progress = session.process(input, output, operation).map_err(|_| failed())?;
        self.fed |= progress.consumed > 0;
        self.given += progress.consumed;
        self.made += progress.produced;
        // Behind a stream without bytes mbrotli 0.5 takes the tables of the one before it for clean, and comes to matches
        // that are none.
        if progress.status == EncoderStatus::Finished
            && let State::Open(session) = std::mem::replace(&mut self.state, State::Ended)
            && self.fed
            && let Some(compressor) = self.primed(session.into_compressor())
        {
            keep(self.config, compressor);
        }
        Ok(Step {
            consumed: progress.consumed,
            produced: progress.produced,
            done: progress.status != EncoderStatus::NeedsOutput,
        })
    }

    /// Runs the first bytes of `last` that remain. What is consumed is not the caller's.
    fn run_last(&mut self, count: usize, output: &mut [u8], operation: Operation) -> Result<Step> {
        let mut last = std::mem::take(&mut self.last);
        let step = self.run(&last[..count], output, operation)?;
        last.drain(..step.consumed);
        self.last = last;
        Ok(Step { consumed: 0, ..step })
    }

    /// How many of the last bytes a flush here has before it. Another one follows behind the others.
    fn before_flush(&self) -> usize {
        let all = self.given + self.last.len();
        if !self.is_greedy() {
            return self.last.len();
        }
        self.scratch.flush_at(all, self.block()) - self.given
    }

    /// A compressor whose buffer is as a new one's to the stream that has it next, so that what comes of that does not
    /// depend on this one: it is longer than any block makes it of which a [`Scratch`] takes note.
    fn primed(&self, compressor: Compressor) -> Option<Compressor> {
        if !self.is_greedy() {
            return Some(compressor);
        }
        if !Scratch::default().may_grow_by(self.given, self.block()) {
            return None;
        }
        if self.is_primed {
            return Some(compressor);
        }
        let mut session = compressor
            .into_session(StreamConfig::from(InputSize::Unknown))
            .ok()?;
        let (zeros, mut output) = (vec![0; self.block()], [0; 1024]);
        let progress = session.process(&zeros, &mut output, Operation::Finish).ok()?;
        (progress.status == EncoderStatus::Finished).then(|| session.into_compressor())
    }

    /// Bytes of the smallest block that mbrotli may give out without a flush.
    fn block(&self) -> usize {
        if self.config.quality().get() < 4 {
            1 << 14
        } else {
            1 << 16
        }
    }
}

/// Keeps `compressor` for the next stream, unless it is a large one.
fn keep(config: EncoderConfig, compressor: Compressor) {
    if compressor.retained_bytes() <= KEEP {
        let _ = KEPT.try_with(|kept| kept.set(Some(Kept { config, compressor })));
    }
}

impl Codec for Encoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        if matches!(self.state, State::Ended) && !input.is_empty() {
            return Err(failed());
        }
        if input.len() >= LARGE {
            self.announce(input.len() as u64);
        }
        let mut step = Step::DONE;
        let ready = (self.last.len() + input.len()).saturating_sub(LAST);
        let before = ready.min(self.last.len());
        if before > 0 {
            step = self.run_last(before, output, Operation::Process)?;
        }
        let rest = &input[..ready - before];
        if step.done && !rest.is_empty() {
            if step.produced == output.len() {
                return Ok(Step { done: false, ..step });
            }
            let did = self.run(rest, &mut output[step.produced..], Operation::Process)?;
            step.consumed = did.consumed;
            step.produced += did.produced;
            step.done = did.done;
        }
        if step.done {
            self.last.extend_from_slice(&input[step.consumed..]);
            step.consumed = input.len();
        }
        Ok(step)
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        let mut step = Step::DONE;
        if kind == Flush::None {
            return Ok(step);
        }
        let mut before = self.flushing.unwrap_or_else(|| self.before_flush());
        loop {
            let held = self.last.len();
            let did = self.run_last(before, &mut output[step.produced..], Operation::Flush)?;
            before -= held - self.last.len();
            step.produced += did.produced;
            if did.done {
                self.scratch.grow_by(self.given, self.made);
                (self.given, self.made) = (0, 0);
                before = self.last.len();
            }
            step.done = did.done && before == 0;
            self.flushing = (!step.done).then_some(before);
            if step.done || !did.done || step.produced == output.len() {
                return Ok(step);
            }
        }
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        self.run_last(self.last.len(), output, Operation::Finish)
    }

    fn announce(&mut self, bytes: u64) {
        if self.hint == InputSize::Unknown && matches!(self.state, State::Fresh) {
            self.size = InputSize::Exact(bytes);
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.state = State::Fresh;
        self.fed = false;
        self.last.clear();
        (self.given, self.made) = (0, 0);
        self.flushing = None;
        self.scratch = Scratch::default();
        self.is_primed = false;
        self.size = self.hint;
        Ok(())
    }
}

const FAILED_TO_START: Error = Error::Initialization("Could not initialize Brotli instance");

pub(super) fn failed() -> Error {
    Error::Engine {
        code: "ERR_BROTLI_COMPRESSION_FAILED".into(),
        errno: -1,
        message: "Compression failed".into(),
    }
}

fn prepare(dictionary: &[u8]) -> Result<PreparedDictionary> {
    DictionaryBuilder::new()
        .add_prefix(dictionary)
        .build()
        .map_err(|_| Error::Initialization("Failed to prepare brotli dictionary"))
}

/// Google's encoder parameters, of which any value goes: what is out of range is brought into it, or left out.
struct Params {
    mode: i32,
    quality: i32,
    window_bits: i32,
    block_bits: i32,
    literal_contexts: bool,
    size_hint: Option<u64>,
    large_window: bool,
    postfix_bits: u32,
    direct_codes: u32,
}

impl Params {
    fn new(pairs: &[(u32, i32)]) -> Result<Self> {
        let mut params = Self {
            mode: 0,
            quality: 11,
            window_bits: 22,
            block_bits: 0,
            literal_contexts: true,
            size_hint: None,
            large_window: false,
            postfix_bits: 0,
            direct_codes: 0,
        };
        for &(number, value) in pairs {
            let unsigned = value.cast_unsigned();
            match (number, value) {
                (_, UNSET) => {}
                (0, _) => params.mode = value,
                (1, _) => params.quality = value,
                (2, _) => params.window_bits = value,
                (3, _) => params.block_bits = value,
                (4, 0 | 1) => params.literal_contexts = value == 0,
                (5, _) => params.size_hint = Some(unsigned.into()).filter(|&hint| hint > 0),
                (6, _) => params.large_window = value != 0,
                (7, _) => params.postfix_bits = unsigned,
                (8, _) => params.direct_codes = unsigned,
                _ => return Err(Error::Initialization("Initialization failed")),
            }
        }
        Ok(params)
    }

    /// Whether a dictionary is of use. The fast qualities do not look into it. Some of them look into none at all, not
    /// even brotli's own, and write what they would without; 2 and 4 do, and the place of brotli's own is another behind
    /// a dictionary: the next quality stands for them.
    fn suit_dictionary(&mut self) -> bool {
        match self.quality {
            2 => self.quality = 3,
            4 => self.quality = 5,
            _ => {}
        }
        self.quality >= 5
    }

    fn config(&self) -> Result<EncoderConfig> {
        let quality = self.quality.clamp(0, 11) as u8;
        let window = if self.large_window && quality > 2 {
            Window::large(self.window_bits.clamp(10, 30) as u8)
        } else {
            Window::standard(self.window_bits.clamp(10, 24) as u8)
        };
        let bad = |_| FAILED_TO_START;
        Ok(EncoderConfig::default()
            .with_quality(Quality::try_from(quality).map_err(bad)?)
            .with_window(window.map_err(bad)?)
            .with_block_size(match self.block_bits {
                0 => BlockSize::Auto,
                bits => BlockSize::Bits(BlockBits::try_from(bits.clamp(16, 24) as u8).map_err(bad)?),
            })
            .with_mode(match self.mode {
                1 => CompressionMode::Text,
                2 => CompressionMode::Font,
                _ => CompressionMode::Generic,
            })
            .with_distance(self.distance())
            .with_literal_context(if self.literal_contexts {
                LiteralContextMode::Auto
            } else {
                LiteralContextMode::Disabled
            }))
    }

    fn distance(&self) -> DistanceParams {
        let bits = u8::try_from(self.postfix_bits).unwrap_or(u8::MAX);
        let codes = u16::try_from(self.direct_codes).unwrap_or(u16::MAX);
        match DistanceParams::explicit(bits, codes) {
            Ok(explicit) if (bits, codes) != (0, 0) => explicit,
            _ => DistanceParams::Auto,
        }
    }
}
