//! Each encoder, with any settings, in any pieces and with any flushes: decoded by somebody else it is what was fed.

use arbitrary::{Result, Unstructured};
use sluice::codec::{Flush, Format, Settings, Strategy, open};

use crate::drive::{Drive, End, MOST, Outcome, Pace, decode};
use crate::reference::{self, Wrap};

/// The numbers of parameters, from the headers of the C libraries.
const BROTLI_QUALITY: u32 = 1;
const BROTLI_LGWIN: u32 = 2;
const ZSTD_LEVEL: u32 = 100;
const ZSTD_WINDOW_LOG: u32 = 101;
const ZSTD_CHECKSUM: u32 = 201;

enum Operation<'a> {
    Feed(&'a [u8]),
    /// So many bytes of what was fed already, from so far back.
    Repeat(usize, usize),
    Flush(Flush),
    Params(i32, Strategy),
}

/// Any encoder, any operations.
pub fn encode(data: &[u8]) {
    // Whatever the fuzzer leaves open is nothing.
    let _ = check(&mut Unstructured::new(data));
}

fn check(choices: &mut Unstructured<'_>) -> Result<()> {
    let formats = [
        Format::Gzip,
        Format::Deflate,
        Format::DeflateRaw,
        Format::BrotliCompress,
        Format::ZstdCompress,
    ];
    let format = *choices.choose(&formats)?;
    let settings = settings(format, choices)?;
    let paces = [Pace::choose(choices)?, Pace::choose(choices)?];
    let operations = operations(format, choices)?;

    let (data, packed) = run(format, &settings, &operations, paces[0].clone());
    let (_, again) = run(format, &settings, &operations, paces[1].clone());
    assert!(packed == again, "other bytes in other pieces");
    let unpacked = unpack(format, &packed, data.len());
    assert!(
        unpacked.end == End::Whole && unpacked.bytes == data,
        "not what was fed"
    );
    Ok(())
}

/// What was fed, and what came of it. After a flush all that was fed by then can be decoded.
fn run(format: Format, settings: &Settings, operations: &[Operation<'_>], pace: Pace) -> (Vec<u8>, Vec<u8>) {
    let mut drive = Drive::new(open(format, settings).expect("good settings"), pace);
    let mut data = Vec::new();
    for operation in operations {
        let before = data.len();
        match *operation {
            Operation::Feed(bytes) => data.extend_from_slice(bytes),
            Operation::Repeat(back, length) => {
                for _ in 0..length {
                    let byte = data.len().checked_sub(back).map_or(b'a', |from| data[from]);
                    data.push(byte);
                }
            }
            Operation::Flush(kind) => {
                let flushed = drive.repeat(&[], |codec, _, output| codec.flush(kind, output));
                flushed.expect("a flush");
                if matches!(kind, Flush::Sync | Flush::Full) {
                    let decoded = prefix(format, &drive.out);
                    assert!(
                        decoded == data,
                        "{format:?}: {} of {} bytes",
                        decoded.len(),
                        data.len()
                    );
                }
            }
            Operation::Params(level, strategy) => {
                let set = drive.repeat(&[], |codec, _, output| codec.params(level, strategy, output));
                set.expect("new parameters");
            }
        }
        drive.feed(&data[before..]).expect("any bytes");
    }
    let finished = drive.repeat(&[], |codec, _, output| codec.finish(output));
    finished.expect("an end");
    (data, drive.out)
}

/// What the beginning of a stream gives.
fn prefix(format: Format, packed: &[u8]) -> Vec<u8> {
    let theirs = streaming(format, packed);
    let ours = || {
        decode(
            Format::ZstdDecompress,
            &Settings::default(),
            packed,
            Pace::whole(),
        )
    };
    theirs.unwrap_or_else(ours).bytes
}

fn unpack(format: Format, packed: &[u8], length: usize) -> Outcome {
    streaming(format, packed).unwrap_or_else(|| {
        let bytes = reference::zstd(packed, length);
        Outcome {
            end: if bytes.is_some() { End::Whole } else { End::Failed },
            bytes: bytes.unwrap_or_default(),
        }
    })
}

/// What a second implementation makes of it that can be given a part. That of zstd cannot.
fn streaming(format: Format, packed: &[u8]) -> Option<Outcome> {
    let wrap = match format {
        Format::Gzip => Wrap::Gzip,
        Format::Deflate => Wrap::Zlib,
        Format::DeflateRaw => Wrap::Raw,
        Format::BrotliCompress => return Some(reference::brotli(packed, MOST)),
        _ => return None,
    };
    Some(reference::inflate(wrap, packed).0)
}

fn settings(format: Format, choices: &mut Unstructured<'_>) -> Result<Settings> {
    let mut settings = Settings::default();
    match format {
        Format::BrotliCompress => {
            settings.params = vec![
                (BROTLI_QUALITY, choices.int_in_range(0..=9)?),
                (BROTLI_LGWIN, choices.int_in_range(10..=24)?),
            ];
        }
        Format::ZstdCompress => {
            settings.params = vec![
                (ZSTD_LEVEL, choices.int_in_range(-10..=15)?),
                (ZSTD_CHECKSUM, choices.int_in_range(0..=1)?),
            ];
            if choices.arbitrary()? {
                settings
                    .params
                    .push((ZSTD_WINDOW_LOG, choices.int_in_range(10..=21)?));
            }
        }
        _ => {
            settings.level = choices.int_in_range(-1..=9)?;
            settings.window_bits = choices.int_in_range(9..=15)?;
            settings.mem_level = choices.int_in_range(1..=9)?;
            settings.strategy = strategy(choices)?;
        }
    }
    Ok(settings)
}

fn strategy(choices: &mut Unstructured<'_>) -> Result<Strategy> {
    let number = choices.int_in_range(0..=4)?;
    Ok(Strategy::from_number(number).expect("zlib has five"))
}

fn operations<'a>(format: Format, choices: &mut Unstructured<'a>) -> Result<Vec<Operation<'a>>> {
    let deflates = !matches!(format, Format::BrotliCompress | Format::ZstdCompress);
    let kinds = [
        Flush::None,
        Flush::Partial,
        Flush::Sync,
        Flush::Full,
        Flush::Block,
    ];
    let mut length = 0;
    let mut operations = Vec::new();
    for _ in 0..choices.int_in_range(1..=20)? {
        operations.push(match choices.int_in_range(0..=9_u8)? {
            0..=3 => {
                let size = choices.int_in_range(0..=2000_usize)?.min(choices.len());
                length += size;
                Operation::Feed(choices.bytes(size)?)
            }
            4..=6 => {
                let size = choices
                    .int_in_range(0..=70_000_usize)?
                    .min((MOST / 4).saturating_sub(length));
                length += size;
                Operation::Repeat(choices.int_in_range(1..=40_000)?, size)
            }
            7 if deflates => Operation::Params(choices.int_in_range(-1..=9)?, strategy(choices)?),
            _ => Operation::Flush(*choices.choose(&kinds)?),
        });
    }
    Ok(operations)
}
