//! Which level of zlib-rs stands in for which level of zlib.
//!
//! zlib-rs follows zlib-ng, whose levels trade size for speed differently: its level 1 gives output up to a third
//! larger than zlib's. A program that asks for a level expects zlib's size, so each one is mapped.

use crate::error::{Error, Result};
use flate2::Compression;

/// zlib's default level, which -1 stands for.
const DEFAULT: usize = 6;

/// Indexed by the level asked for: the level of zlib-rs to run.
const EFFECTIVE: [u32; 10] = [0, 2, 3, 4, 5, 6, 6, 7, 8, 9];

/// The level to run zlib-rs at for zlib's `level`, -1 to 9.
pub(super) fn effective(level: i32) -> Result<Compression> {
    let asked = match level {
        -1 => DEFAULT,
        _ => usize::try_from(level).unwrap_or(usize::MAX),
    };
    EFFECTIVE
        .get(asked)
        .map(|&run| Compression::new(run))
        .ok_or(Error::Codec("compression level out of range"))
}
