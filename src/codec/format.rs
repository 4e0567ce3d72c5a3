//! The one table of formats: their names, and which codec speaks each of them.

use super::deflate::Encoder;
use super::inflate::{Decoder, Expect};
use super::limit::limited;
use super::wrapper::Wrapper;
use super::{Codec, Settings, brotli_decode, brotli_encode, brotli_threads, zstd_decode, zstd_encode};
use crate::error::Result;

/// What a stream does to its bytes. The names are those of `node:zlib`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Compresses into one gzip member (RFC 1952).
    Gzip,
    /// Compresses into a zlib stream (RFC 1950).
    Deflate,
    /// Compresses into a bare deflate stream (RFC 1951).
    DeflateRaw,
    /// Decompresses gzip members, one after the other, as one stream.
    Gunzip,
    /// Decompresses a zlib stream; what follows it is ignored.
    Inflate,
    /// Decompresses a bare deflate stream; what follows it is ignored.
    InflateRaw,
    /// Decompresses gzip or zlib, whichever the first two bytes say.
    Unzip,
    /// Compresses into one brotli stream (RFC 7932).
    BrotliCompress,
    /// Decompresses a brotli stream; what follows it is ignored.
    BrotliDecompress,
    /// Compresses into a zstd frame (RFC 8878).
    ZstdCompress,
    /// Decompresses zstd frames, one after the other, as one stream.
    ZstdDecompress,
}

impl Format {
    /// Every format with its name.
    pub const ALL: [(&'static str, Self); 11] = [
        ("gzip", Self::Gzip),
        ("deflate", Self::Deflate),
        ("deflateRaw", Self::DeflateRaw),
        ("gunzip", Self::Gunzip),
        ("inflate", Self::Inflate),
        ("inflateRaw", Self::InflateRaw),
        ("unzip", Self::Unzip),
        ("brotliCompress", Self::BrotliCompress),
        ("brotliDecompress", Self::BrotliDecompress),
        ("zstdCompress", Self::ZstdCompress),
        ("zstdDecompress", Self::ZstdDecompress),
    ];

    /// The format called `name`, spelt as in [`Format::ALL`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, format)| format)
    }

    /// From how many bytes in one piece on [`Codec::announce`] makes a difference to it; for most formats never.
    pub fn announced_from(self) -> usize {
        if self == Self::BrotliCompress {
            brotli_encode::LARGE
        } else {
            usize::MAX
        }
    }

    /// Whether this direction compresses.
    pub fn is_encoder(self) -> bool {
        matches!(
            self,
            Self::Gzip | Self::Deflate | Self::DeflateRaw | Self::BrotliCompress | Self::ZstdCompress
        )
    }
}

/// Makes the codec for `format`. It takes no memory worth naming until it is given its first byte, flush or finish.
///
/// Fails with [`Error::Codec`] if a setting is out of its range.
pub fn open(format: Format, settings: &Settings) -> Result<Box<dyn Codec>> {
    Ok(limited(open_unlimited(format, settings)?, settings.limits))
}

fn open_unlimited(format: Format, settings: &Settings) -> Result<Box<dyn Codec>> {
    let encoder = |wrapper| Encoder::new(wrapper, settings.clone());
    let decoder = |expect| Decoder::new(expect, settings.clone());
    Ok(match format {
        Format::Gzip => Box::new(encoder(Wrapper::Gzip)?),
        Format::Deflate => Box::new(encoder(Wrapper::Zlib)?),
        Format::DeflateRaw => Box::new(encoder(Wrapper::Raw)?),
        Format::Gunzip => Box::new(decoder(Expect::Gzip)?),
        Format::Inflate => Box::new(decoder(Expect::Zlib)?),
        Format::InflateRaw => Box::new(decoder(Expect::Raw)?),
        Format::Unzip => Box::new(decoder(Expect::Either)?),
        Format::BrotliCompress => brotli_threads::open(settings)?,
        Format::BrotliDecompress => Box::new(brotli_decode::Decoder::new(settings)?),
        Format::ZstdCompress => Box::new(zstd_encode::Encoder::new(settings)?),
        Format::ZstdDecompress => Box::new(zstd_decode::Decoder::new(settings)?),
    })
}
