//! What a codec can be told when it is opened. The names and ranges are those of `node:zlib`.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use crate::error::{Error, Result};

/// How zlib looks for matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// For any data.
    #[default]
    Default,
    /// For data from a filter: more Huffman coding, fewer matches.
    Filtered,
    /// No matches at all.
    HuffmanOnly,
    /// Only matches at a distance of one byte.
    Rle,
    /// Fixed Huffman codes.
    Fixed,
}

impl Strategy {
    /// zlib's number, 0 to 4.
    pub fn from_number(number: i32) -> Result<Self> {
        Ok(match number {
            0 => Self::Default,
            1 => Self::Filtered,
            2 => Self::HuffmanOnly,
            3 => Self::Rle,
            4 => Self::Fixed,
            _ => return Err(Error::Codec("stream error")),
        })
    }
}

/// Which members of a gzip file a decoder reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Members {
    /// All, as one stream.
    #[default]
    All,
    /// The first; what follows is left to the caller.
    First,
}

/// The fields of a gzip member's header (RFC 1952). Name and comment are Latin-1, and hold no zero byte.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The original file's name.
    pub name: Option<Vec<u8>>,
    /// For people to read.
    pub comment: Option<Vec<u8>>,
    /// Subfields for programs, at most 65,535 bytes.
    pub extra: Option<Vec<u8>>,
    /// When the original was modified, in seconds since 1970; 0 for unknown.
    pub mtime: u32,
    /// The file system it was made on; 3 is Unix, 255 unknown.
    pub os: u8,
    /// Whether it is probably text.
    pub text: bool,
}

impl Header {
    /// What zlib writes where it is told nothing.
    pub const PLAIN: Self = Self {
        name: None,
        comment: None,
        extra: None,
        mtime: 0,
        os: 3,
        text: false,
    };
}

/// How much a codec may produce before it fails with [`Error::TooLarge`]. The bytes up to the limit are produced.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Bytes in all.
    pub output: Option<u64>,
    /// Bytes for each byte of input consumed, where more than [`Limits::FREE`] are produced.
    pub ratio: Option<f64>,
}

impl Limits {
    /// Bytes that no ratio forbids: in a small input it is high by chance.
    pub const FREE: u64 = 64 * 1024;
}

/// The value of a parameter that was not set.
pub(super) const UNSET: i32 = -1;

/// What a codec can be told. Each ignores what is not meant for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// zlib's compression level: 0 stores, 1 is fastest, 9 is smallest, -1 is the default (6).
    pub level: i32,
    /// Base-2 logarithm of the deflate window in bytes, 9 to 15. A decoder refuses a zlib stream that was made with a
    /// larger one.
    pub window_bits: u8,
    /// How much memory zlib takes for its search, 1 to 9.
    pub mem_level: u8,
    /// How zlib looks for matches.
    pub strategy: Strategy,
    /// Bytes that the data is expected to repeat. Not for gzip, which has no place to name it.
    pub dictionary: Option<Arc<[u8]>>,
    /// Parameters of brotli or zstd, by the numbers of their C libraries. The value -1 leaves a parameter as it is, as
    /// with Node, which keeps them in an array full of it.
    pub params: Vec<(u32, i32)>,
    /// How many bytes will be fed, for zstd to write into its header and to hold the program to.
    pub pledged_size: Option<u64>,
    /// The header that gzip writes.
    pub header: Option<Box<Header>>,
    /// Which members gunzip reads.
    pub members: Members,
    /// Whether bytes behind the end of the data are an error rather than ignored.
    pub reject_trailing: bool,
    /// How much may be produced.
    pub limits: Limits,
    /// The most threads that compress one stream; `None` for as many as there are, or, for zstd and brotli, whose threads
    /// are the stream's own, for one.
    pub threads: Option<NonZeroUsize>,
}

impl Settings {
    /// How many threads of its own an encoder takes that is asked for more than one.
    pub(super) fn own_threads(&self) -> Option<usize> {
        let threads = self.threads?.get();
        (threads > 1).then(|| at_most_cores(threads))
    }
}

/// No more threads than there are cores. Two on a single one, so that what is made of the data does not depend on the
/// machine.
pub(super) fn at_most_cores(threads: usize) -> usize {
    let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
    threads.min(cores.max(2))
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: -1,
            window_bits: 15,
            mem_level: 8,
            strategy: Strategy::Default,
            dictionary: None,
            params: Vec::new(),
            pledged_size: None,
            header: None,
            members: Members::All,
            reject_trailing: false,
            limits: Limits::default(),
            threads: None,
        }
    }
}
