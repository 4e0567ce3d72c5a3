//! Which level of zlib-rs stands in for which level of zlib.
//!
//! zlib-rs follows zlib-ng, whose levels trade size for speed differently: its level 1 gives output a quarter larger
//! than zlib's. A program that asks for a level expects zlib's size, so each one is mapped to the fastest that stays
//! within 1 % of it on all that was measured: see `docs/levels.md`.
//!
//! zlib-rs's levels 3 to 6 use zlib-ng's "medium" strategy. On executables it is within the bound; on some text
//! (manual pages, much-repeated JSON) level 6 is not, and level 7, which searches as zlib does, is the first that is.
//! Level 9 gave 3.6 % more than zlib's on a log of short lines; level 8 searches as zlib's does, and gave as much as
//! zlib's. So there are two mappings, and the first bytes of the data tell which one holds. In a few kilobytes there is
//! not enough for the strategies to differ in, so data that is known to end there has a third.

use super::Strategy;
use crate::error::{Error, Result};

/// zlib's default level, which -1 stands for.
const DEFAULT: usize = 6;

/// By the level asked for: the level to run on text.
const TEXT: [i32; 10] = [0, 2, 3, 3, 5, 7, 7, 7, 8, 8];

/// By the level asked for: the level to run on anything else.
const BINARY: [i32; 10] = [0, 2, 3, 3, 4, 5, 5, 7, 7, 9];

/// By the level asked for: the level to run on any data of at most [`SHORT_SIZE`] bytes in all.
const SHORT: [i32; 10] = [0, 2, 3, 3, 4, 5, 6, 7, 8, 8];

/// The most that [`SHORT`] was measured to hold for.
const SHORT_SIZE: usize = 8_000;

/// A level of zlib, 0 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(usize);

impl Level {
    /// zlib's `level`, -1 to 9.
    pub(crate) fn new(level: i32) -> Result<Self> {
        match usize::try_from(level) {
            Ok(level) if level < TEXT.len() => Ok(Self(level)),
            Err(_) if level == -1 => Ok(Self(DEFAULT)),
            _ => Err(Error::Codec("compression level out of range")),
        }
    }

    /// The level asked for, 0 to 9.
    pub(crate) fn asked(self) -> usize {
        self.0
    }

    /// The level to run zlib-rs at.
    pub(crate) fn on(self, data: Data, strategy: Strategy) -> i32 {
        let mapping = match (strategy, data) {
            (Strategy::Default, Data::Short) => SHORT,
            // They search in a way of their own, at any level but 0.
            (Strategy::HuffmanOnly | Strategy::Rle, _) => BINARY,
            (_, Data::Text) => TEXT,
            (_, Data::Other | Data::Short) => BINARY,
        };
        mapping[self.0]
    }
}

/// What a stream is taken to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    Text,
    Other,
    /// Either, and no more than a few kilobytes. Only [`Strategy::Default`] makes the difference.
    Short,
}

impl Data {
    /// Of a stream that starts with `sample`, of which a few kilobytes are enough.
    pub(crate) fn of(sample: &[u8]) -> Self {
        if is_text(sample) { Self::Text } else { Self::Other }
    }

    /// Of a stream that is `data` and no more.
    pub(crate) fn of_all(data: &[u8], strategy: Strategy) -> Self {
        match strategy {
            Strategy::Default if data.len() <= SHORT_SIZE => Self::Short,
            _ => Self::of(data),
        }
    }
}

/// Whether at most one byte in twenty is a control character that text has no use for.
///
/// Noise has one in nine and executables more; an archive of text files has few enough unless the files are small.
fn is_text(sample: &[u8]) -> bool {
    let control = |byte: &&u8| **byte < b' ' && !b"\t\n\x0b\x0c\r\x1b".contains(byte);
    sample.iter().filter(control).count() <= sample.len() / 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_of_zlib_is_known_and_no_other() {
        for level in 0..=9 {
            assert_eq!(Level::new(level).unwrap(), Level(level as usize));
        }
        assert_eq!(Level::new(-1).unwrap(), Level(6));
        for level in [i32::MIN, -2, 10, i32::MAX] {
            assert!(matches!(Level::new(level), Err(Error::Codec(_))));
        }
    }

    #[test]
    fn text_is_told_from_other_data() {
        assert!(is_text("Zwölf Boxkämpfer jagen Viktor, \t quer\r\n".as_bytes()));
        assert!(is_text(&std::fs::read(file!()).unwrap()));
        let noise: Vec<u8> = (0..16_384_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert!(!is_text(&noise));
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(!is_text(&program[..16_384]));
        let default = Level::new(-1).unwrap();
        assert_eq!(default.on(Data::of(b"text"), Strategy::Default), 7);
        let elf = b"\x7fELF\x02\x01\x01\0\0\0";
        assert_eq!(default.on(Data::of(elf), Strategy::Default), 5);
        let of_all = |data, strategy| default.on(Data::of_all(data, strategy), strategy);
        assert_eq!(of_all(b"text", Strategy::Default), 6);
        assert_eq!(of_all(b"text", Strategy::Filtered), 7);
        assert_eq!(of_all(&[b't'; 8_001], Strategy::Default), 7);
    }
}
