//! Drives a codec as a stage does, in sizes that the fuzzer chooses, and holds each step to the contract of [`Codec`].

use arbitrary::Unstructured;
use sluice::codec::{Codec, Format, Limits, Settings, Step, open};
use sluice::error::{Error, Result};

/// The most bytes that a decoder is let produce.
pub const MOST: usize = 1 << 20;

/// Far more steps than any of these inputs needs: a loop that passes it would never end.
const STEPS: usize = 10_000_000;

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All of it was good.
    Whole,
    /// It was malformed, or ended too early.
    Failed,
    /// It was cut off at [`MOST`] bytes.
    TooLarge,
}

/// What came out, and how that ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub bytes: Vec<u8>,
    pub end: End,
}

impl Outcome {
    /// Both are whole and of the same bytes, or neither is, and what came out of both until then is the same.
    pub fn agrees(&self, other: &Self) {
        let common = self.bytes.len().min(other.bytes.len());
        assert!(self.bytes[..common] == other.bytes[..common], "other bytes");
        if self.end != End::TooLarge && other.end != End::TooLarge {
            assert_eq!(self.end, other.end);
            assert!(self.end == End::Failed || self.bytes.len() == other.bytes.len());
        }
    }
}

/// The sizes in which bytes are fed and taken, over and over again.
#[derive(Debug, Clone)]
pub struct Pace {
    inputs: Vec<usize>,
    outputs: Vec<usize>,
}

impl Pace {
    /// All input at once.
    pub fn whole() -> Self {
        Self {
            inputs: vec![usize::MAX],
            outputs: vec![64 * 1024],
        }
    }

    /// All input in pieces as large as a stage's.
    pub fn slabs() -> Self {
        Self {
            inputs: vec![64 * 1024],
            outputs: vec![64 * 1024],
        }
    }

    /// Sizes that the fuzzer chooses.
    pub fn choose(choices: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let mut sizes = |kinds: usize| -> arbitrary::Result<Vec<usize>> {
            (0..choices.int_in_range(1..=kinds)?)
                .map(|_| match choices.int_in_range(0..=5_u8)? {
                    0 => Ok(1),
                    1..=3 => choices.int_in_range(1..=300_usize),
                    _ => choices.int_in_range(1..=70_000_usize),
                })
                .collect()
        };
        Ok(Self {
            inputs: sizes(4)?,
            outputs: sizes(3)?,
        })
    }
}

/// A codec, and what came of it so far.
pub struct Drive {
    pub codec: Box<dyn Codec>,
    pace: Pace,
    fed: usize,
    taken: usize,
    /// Bytes that the codec has read so far.
    pub consumed: usize,
    pub out: Vec<u8>,
}

impl Drive {
    pub fn new(codec: Box<dyn Codec>, pace: Pace) -> Self {
        Self {
            codec,
            pace,
            fed: 0,
            taken: 0,
            consumed: 0,
            out: Vec::new(),
        }
    }

    pub fn feed(&mut self, mut input: &[u8]) -> Result<()> {
        while !input.is_empty() && !self.codec.is_complete() {
            let size = self.pace.inputs[self.fed % self.pace.inputs.len()];
            self.fed += 1;
            let (now, later) = input.split_at(size.min(input.len()));
            self.repeat(now, |codec, input, output| codec.feed(input, output))?;
            input = later;
        }
        Ok(())
    }

    /// Does a step again and again, until it is done.
    pub fn repeat(
        &mut self,
        mut input: &[u8],
        mut step: impl FnMut(&mut dyn Codec, &[u8], &mut [u8]) -> Result<Step>,
    ) -> Result<()> {
        for _ in 0..STEPS {
            let size = self.pace.outputs[self.taken % self.pace.outputs.len()];
            self.taken += 1;
            let before = self.out.len();
            self.out.resize(before + size, 0xaa);
            let did = step(self.codec.as_mut(), input, &mut self.out[before..]);
            let produced = did.as_ref().map_or(0, |step| step.produced);
            assert!(produced <= size, "wrote past its output");
            self.out.truncate(before + produced);
            let did = did?;
            assert!(did.consumed <= input.len(), "read past its input");
            input = &input[did.consumed..];
            self.consumed += did.consumed;
            if self.codec.is_complete() {
                return Ok(());
            }
            assert!(did.done || did.consumed + did.produced > 0, "stalled");
            if did.done {
                assert!(input.is_empty(), "done with input left");
                return Ok(());
            }
        }
        panic!("no end in sight");
    }
}

/// What our decoder makes of `input`.
pub fn decode(format: Format, settings: &Settings, input: &[u8], pace: Pace) -> Outcome {
    let settings = Settings {
        limits: Limits {
            output: Some(MOST as u64),
            ratio: None,
        },
        ..settings.clone()
    };
    let mut drive = Drive::new(open(format, &settings).expect("good settings"), pace);
    let ended = drive
        .feed(input)
        .and_then(|()| drive.repeat(&[], |codec, _, output| codec.finish(output)));
    let end = match ended {
        Ok(()) => End::Whole,
        Err(Error::TooLarge(_)) => End::TooLarge,
        Err(_) => End::Failed,
    };
    Outcome {
        bytes: drive.out,
        end,
    }
}
