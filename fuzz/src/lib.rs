//! What the fuzz targets do. Each takes arbitrary bytes, in which it finds what to feed, in which sizes, with which
//! settings and in which order, and panics where a promise is broken.
//!
//! The sizes are small, and bombs are cut off at [`drive::MOST`], so that an execution takes a millisecond and not a second.

#![forbid(unsafe_code)]

mod decoders;
mod drive;
mod encoders;
mod framing;
mod parallel;
mod reference;
mod segments;

pub use decoders::{brotli, inflate, zstd};
pub use encoders::encode;
pub use framing::framing;
pub use parallel::parallel;
pub use segments::segments;

/// Every target, by its name.
pub const TARGETS: [(&str, fn(&[u8])); 7] = [
    ("inflate", inflate),
    ("brotli", brotli),
    ("zstd", zstd),
    ("framing", framing),
    ("encode", encode),
    ("parallel", parallel),
    ("segments", segments),
];
