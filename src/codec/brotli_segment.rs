//! One segment of a brotli stream, compressed beside the others: by itself, but for the bytes before it, to which it may
//! refer. It begins and ends at a byte's boundary, so segments follow one another as they are.
//!
//! mbrotli makes such segments of what it is given whole, in batches. Here each segment is the second of a batch of two:
//! the first is of zeros, and is thrown away. A batch asks for its input through a trait, and for what is before a segment
//! together with the segment: so the second one is given the stream's bytes before it, where the first was given zeros.
//!
//! The zeros have another use. mbrotli 0.5 fails at some lengths to end a segment with a block that does not compress, if its
//! buffer has to grow for it (see `brotli_scratch.rs`). Behind the zeros, which are more, it need not.

use super::brotli_encode::failed;
use crate::error::Result;
use mbrotli::EncoderConfig;
use mbrotli::compressor::parallel::{
    BatchConfig, ParallelCompressor, ParallelConfig, RandomAccessSource, SegmentSize, SourceConsistency,
    TaskCount,
};
use std::io;
use std::sync::Arc;

/// Bytes of the largest segment.
pub(super) const SEGMENT: usize = 4 << 20;

/// The most bytes before a segment that it refers to: a quarter of a batch's segments, of which the second need not be
/// whole. Of 1 MiB, 20 MB of JavaScript came to 2.9 % more than in one piece; of 2 MiB to 0.2 %, as of 4.
pub(super) const HISTORY: usize = 2 * SEGMENT / 4;

/// The least that a batch's segments are. A few bytes, behind which there is a flush, take less time with less history.
const LEAST: usize = 1 << 20;

/// Bytes that are to be compressed, behind [`HISTORY`] bytes that were before.
pub(super) struct Segment {
    bytes: Vec<u8>,
}

impl Segment {
    /// None yet, behind the last bytes of `before`, of which there are enough.
    pub(super) fn behind(before: &[u8]) -> Result<Self> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(HISTORY + SEGMENT)?;
        bytes.extend_from_slice(&before[before.len() - HISTORY..]);
        Ok(Self { bytes })
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() - HISTORY
    }

    /// Takes what it has room for, and says how much that was.
    pub(super) fn gather(&mut self, bytes: &[u8]) -> usize {
        let part = bytes.len().min(SEGMENT - self.len());
        self.bytes.extend_from_slice(&bytes[..part]);
        part
    }

    /// Itself, with an empty one behind it in its place.
    pub(super) fn take(&mut self) -> Result<Self> {
        let next = Self::behind(&self.bytes)?;
        Ok(std::mem::replace(self, next))
    }
}

/// Compresses segments, one after the other. Keeps its tables for the next one.
pub(super) struct Compressor {
    batches: ParallelCompressor,
    /// The size of the batches' segments, and the length of a first one, which is the same for all of that size.
    known: Option<(usize, usize)>,
}

impl Compressor {
    pub(super) fn new(config: EncoderConfig) -> Result<Self> {
        Ok(Self {
            batches: ParallelCompressor::new(config, of_segments(2 * SEGMENT)?).map_err(|_| failed())?,
            known: None,
        })
    }

    /// What the segment is in the stream.
    pub(super) fn compress(&mut self, segment: Segment) -> Result<Vec<u8>> {
        let size = (2 * segment.len()).next_power_of_two().clamp(LEAST, 2 * SEGMENT);
        let first = match self.known {
            Some((known, length)) if known == size => length,
            _ => {
                self.batches.reconfigure_parallel(of_segments(size)?);
                self.batch(Source {
                    zeros: size,
                    segment: None,
                })?
                .len()
            }
        };
        self.known = Some((size, first));
        let mut both = self.batch(Source {
            zeros: size,
            segment: Some(segment),
        })?;
        both.drain(..first);
        Ok(both)
    }

    /// The segments of a batch, without what ends the stream.
    fn batch(&mut self, source: Source) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.batches
            .prepare_source::<Source, _>(Arc::new(source), BatchConfig::auto(TaskCount::ONE))
            .and_then(|mut batch| {
                batch.run_inline()?;
                batch.finish_into(&mut out)
            })
            .map_err(|_| failed())?;
        // An empty block, of one byte as it begins at a byte's boundary.
        out.pop();
        Ok(out)
    }
}

fn of_segments(size: usize) -> Result<ParallelConfig> {
    let size = SegmentSize::try_from(size).map_err(|_| failed())?;
    Ok(ParallelConfig::from(size)
        .with_minimum_parallel_size(0)
        .with_max_retained_workers(1)
        .with_source_consistency(SourceConsistency::AssumeImmutable))
}

/// The input of a batch: so many zeros, and a segment, before which are the bytes before it.
struct Source {
    zeros: usize,
    segment: Option<Segment>,
}

impl RandomAccessSource for Source {
    fn len(&self) -> io::Result<u64> {
        let segment = self.segment.as_ref().map_or(0, Segment::len);
        Ok((self.zeros + segment) as u64)
    }

    fn read_exact_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        if offset == 0 {
            into.fill(0);
            return Ok(());
        }
        let bytes = self.segment.as_ref().and_then(|segment| {
            let from = (HISTORY + offset as usize).checked_sub(self.zeros)?;
            segment.bytes.get(from..from + into.len())
        });
        into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
