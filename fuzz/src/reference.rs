//! The second implementations: zlib's own inflate, and decoders of brotli and zstd in Rust.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::FrameDecoder;

use crate::drive::{End, MOST, Outcome};

/// What stands around a deflate stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    Raw,
    Zlib,
    Gzip,
}

/// What zlib makes of one stream, and how many bytes of `input` that was.
pub fn inflate(wrap: Wrap, input: &[u8]) -> (Outcome, usize) {
    let mut decoder = match wrap {
        Wrap::Raw => Decompress::new(false),
        Wrap::Zlib => Decompress::new(true),
        Wrap::Gzip => Decompress::new_gzip(15),
    };
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let (read, made) = (decoder.total_in(), decoder.total_out());
        let rest = &input[read as usize..];
        let status = decoder.decompress(rest, &mut piece, FlushDecompress::None);
        bytes.extend_from_slice(&piece[..(decoder.total_out() - made) as usize]);
        let end = match status {
            Ok(Status::StreamEnd) => End::Whole,
            Err(_) => End::Failed,
            Ok(_) if bytes.len() > MOST => End::TooLarge,
            // Nothing moves without more input.
            Ok(_) if decoder.total_in() == read && decoder.total_out() == made => End::Failed,
            Ok(_) => continue,
        };
        return (Outcome { bytes, end }, decoder.total_in() as usize);
    }
}

/// What `node:zlib` makes of a gzip file, by zlib: members follow one another until the end, or a zero byte. `Unzip` takes
/// those of zlib among them, too.
pub fn gunzip(input: &[u8], unzips: bool) -> Outcome {
    let mut all = Vec::new();
    let mut rest = input;
    loop {
        let is_zlib = unzips && !rest.starts_with(&[0x1f, 0x8b]);
        let (Outcome { bytes, end }, read) = inflate(if is_zlib { Wrap::Zlib } else { Wrap::Gzip }, rest);
        all.extend(bytes);
        rest = &rest[read..];
        if end != End::Whole || rest.first().is_none_or(|next| *next == 0) {
            return Outcome { bytes: all, end };
        }
    }
}

/// What a brotli decoder in Rust makes of `input`, cut off behind `most` bytes; bytes behind the end are ignored.
pub fn brotli(input: &[u8], most: usize) -> Outcome {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut left, mut offset, mut total) = (input.len(), 0, 0);
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let (mut room, mut filled) = (piece.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut offset,
            input,
            &mut room,
            &mut filled,
            &mut piece,
            &mut total,
            &mut state,
        );
        bytes.extend_from_slice(&piece[..filled]);
        let end = match result {
            BrotliResult::ResultSuccess => End::Whole,
            BrotliResult::NeedsMoreOutput if bytes.len() > most => End::TooLarge,
            BrotliResult::NeedsMoreOutput => continue,
            // It asks for input though it has more to give.
            BrotliResult::NeedsMoreInput if filled == piece.len() => continue,
            BrotliResult::NeedsMoreInput | BrotliResult::ResultFailure => End::Failed,
        };
        return Outcome { bytes, end };
    }
}

/// What a zstd decoder in Rust makes of `input`: `None` if it fails, be it for want of room.
pub fn zstd(input: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; most];
    let length = FrameDecoder::new().decode_all(input, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}
