//! What stands around a deflate stream: a header before it, a checksum behind it. Shared by all that compress.

use zlib_rs::{adler32, crc32};

use super::level::Level;
use super::{Header, Settings, Strategy};
use crate::error::{Error, Result};

/// The formats around deflate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapper {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// Nothing.
    Raw,
}

/// How hard the compressor was asked to try, as the headers tell it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effort {
    Fastest,
    Fast,
    Default,
    Smallest,
}

impl Effort {
    fn of(level: Level, strategy: Strategy) -> Self {
        match (strategy, level.asked()) {
            (Strategy::HuffmanOnly | Strategy::Rle | Strategy::Fixed, _) | (_, 0 | 1) => Self::Fastest,
            (_, 2..=5) => Self::Fast,
            (_, 6) => Self::Default,
            _ => Self::Smallest,
        }
    }
}

impl Wrapper {
    /// What comes before the stream. It names the level asked for, as zlib's does, and not the one that runs:
    /// programs look for `78 9c`.
    ///
    /// Fails if a field cannot be written so that it would be read as it is.
    pub(crate) fn header(self, level: Level, settings: &Settings) -> Result<Vec<u8>> {
        let effort = Effort::of(level, settings.strategy);
        Ok(match self {
            Self::Raw => Vec::new(),
            Self::Zlib => zlib_header(effort, settings.window_bits, settings.dictionary.as_deref()),
            Self::Gzip => {
                let extra_flags = match (level.asked(), effort) {
                    (9, _) => 2,
                    (_, Effort::Fastest) => 4,
                    _ => 0,
                };
                gzip_header(extra_flags, settings.header.as_deref().unwrap_or(&Header::PLAIN))?
            }
        })
    }

    /// The sum of no bytes.
    pub(crate) fn check(self) -> Check {
        let sum = match self {
            Self::Gzip | Self::Raw => 0,
            Self::Zlib => 1,
        };
        Check {
            wrapper: self,
            sum,
            length: 0,
        }
    }
}

fn zlib_header(effort: Effort, window_bits: u8, dictionary: Option<&[u8]>) -> Vec<u8> {
    let dictionary = dictionary.filter(|dictionary| !dictionary.is_empty());
    let effort = match effort {
        Effort::Fastest => 0,
        Effort::Fast => 1,
        Effort::Default => 2,
        Effort::Smallest => 3,
    };
    let header =
        u16::from(window_bits - 8) << 12 | 0x0800 | effort << 6 | u16::from(dictionary.is_some()) << 5;
    // The two bytes are a multiple of 31.
    let mut bytes = (header + 31 - header % 31).to_be_bytes().to_vec();
    if let Some(dictionary) = dictionary {
        bytes.extend(adler32::adler32(1, dictionary).to_be_bytes());
    }
    bytes
}

fn gzip_header(extra_flags: u8, header: &Header) -> Result<Vec<u8>> {
    let mut flags = u8::from(header.text);
    let mut fields = Vec::new();
    if let Some(extra) = &header.extra {
        flags |= 4;
        let length = u16::try_from(extra.len()).map_err(|_| Error::Codec("stream error"))?;
        fields.extend(length.to_le_bytes());
        fields.extend(extra);
    }
    for (flag, text) in [(8, &header.name), (16, &header.comment)] {
        let Some(text) = text else { continue };
        if text.contains(&0) {
            return Err(Error::Codec("stream error"));
        }
        flags |= flag;
        fields.extend(text);
        fields.push(0);
    }
    let mut bytes = vec![0x1f, 0x8b, 8, flags];
    bytes.extend(header.mtime.to_le_bytes());
    bytes.extend([extra_flags, header.os]);
    bytes.extend(fields);
    Ok(bytes)
}

/// The checksum and length of what a stream holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Check {
    wrapper: Wrapper,
    sum: u32,
    length: u64,
}

impl Check {
    /// Counts `bytes` in.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.sum = match self.wrapper {
            Wrapper::Gzip => crc32::crc32(self.sum, bytes),
            Wrapper::Zlib => adler32::adler32(self.sum, bytes),
            Wrapper::Raw => 0,
        };
    }

    /// Counts in what follows, of which this is the check.
    pub(crate) fn append(&mut self, next: &Self) {
        self.length += next.length;
        self.sum = match self.wrapper {
            Wrapper::Gzip => crc32::crc32_combine(self.sum, next.sum, next.length),
            Wrapper::Zlib => adler32::adler32_combine(self.sum, next.sum, next.length),
            Wrapper::Raw => 0,
        };
    }

    /// The format that it is for.
    pub(crate) fn wrapper(&self) -> Wrapper {
        self.wrapper
    }

    /// What comes behind the stream.
    pub(crate) fn trailer(&self) -> Vec<u8> {
        match self.wrapper {
            // The length is stated modulo 2^32.
            Wrapper::Gzip => [self.sum.to_le_bytes(), (self.length as u32).to_le_bytes()].concat(),
            Wrapper::Zlib => self.sum.to_be_bytes().to_vec(),
            Wrapper::Raw => Vec::new(),
        }
    }
}
