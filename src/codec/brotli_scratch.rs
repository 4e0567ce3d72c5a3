//! Where a flush may be, for mbrotli 0.5 not to fail it.
//!
//! At qualities 2 to 9 it makes a block in a buffer, and behind a flush it wants room there for three bytes of padding. For a
//! block that it compresses the buffer is made large enough: of `n` bytes, `2 n + 511`. For one that does not compress,
//! which then takes 3 to 5 bytes more than its data, it grows if it has to, to a multiple of 256, and may so end one or two
//! bytes behind it. Then the flush fails.
//!
//! So a flush is not where its block could end there. It is cut in two then, and the second one, of few bytes, cannot fail.
//! How long the buffer is nobody tells, but where flushes are at multiples of [`STEP`] it is 127 bytes more than a multiple
//! of 128, or a multiple of 256: the blocks that mbrotli gives out by itself begin and end at multiples of [`BLOCK`] from
//! the last flush. Of what was flushed elsewhere it is known what it comes to.

/// Flushes at multiples of so many bytes from the last one are always well.
const STEP: usize = 64;

/// No block of fewer bytes is left uncompressed: they are not enough for 7.92 bits of entropy in every 13th of them.
const SHORT: usize = 3000;

/// Bytes of mbrotli's smallest block.
const BLOCK: usize = 1 << 14;

/// Lengths that are remembered. Beyond that all flushes are at multiples of [`STEP`].
const MOST: usize = 4;

/// How many bytes a flush may have to leave to a second one: one step, and one more for each length that is in the way.
pub(super) const LAST: usize = STEP * (MOST + 2);

/// What is known of the length of mbrotli's buffer.
#[derive(Default)]
pub(super) struct Scratch {
    /// Lengths other than those of flushes at multiples of [`STEP`] that it may have.
    lengths: Vec<usize>,
}

impl Scratch {
    /// Where to flush: behind all of the bytes since the last flush, or some of [`LAST`] before. Blocks of fewer than
    /// `block` bytes are not given out without a flush.
    pub(super) fn flush_at(&self, all: usize, block: usize) -> usize {
        if self.may_grow_by(all, block) && (all < SHORT || !self.may_fail_at(all)) {
            return all;
        }
        let steps = (0..all / STEP + 1).rev().map(|step| step * STEP);
        let mut well = steps.filter(|&at| !self.may_fail_at(at));
        well.next().unwrap_or(all)
    }

    /// Whether a block that ends here is one of which it can be told what it makes of the buffer, and that is remembered.
    pub(super) fn may_grow_by(&self, bytes: usize, block: usize) -> bool {
        is_step(bytes) || grown(bytes) <= SHORT || (bytes < block && self.lengths.len() < MOST)
    }

    /// Takes note of a block of so many bytes, and of what was made of it.
    pub(super) fn grow_by(&mut self, bytes: usize, made: usize) {
        if is_step(bytes) {
            return;
        }
        let length = grown(bytes);
        if made < bytes {
            // It was compressed, so the buffer is no shorter.
            self.lengths.retain(|&other| other > length);
        }
        if length > SHORT && !self.lengths.contains(&length) {
            self.lengths.push(length);
        }
    }

    /// Whether a block that is not compressed, and that ends so many bytes behind the last flush, may end where there is no
    /// room. It may have begun at any [`BLOCK`] since.
    fn may_fail_at(&self, bytes: usize) -> bool {
        (bytes + 3..=bytes + 5).any(|end| {
            let short_of = |length: usize| (length % BLOCK + BLOCK - end % BLOCK) % BLOCK;
            let in_the_way = |&length: &usize| matches!(short_of(length), 1 | 2);
            matches!(end % 128, 125..=127) || self.lengths.iter().any(in_the_way)
        })
    }
}

fn is_step(bytes: usize) -> bool {
    bytes.is_multiple_of(STEP)
}

/// The length of the buffer for a block of so many bytes that is compressed.
fn grown(bytes: usize) -> usize {
    2 * bytes + 511
}
