//! Brotli by several threads: the same bytes whatever their number, and all the promises of one.

use super::driver::*;
use crate::codec::{Flush, Format, Settings, open};
use crate::error::Result;
use std::num::NonZeroUsize;
use std::sync::Arc;

const ENCODE: Format = Format::BrotliCompress;
const DECODE: Format = Format::BrotliDecompress;

/// What is not cut, two segments, and a part of one.
fn data() -> Vec<u8> {
    mixed(14_000_000)
}

fn threads(number: usize, params: &Params) -> Settings {
    Settings {
        threads: NonZeroUsize::new(number),
        ..with_params(params)
    }
}

fn two() -> Settings {
    threads(2, &[(1, 5)])
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    run(DECODE, packed, WHOLE)
}

fn at_pace(data: &[u8], (input, output): (usize, usize)) -> Vec<u8> {
    run_with(ENCODE, &two(), data, Pace { input, output })
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads_and_the_pace() {
    let data = data();
    let expected = run_with(ENCODE, &two(), &data, WHOLE);
    assert!(unpacked(&expected) == data);
    for number in [3, 16, usize::MAX] {
        let packed = run_with(ENCODE, &threads(number, &[(1, 5)]), &data, WHOLE);
        assert!(packed == expected, "{number}");
    }
    for pace in [(usize::MAX, 1), (usize::MAX, 1 << 20), (1 << 20, 1000)] {
        assert!(at_pace(&data, pace) == expected, "{pace:?}");
    }
    // Brotli takes others of its tables for a stream that begins with less than 1 MiB.
    let expected = at_pace(&data, (64 << 10, 64 << 10));
    assert!(unpacked(&expected) == data);
    for pace in [(100_000, 7), (7919, 1000), (13, 1 << 20)] {
        assert!(at_pace(&data, pace) == expected, "{pace:?}");
    }
}

#[test]
fn every_quality_and_window_decodes_and_is_of_the_size_of_one_thread() {
    let data = data();
    for params in [
        &[(1, 2)],
        &[(1, 3)],
        &[(1, 4)],
        &[(1, 5)],
        &[(1, 6)],
        &[(1, 7)],
        &[(1, 9)],
    ] {
        for window in [10, 16, 22, 24] {
            let params = [params[0], (2, window)];
            let alone = run_with(ENCODE, &with_params(&params), &data, WHOLE);
            let together = run_with(ENCODE, &threads(2, &params), &data, WHOLE);
            assert!(together != alone, "{params:?}");
            assert!(unpacked(&together) == data, "{params:?}");
            assert!(together.len() * 100 <= alone.len() * 101, "{params:?}");
        }
    }
    for odd in [(0, 1), (0, 2), (3, 24), (4, 1), (7, 3), (8, 120)] {
        let packed = run_with(ENCODE, &threads(2, &[(1, 5), odd]), &data, WHOLE);
        assert!(unpacked(&packed) == data, "{odd:?}");
    }
}

#[test]
fn one_thread_is_left_to_what_cannot_be_cut_well() {
    let blocks = |settings: &Settings| open(ENCODE, settings).unwrap().blocks();
    assert!(blocks(&two()));
    let with_dictionary = Settings {
        dictionary: Some(Arc::from(&b"a dictionary"[..])),
        ..two()
    };
    assert!(!blocks(&with_dictionary));
    for quality in [0, 1, 10, 11] {
        assert!(!blocks(&threads(2, &[(1, quality)])), "{quality}");
    }
    assert!(!blocks(&threads(1, &[(1, 5)])));
    assert!(!blocks(&with_params(&[(1, 5)])));
    // A large window.
    assert!(!blocks(&threads(2, &[(1, 5), (6, 1), (2, 26)])));
}

#[test]
fn a_small_stream_or_one_that_flushes_often_is_that_of_one_thread() {
    let data = data();
    let packed = |settings: &Settings| {
        let mut driver = Driver::new(ENCODE, settings, WHOLE);
        for part in data.chunks(3_000_000) {
            driver.feed(part).unwrap();
            driver.flush(Flush::Sync).unwrap();
        }
        driver.finish().unwrap();
        driver.out
    };
    assert!(packed(&two()) == packed(&with_params(&[(1, 5)])));
    for size in [0, 1, 100_000, super::super::brotli_threads::LEAD - 1] {
        let one = run_with(ENCODE, &with_params(&[(1, 5)]), &data[..size], WHOLE);
        assert!(run_with(ENCODE, &two(), &data[..size], WHOLE) == one, "{size}");
    }
}

#[test]
fn a_flush_brings_out_all_that_was_fed() {
    let data = data();
    // What no flush precedes is cut; then large parts and small ones.
    let sizes = [5_000_000, 1, 2, 3, 100, 70_000, 900_000, 4_300_000];
    for quality in [2, 5, 9] {
        let mut driver = Driver::new(ENCODE, &threads(2, &[(1, quality)]), WHOLE);
        let mut decoder = Driver::new(DECODE, &Settings::default(), WHOLE);
        let (mut fed, mut read) = (0, 0);
        for size in sizes {
            driver.feed(&data[fed..][..size]).unwrap();
            driver.flush(Flush::Sync).unwrap();
            fed += size;
            decoder.feed(&driver.out[read..]).unwrap();
            read = driver.out.len();
            assert!(decoder.out == data[..fed], "{quality} {size}");
            // Nothing is left for another one.
            driver.flush(Flush::Sync).unwrap();
            assert_eq!(driver.out.len(), read);
        }
        driver.finish().unwrap();
        assert!(unpacked(&driver.out) == data[..fed]);
    }
}

#[test]
fn what_does_not_compress_is_stored() {
    let (text, noise) = (mixed(4_300_000), noise(9_000_000));
    let of_both = |parts: &[usize]| {
        let (mut data, mut at) = (text.clone(), 0);
        for (nth, &size) in parts.iter().enumerate() {
            if nth % 2 == 0 {
                data.extend_from_slice(&noise[at..at + size]);
                at += size;
            } else {
                data.extend_from_slice(&text[..size]);
            }
        }
        data
    };
    let all = [
        &[9_000_000][..],
        &[100_000],
        &[131_000],
        &[200_000, 10, 200_000],
        &[3_000_000, 60_000, 900_000],
        &[3_900_000, 3_000_000],
        &[10_000, 4_000_000, 4_000_000, 500, 3_000],
    ];
    for parts in all {
        for quality in [2, 5, 9] {
            let data = of_both(parts);
            let packed = run_with(ENCODE, &threads(2, &[(1, quality)]), &data, WHOLE);
            assert!(unpacked(&packed) == data, "{parts:?} {quality}");
            let alone = run_with(ENCODE, &with_params(&[(1, quality)]), &data, WHOLE).len();
            assert!(packed.len() * 100 <= alone * 101, "{parts:?} {quality}");
        }
    }
}

#[test]
fn nothing_can_be_fed_behind_the_end() -> Result<()> {
    let data = data();
    let mut driver = Driver::new(ENCODE, &two(), WHOLE);
    driver.feed(&data)?;
    driver.finish()?;
    let length = driver.out.len();
    driver.finish()?;
    driver.flush(Flush::Sync)?;
    driver.feed(b"")?;
    assert_eq!(driver.out.len(), length);
    let ended = driver.feed(b"a").unwrap_err();
    assert_eq!(ended.code(), "ERR_BROTLI_COMPRESSION_FAILED");
    Ok(())
}

#[test]
fn a_stream_that_is_given_up_leaves_nothing_to_the_next() {
    let data = data();
    let expected = run_with(ENCODE, &two(), &data, WHOLE);
    let mut driver = Driver::new(ENCODE, &two(), WHOLE);
    for size in [1_000_000, 4_500_000, 9_000_000, 14_000_000] {
        driver.feed(&data[..size]).unwrap();
        driver.reset().unwrap();
        driver.out.clear();
    }
    driver.feed(&data).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == expected);
    driver.reset().unwrap();
    driver.out.clear();
    driver.feed(&data).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == expected);
    // Dropped amid a segment.
    let mut driver = Driver::new(ENCODE, &two(), WHOLE);
    driver.feed(&data).unwrap();
}
