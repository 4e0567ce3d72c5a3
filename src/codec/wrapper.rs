//! What an encoder puts around its deflate stream.

use super::level::Level;
use flate2::{Compress, Compression};

#[derive(Clone, Copy)]
pub(super) enum Wrapper {
    Gzip,
    Zlib,
    Raw,
}

impl Wrapper {
    pub(super) fn compressor(self, run: Compression, window_bits: u8) -> Compress {
        match self {
            Self::Gzip => Compress::new_gzip(run, window_bits),
            Self::Zlib => Compress::new_with_window_bits(run, true, window_bits),
            Self::Raw => Compress::new_with_window_bits(run, false, window_bits),
        }
    }

    /// Makes the header in `output`, which starts at byte `start` of the stream, name the level asked for, as zlib's
    /// does: the compressor names the one that it runs at, and programs look for `78 9c`.
    pub(super) fn name_level(self, level: Level, window_bits: u8, start: u64, output: &mut [u8]) {
        let (at, byte) = match (self, level.asked()) {
            (Self::Raw, _) => return,
            (Self::Gzip, 0 | 1) => (8, 4),
            (Self::Gzip, 9) => (8, 2),
            (Self::Gzip, _) => (8, 0),
            (Self::Zlib, 0 | 1) => (1, 0),
            (Self::Zlib, 2..=5) => (1, 0x40),
            (Self::Zlib, 6) => (1, 0x80),
            (Self::Zlib, _) => (1, 0xc0),
        };
        let Some(place) = usize::try_from(at - i128::from(start))
            .ok()
            .and_then(|index| output.get_mut(index))
        else {
            return;
        };
        *place = match self {
            // The two bytes of a zlib header are a multiple of 31.
            Self::Zlib => {
                let first = u16::from(window_bits - 8) << 12 | 0x0800;
                byte + 31 - ((first | u16::from(byte)) % 31) as u8
            }
            _ => byte,
        };
    }
}
