//! The brotli encoder that has threads, behind what it does not cut: executions of tenths of a second.

use arbitrary::{Result, Unstructured};
use sluice::codec::{Flush, Format, Settings, open};
use std::num::NonZeroUsize;

use crate::drive::{Drive, End, Pace};
use crate::parallel::expand;
use crate::reference;

/// More than this is cut into segments, each as large at most.
const UNCUT: usize = 4 << 20;

const QUALITY: u32 = 1;
const LGWIN: u32 = 2;

/// Cuts, flushes, any bytes: any number of threads makes the same of them, in any pieces, and somebody else reads it.
pub fn segments(data: &[u8]) {
    // Whatever the fuzzer leaves open is nothing.
    let _ = check(&mut Unstructured::new(data));
}

fn check(choices: &mut Unstructured<'_>) -> Result<()> {
    let mut settings = Settings {
        params: vec![
            (QUALITY, choices.int_in_range(2..=9)?),
            (LGWIN, choices.int_in_range(10..=24)?),
        ],
        ..Settings::default()
    };
    let pace = Pace::choose(choices)?;
    let mut data = Vec::new();
    let mut flushes = Vec::new();
    // The first is cut at least once.
    for least in [UNCUT, 0, 0] {
        let most = *choices.choose(&[1, 300, 100_000, UNCUT, UNCUT + 300_000])?;
        let length = least + choices.int_in_range(0..=most)?;
        append(&mut data, length, choices)?;
        if choices.arbitrary()? {
            flushes.push(data.len());
        }
    }

    settings.threads = NonZeroUsize::new(2);
    let (packed, flushed) = run(&settings, &data, &flushes, Pace::slabs());
    settings.threads = NonZeroUsize::new(3);
    let (again, _) = run(&settings, &data, &flushes, pace);
    assert!(packed == again, "other bytes in other pieces");
    let unpacked = reference::brotli(&packed, usize::MAX);
    assert!(
        unpacked.end == End::Whole && unpacked.bytes == data,
        "not what was fed"
    );
    if let Some(fed) = flushes.last() {
        let so_far = reference::brotli(&packed[..flushed], usize::MAX);
        assert!(so_far.bytes == data[..*fed], "not all that was flushed");
    }
    Ok(())
}

/// Puts bytes of some kind behind the others.
fn append(data: &mut Vec<u8>, length: usize, choices: &mut Unstructured<'_>) -> Result<()> {
    match choices.int_in_range(0..=3)? {
        0 => data.resize(data.len() + length, choices.arbitrary()?),
        // Noise, as nothing repeats in it.
        1 => {
            let mut state = choices.arbitrary::<u64>()? | 1;
            data.extend((0..length).map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            }));
        }
        2 if !data.is_empty() => {
            let back = choices.int_in_range(1..=data.len())?;
            for _ in 0..length {
                data.push(data[data.len() - back]);
            }
        }
        _ => {
            let size = choices.int_in_range(0..=3000)?.min(choices.len());
            data.extend(expand(choices.bytes(size)?, length));
        }
    }
    Ok(())
}

/// What comes of the data, and how much of that had come with the last flush.
fn run(settings: &Settings, data: &[u8], flushes: &[usize], pace: Pace) -> (Vec<u8>, usize) {
    let mut codec = open(Format::BrotliCompress, settings).expect("good settings");
    assert!(codec.blocks(), "one thread alone");
    // Its tables are those for so many bytes, whatever pieces they come in.
    codec.announce(data.len() as u64);
    let mut drive = Drive::new(codec, pace);
    let (mut fed, mut flushed) = (0, 0);
    for &at in flushes {
        drive.feed(&data[fed..at]).expect("any bytes");
        fed = at;
        let brought = drive.repeat(&[], |codec, _, output| codec.flush(Flush::Sync, output));
        brought.expect("a flush");
        flushed = drive.out.len();
    }
    drive.feed(&data[fed..]).expect("any bytes");
    let finished = drive.repeat(&[], |codec, _, output| codec.finish(output));
    finished.expect("an end");
    (drive.out, flushed)
}
