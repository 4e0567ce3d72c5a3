//! Each decoder beside a second one: any bytes, in any pieces.

use arbitrary::Unstructured;
use sluice::codec::{Format, Settings};

use crate::drive::{End, MOST, Outcome, Pace, decode};
use crate::reference::{self, Wrap};

/// Decodes in pieces and whole, which must give the same; the outcome.
pub(crate) fn ours(format: Format, input: &[u8], pace: Pace) -> Outcome {
    let settings = Settings::default();
    let whole = decode(format, &settings, input, Pace::whole());
    let pieces = decode(format, &settings, input, pace);
    // Before an error as much comes out as the decoder had decoded by then, and no other bytes.
    assert_eq!(whole.end, pieces.end, "{format:?}");
    assert!(whole.end == End::Failed || whole.bytes.len() == pieces.bytes.len());
    whole.agrees(&pieces);
    whole
}

/// `Inflate`, `InflateRaw`, `Gunzip` and `Unzip` beside zlib.
pub fn inflate(data: &[u8]) {
    let mut choices = Unstructured::new(data);
    let Ok(pace) = Pace::choose(&mut choices) else {
        return;
    };
    let Ok(kind) = choices.int_in_range(0..=3_u8) else {
        return;
    };
    let input = choices.take_rest();
    let is_gzip = input.starts_with(&[0x1f, 0x8b]);
    let (format, theirs) = match kind {
        0 => (Format::InflateRaw, reference::inflate(Wrap::Raw, input).0),
        1 => (Format::Inflate, reference::inflate(Wrap::Zlib, input).0),
        2 => (Format::Gunzip, reference::gunzip(input, false)),
        _ if is_gzip => (Format::Unzip, reference::gunzip(input, true)),
        _ => (Format::Unzip, reference::inflate(Wrap::Zlib, input).0),
    };
    ours(format, input, pace).agrees(&theirs);
}

/// `BrotliDecompress` beside a decoder in Rust.
pub fn brotli(data: &[u8]) {
    let mut choices = Unstructured::new(data);
    let Ok(pace) = Pace::choose(&mut choices) else {
        return;
    };
    let input = choices.take_rest();
    ours(Format::BrotliDecompress, input, pace).agrees(&reference::brotli(input, MOST));
}

/// `ZstdDecompress` beside a decoder in Rust, which takes some frames that the format does not allow, and refuses some that
/// the C library passes over, such as those with compressed blocks of no bytes. Where both accept, the bytes are the same.
pub fn zstd(data: &[u8]) {
    let mut choices = Unstructured::new(data);
    let Ok(pace) = Pace::choose(&mut choices) else {
        return;
    };
    let input = choices.take_rest();
    let ours = ours(Format::ZstdDecompress, input, pace);
    if ours.end == End::Whole
        && let Some(theirs) = reference::zstd(input, ours.bytes.len())
    {
        assert!(
            theirs == ours.bytes,
            "{} bytes, not {}",
            theirs.len(),
            ours.bytes.len()
        );
    }
}
