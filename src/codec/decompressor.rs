//! zlib-rs's decompressor: one raw deflate stream, and one decompressor kept for the next.
//!
//! Raw, because header and trailer are read by [`super::inflate`], which has more to find in them. Kept, because making
//! one takes and writes tens of kilobytes, for each member of a file anew.

use std::cell::Cell;
use std::panic::catch_unwind;

use zlib_rs::{Inflate, InflateFlush, Status};

use super::compressor::Progress;
use super::failure::Failure;

thread_local! {
    static KEPT: Cell<Option<Inflate>> = const { Cell::new(None) };
}

/// One raw deflate stream.
pub(super) struct Decompressor {
    /// Absent only while it is dropped.
    inflate: Option<Inflate>,
}

impl Decompressor {
    /// One that knows `dictionary`, if there is one.
    pub(super) fn new(dictionary: Option<&[u8]>) -> Result<Self, Failure> {
        // Whatever window the compressor had, this one can look back as far as any.
        let mut inflate = match KEPT.try_with(Cell::take) {
            Ok(Some(mut kept)) => {
                kept.reset(false);
                kept
            }
            // It panics for want of memory.
            _ => catch_unwind(|| Inflate::new(false, 15)).map_err(|_| Failure::Memory)?,
        };
        if let Some(dictionary) = dictionary {
            inflate
                .set_dictionary(dictionary)
                .map_err(|error| Failure::of(&inflate, error))?;
        }
        Ok(Self {
            inflate: Some(inflate),
        })
    }

    /// Reads from `input` and writes to `output`. What it did counts even if it failed.
    pub(super) fn feed(&mut self, input: &[u8], output: &mut [u8]) -> (Progress, Option<Failure>) {
        let mut did = Progress::default();
        let Some(inflate) = &mut self.inflate else {
            return (did, None);
        };
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(input, output, InflateFlush::NoFlush);
        did.read = (inflate.total_in() - read) as usize;
        did.written = (inflate.total_out() - written) as usize;
        did.ended = status == Ok(Status::StreamEnd);
        (did, status.err().map(|error| Failure::of(inflate, error)))
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // A thread that ends keeps nothing.
        let _ = KEPT.try_with(|kept| kept.set(self.inflate.take()));
    }
}
