//! Compression by several threads into one stream: itself a [`Codec`].
//!
//! What is fed is cut into blocks. Each is compressed by itself, but for the window before it, to which it may refer, and
//! ends at a byte's boundary; put one behind the other they are one deflate stream, which any decoder reads. The blocks
//! are handed to an [`Executor`], whoever that is, as [`Job`]s; nothing here knows of threads, or waits on one.
//!
//! Where the blocks begin and end, and what is made of each, depends on the data, the settings and the flushes alone: the
//! same bytes come out whatever the number of threads, and whoever of them is first.

mod block;
mod encoder;
mod pipeline;
#[cfg(test)]
mod tests;
mod workers;

use std::sync::Arc;

use crate::codec::{self, Codec, Format, Settings, Wrapper};
use crate::error::Result;

pub use workers::{Executor, Job, Workers};

/// As [`codec::open`], for a stream that may use `workers`. Without, the same bytes come of its own thread alone.
pub fn open(format: Format, settings: &Settings, workers: Option<Arc<Workers>>) -> Result<Box<dyn Codec>> {
    let wrapper = match format {
        Format::Gzip => Wrapper::Gzip,
        Format::Deflate => Wrapper::Zlib,
        Format::DeflateRaw => Wrapper::Raw,
        _ => return codec::open(format, settings),
    };
    let encoder = encoder::Parallel::new(wrapper, settings.clone(), workers)?;
    Ok(codec::limited(Box::new(encoder), settings.limits))
}
