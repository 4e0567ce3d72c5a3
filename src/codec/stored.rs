//! Level 0: a deflate stream of stored blocks, the data itself behind five bytes.
//!
//! zlib cuts its blocks by the sizes in which it is fed and emptied. Here the same bytes give the same blocks.

use super::Flush;
use crate::error::Result;

/// The most that one block can hold.
const MOST: usize = 0xffff;

/// zlib writes a block as soon as so much waits for one, not knowing whether it will be the last. So a last block as
/// large is not marked as the last, and an empty one follows.
const WORTHY: usize = 32 * 1024;

/// What stands before a block's data.
const HEADER: usize = 5;

/// An empty block, which ends a flush.
pub(super) const MARKER: [u8; HEADER] = [0, 0, 0, 0xff, 0xff];

/// The block being gathered: room for its header, then its data. Empty before the first byte.
#[derive(Default)]
pub(crate) struct Stored {
    block: Vec<u8>,
}

impl Stored {
    /// Takes what still fits into the block from the front of `input`, and returns how much that was. A full block goes
    /// to `ready`.
    pub(super) fn feed(&mut self, input: &[u8], ready: &mut Vec<u8>) -> Result<usize> {
        if self.block.is_empty() && !input.is_empty() {
            self.block.extend([0; HEADER]);
        }
        let part = input.len().min(HEADER + MOST - self.block.len());
        self.block.try_reserve(part)?;
        self.block.extend_from_slice(&input[..part]);
        if self.block.len() == HEADER + MOST {
            self.complete(false, ready)?;
        }
        Ok(part)
    }

    /// Brings out what was fed.
    pub(super) fn flush(&mut self, kind: Flush, ready: &mut Vec<u8>) -> Result<()> {
        self.complete(false, ready)?;
        if kind != Flush::Block {
            ready.extend(MARKER);
        }
        Ok(())
    }

    /// Ends the stream.
    pub(super) fn finish(&mut self, ready: &mut Vec<u8>) -> Result<()> {
        if self.block.is_empty() || self.block.len() - HEADER >= WORTHY {
            self.complete(false, ready)?;
            ready.extend([1, 0, 0, 0xff, 0xff]);
            Ok(())
        } else {
            self.complete(true, ready)
        }
    }

    /// Moves the block, if there is one, behind what is `ready`.
    fn complete(&mut self, last: bool, ready: &mut Vec<u8>) -> Result<()> {
        let Some(length) = self.block.len().checked_sub(HEADER) else {
            return Ok(());
        };
        let length = (length as u16).to_le_bytes();
        self.block[0] = last.into();
        self.block[1..3].copy_from_slice(&length);
        self.block[3..5].copy_from_slice(&length.map(|byte| !byte));
        if ready.is_empty() {
            std::mem::swap(ready, &mut self.block);
        } else {
            ready.try_reserve(self.block.len())?;
            ready.append(&mut self.block);
        }
        Ok(())
    }
}
