//! Drives a codec as a stage does, and holds each step to the contract of [`Codec`].

use crate::codec::{Codec, Flush, Format, Header, Settings, Step, Strategy, open};
use crate::error::{Error, Result};

/// Far more steps than any of these inputs needs: a loop that passes it would never end.
const STEPS: usize = 10_000_000;

/// The sizes in which bytes are fed and taken.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub input: usize,
    pub output: usize,
}

/// Everything at once.
pub const WHOLE: Pace = Pace {
    input: usize::MAX,
    output: 16 * 1024,
};

/// Every pace that a codec must not be able to tell from another.
pub fn paces() -> impl Iterator<Item = Pace> {
    [usize::MAX, 64 * 1024, 7, 1]
        .into_iter()
        .flat_map(|input| [1, 7, 16 * 1024].map(|output| Pace { input, output }))
}

/// Numbers and values of parameters.
pub type Params = [(u32, i32)];

pub struct Driver {
    codec: Box<dyn Codec>,
    pace: Pace,
    slice: Vec<u8>,
    /// All that came out so far.
    pub out: Vec<u8>,
    /// Bytes that the codec has read so far.
    pub consumed: usize,
}

impl Driver {
    pub fn new(format: Format, settings: &Settings, pace: Pace) -> Self {
        Self {
            codec: open(format, settings).unwrap(),
            pace,
            slice: vec![0; pace.output],
            out: Vec::new(),
            consumed: 0,
        }
    }

    fn repeat(
        &mut self,
        mut input: &[u8],
        mut operation: impl FnMut(&mut dyn Codec, &[u8], &mut [u8]) -> Result<Step>,
    ) -> Result<()> {
        for _ in 0..STEPS {
            self.slice.fill(0xaa);
            let step = operation(&mut *self.codec, input, &mut self.slice)?;
            assert!(step.consumed <= input.len() && step.produced <= self.slice.len());
            input = &input[step.consumed..];
            self.out.extend_from_slice(&self.slice[..step.produced]);
            self.consumed += step.consumed;
            if self.codec.is_complete() {
                return Ok(());
            }
            assert!(step.done || step.consumed + step.produced > 0, "stalled");
            if step.done {
                assert!(input.is_empty(), "done with input left");
                return Ok(());
            }
        }
        panic!("no end in sight");
    }

    pub fn feed(&mut self, input: &[u8]) -> Result<()> {
        let size = self.pace.input.min(input.len()).max(1);
        input
            .chunks(size)
            .try_for_each(|chunk| self.repeat(chunk, |codec, i, o| codec.feed(i, o)))
    }

    pub fn flush(&mut self, kind: Flush) -> Result<()> {
        self.repeat(&[], |codec, _, o| codec.flush(kind, o))
    }

    pub fn finish(&mut self) -> Result<()> {
        self.repeat(&[], |codec, _, o| codec.finish(o))
    }

    pub fn params(&mut self, level: i32, strategy: Strategy) -> Result<()> {
        self.repeat(&[], |codec, _, o| codec.params(level, strategy, o))
    }

    pub fn expect(&mut self, bytes: u64) {
        self.codec.expect(bytes);
    }

    pub fn reset(&mut self) -> Result<()> {
        self.codec.reset()
    }

    pub fn header(&mut self) -> Option<Box<Header>> {
        self.codec.take_header()
    }

    pub fn is_complete(&self) -> bool {
        self.codec.is_complete()
    }

    pub fn trailing(&self) -> u64 {
        self.codec.trailing()
    }
}

/// What comes out of `input`, and how it ended.
pub fn outcome(format: Format, input: &[u8], pace: Pace) -> (Vec<u8>, Result<()>) {
    outcome_with(format, &Settings::default(), input, pace)
}

/// As [`outcome`], with settings.
pub fn outcome_with(format: Format, settings: &Settings, input: &[u8], pace: Pace) -> (Vec<u8>, Result<()>) {
    let mut driver = Driver::new(format, settings, pace);
    let ended = driver.feed(input).and_then(|()| driver.finish());
    (driver.out, ended)
}

/// What comes out of `input`, which must be good.
pub fn run(format: Format, input: &[u8], pace: Pace) -> Vec<u8> {
    let (out, ended) = outcome(format, input, pace);
    ended.unwrap();
    out
}

/// As [`run`], with settings.
pub fn run_with(format: Format, settings: &Settings, input: &[u8], pace: Pace) -> Vec<u8> {
    let mut driver = Driver::new(format, settings, pace);
    driver.feed(input).unwrap();
    driver.finish().unwrap();
    driver.out
}

/// The error that `input` ends in, the same at every pace, with the same bytes before it.
pub fn refused(format: Format, input: &[u8]) -> (Vec<u8>, Error) {
    refused_with(format, &Settings::default(), input)
}

/// As [`refused`], with settings.
pub fn refused_with(format: Format, settings: &Settings, input: &[u8]) -> (Vec<u8>, Error) {
    let (out, ended) = outcome_with(format, settings, input, WHOLE);
    let error = ended.unwrap_err();
    for pace in paces() {
        let (also, ended) = outcome_with(format, settings, input, pace);
        assert_eq!(format!("{:?}", ended.unwrap_err()), format!("{error:?}"));
        assert_eq!(also, out, "{pace:?}");
    }
    (out, error)
}

/// The decoder that reads what `encoder` writes.
pub fn decoder_of(encoder: Format) -> Format {
    match encoder {
        Format::Gzip => Format::Gunzip,
        Format::Deflate => Format::Inflate,
        Format::DeflateRaw => Format::InflateRaw,
        Format::BrotliCompress => Format::BrotliDecompress,
        Format::ZstdCompress => Format::ZstdDecompress,
        decoder => panic!("{decoder:?} does not encode"),
    }
}

/// zlib's.
pub const ENCODERS: [Format; 3] = [Format::Gzip, Format::Deflate, Format::DeflateRaw];

pub const EVERY_ENCODER: [Format; 5] = [
    Format::Gzip,
    Format::Deflate,
    Format::DeflateRaw,
    Format::BrotliCompress,
    Format::ZstdCompress,
];

/// The settings of `encoder` for zlib's level, zstd's, or brotli's quality.
pub fn at_level(encoder: Format, level: i32) -> Settings {
    match encoder {
        Format::BrotliCompress => with_params(&[(1, level)]),
        Format::ZstdCompress => with_params(&[(100, level)]),
        _ => Settings {
            level,
            ..Settings::default()
        },
    }
}

/// Words, noise and zeros: something for every part of a codec to do, and no text. Deterministic.
pub fn mixed(size: usize) -> Vec<u8> {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut data = Vec::with_capacity(size + 64);
    while data.len() < size {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        match seed % 4 {
            0 => data.extend_from_slice(&seed.to_le_bytes()),
            1 => data.extend_from_slice(b"the credit that it held returns "),
            2 => data.extend_from_slice(format!("{:x} bytes, ", seed >> 52).as_bytes()),
            _ => data.extend(std::iter::repeat_n(0, (seed >> 60) as usize)),
        }
    }
    data.truncate(size);
    data
}

/// Bytes that do not compress. Deterministic.
pub fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..size).map(|_| next()).collect()
}

/// The default settings with these parameters of brotli or zstd.
pub fn with_params(params: &Params) -> Settings {
    Settings {
        params: params.to_vec(),
        ..Settings::default()
    }
}

/// The FNV-1a sum of `bytes`, to know them by.
pub fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, &byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The bytes that `digits` spell in pairs.
pub fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect()
}

/// The digits that spell what comes out of each of `steps`, apart from one another: `w` writes `abc`, `f` flushes, `e`
/// finishes.
pub fn script(format: Format, settings: &Settings, steps: &str) -> String {
    let mut driver = Driver::new(format, settings, WHOLE);
    let step = |step| {
        match step {
            'w' => driver.feed(b"abc").unwrap(),
            'f' => driver.flush(Flush::Sync).unwrap(),
            _ => driver.finish().unwrap(),
        }
        let out = std::mem::take(&mut driver.out);
        out.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    steps.chars().map(step).collect::<Vec<String>>().join(" ")
}
