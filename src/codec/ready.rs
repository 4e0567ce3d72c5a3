//! Output that is ready, and is handed out as there is room for it.

/// Bytes, and how many of them are handed out.
#[derive(Default)]
pub(crate) struct Ready {
    bytes: Vec<u8>,
    taken: usize,
}

impl Ready {
    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Moves what fits into `output`, and returns how much that was. Behind the last byte their memory is free.
    pub(crate) fn hand_out(&mut self, output: &mut [u8]) -> usize {
        let part = (self.bytes.len() - self.taken).min(output.len());
        output[..part].copy_from_slice(&self.bytes[self.taken..][..part]);
        self.taken += part;
        if self.taken == self.bytes.len() {
            *self = Self::default();
        }
        part
    }
}

impl From<Vec<u8>> for Ready {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, taken: 0 }
    }
}
