//! Files of gzip members with every kind of header, and what may stand between and behind them.

use arbitrary::{Result, Unstructured};
use flate2::{Compress, Compression, Crc, FlushCompress};
use sluice::codec::{Format, Members, Settings, open};

use crate::decoders::ours;
use crate::drive::{Drive, End, Pace};
use crate::reference::{self, Wrap};

/// `Gunzip` of members beside zlib, whole and in pieces, all of them and the first alone.
pub fn framing(data: &[u8]) {
    // Whatever the fuzzer leaves open is nothing.
    let _ = check(&mut Unstructured::new(data));
}

fn check(choices: &mut Unstructured<'_>) -> Result<()> {
    let pace = Pace::choose(choices)?;
    let mut file = Vec::new();
    for _ in 0..choices.int_in_range(1..=4)? {
        member(choices, &mut file)?;
        match choices.int_in_range(0..=7_u8)? {
            0 => file.extend([0; 5]),
            1 => file.extend(choices.bytes(4)?),
            _ => {}
        }
    }
    if choices.ratio(1, 4)? && !file.is_empty() {
        let position = choices.int_in_range(0..=file.len() - 1)?;
        file[position] ^= choices.int_in_range(1..=255_u8)?;
    }
    if choices.ratio(1, 8)? {
        file.truncate(choices.int_in_range(0..=file.len())?);
    }

    let (ours, theirs) = (
        ours(Format::Gunzip, &file, pace.clone()),
        reference::gunzip(&file, false),
    );
    assert_eq!(ours.end, theirs.end);
    ours.agrees(&theirs);
    first(&file, pace);
    Ok(())
}

/// The first member alone, and where it ends.
fn first(file: &[u8], pace: Pace) {
    let settings = Settings {
        members: Members::First,
        ..Settings::default()
    };
    let codec = open(Format::Gunzip, &settings).expect("good settings");
    let mut drive = Drive::new(codec, pace);
    let fed = drive.feed(file);
    let (theirs, read) = reference::inflate(Wrap::Gzip, file);
    if theirs.end == End::Whole {
        assert!(fed.is_ok() && drive.codec.is_complete());
        assert_eq!((drive.consumed, drive.out), (read, theirs.bytes));
    } else {
        assert!(!drive.codec.is_complete());
    }
}

/// A member with such fields as the fuzzer likes, some of them wrong.
fn member(choices: &mut Unstructured<'_>, file: &mut Vec<u8>) -> Result<()> {
    let begin = file.len();
    let flags = choices.int_in_range(0..=63_u8)?;
    file.extend([0x1f, 0x8b, 8, flags & 31]);
    file.extend(choices.bytes(6)?);
    if flags & 4 != 0 {
        let length = choices.int_in_range(0..=40_u16)?;
        file.extend(length.to_le_bytes());
        file.extend(choices.bytes(length.into())?);
    }
    for field in [8, 16] {
        if flags & field != 0 {
            let length = choices.int_in_range(0..=20_usize)?;
            file.extend(choices.bytes(length)?.iter().filter(|byte| **byte != 0));
            file.push(0);
        }
    }
    if flags & 2 != 0 {
        let mut crc = Crc::new();
        crc.update(&file[begin..]);
        let sum = crc.sum() as u16 ^ u16::from(choices.ratio(1, 16)?);
        file.extend(sum.to_le_bytes());
    }
    let length = choices.int_in_range(0..=300_usize)?.min(choices.len());
    let body = choices.bytes(length)?;
    let level = Compression::new(choices.int_in_range(0..=9)?);
    let mut packed = Vec::with_capacity(1024);
    let status = Compress::new(level, false).compress_vec(body, &mut packed, FlushCompress::Finish);
    assert_eq!(status.expect("zlib compresses"), flate2::Status::StreamEnd);
    file.extend(packed);
    let mut crc = Crc::new();
    crc.update(body);
    file.extend((crc.sum() ^ u32::from(choices.ratio(1, 16)?)).to_le_bytes());
    file.extend((crc.amount() ^ u32::from(choices.ratio(1, 16)?)).to_le_bytes());
    Ok(())
}
