//! The sink that drops all it takes: for measuring, and for a slow consumer without a destination.

use std::io::IoSlice;

use crate::error::Result;

use super::Sink;

/// Takes everything and keeps nothing.
#[derive(Debug, Default)]
pub struct DropAll;

impl Sink for DropAll {
    fn blocks(&self) -> bool {
        false
    }

    fn open(&mut self) -> Result<Option<i32>> {
        Ok(None)
    }

    fn write(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        Ok(pieces.iter().map(|piece| piece.len()).sum())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
