//! Sending what a system call reads: it fills many slabs in place, at once, where [`Sender::spare`] gives one.

use std::io::IoSliceMut;
use std::iter;

use super::sender::Sender;
use super::slab::{SLAB, Slab};

impl<C> Sender<C> {
    /// Memory to read into, `n` bytes in all, in pieces that are not empty. [`Sender::commit_spares`] accepts what was
    /// read.
    pub fn spares(&mut self, n: usize) -> Vec<IoSliceMut<'_>> {
        let open = self.open.get_or_insert_with(Slab::new);
        let further = n.saturating_sub(open.spare_len()).div_ceil(SLAB);
        self.further.resize_with(further, Slab::new);
        let mut left = n;
        let mut pieces = Vec::with_capacity(1 + further);
        for slab in iter::once(open).chain(&mut self.further) {
            let spare = slab.spare();
            let size = spare.len().min(left);
            pieces.push(IoSliceMut::new(&mut spare[..size]));
            left -= size;
        }
        pieces
    }

    /// Accepts the first `n` bytes of what [`Sender::spares`] gave. The receiver sees them at [`Sender::publish`]. After [`Sender::end`] or [`Sender::abort`] it accepts nothing.
    pub fn commit_spares(&mut self, n: usize) {
        let further = std::mem::take(&mut self.further);
        if !self.is_open() {
            return;
        }
        let first = self.open.as_ref().map_or(0, Slab::spare_len);
        let mut left = n.min(first + further.len() * SLAB);
        self.accept(left);
        let mut further = further.into_iter();
        while left > 0 {
            let filled = left.min(self.open.as_ref().map_or(0, Slab::spare_len));
            self.fill(filled);
            left -= filled;
            if left > 0 {
                self.open = further.next();
            }
        }
    }
}
