//! Brotli by several threads: the same bytes whatever their number, and all the promises of one.

use super::driver::*;
use crate::codec::{Flush, Format, Settings, open};
use std::num::NonZeroUsize;
use std::sync::Arc;

const ENCODE: Format = Format::BrotliCompress;
const DECODE: Format = Format::BrotliDecompress;
const SEGMENT: usize = 4 << 20;

/// Two segments, and a part of one.
fn data() -> Vec<u8> {
    mixed(9_000_000)
}

fn threads(number: usize, params: &Params) -> Settings {
    Settings {
        threads: NonZeroUsize::new(number),
        ..with_params(params)
    }
}

/// Bytes that do not compress: splitmix64.
fn noise(size: u64) -> Vec<u8> {
    (0..size)
        .map(|n| {
            let mixed = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)) as u8
        })
        .collect()
}

/// Of a quality that does not take long.
fn quick(number: usize) -> Settings {
    threads(number, &[(1, 3)])
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads_and_the_pace() {
    let data = data();
    let two = run_with(ENCODE, &quick(2), &data, WHOLE);
    assert!(run(DECODE, &two, WHOLE) == data);
    for number in [3, usize::MAX] {
        assert!(run_with(ENCODE, &quick(number), &data, WHOLE) == two, "{number}");
    }
    for pace in [(100_000, 7), (7919, 1000), (1 << 20, 1 << 20)] {
        let pace = Pace {
            input: pace.0,
            output: pace.1,
        };
        assert!(run_with(ENCODE, &quick(2), &data, pace) == two, "{pace:?}");
    }
}

#[test]
fn what_is_less_than_a_segment_is_as_by_one_thread() {
    for size in [0, 1, 1000, 300_000, SEGMENT] {
        let data = mixed(size);
        let alone = run_with(ENCODE, &with_params(&[(1, 3)]), &data, WHOLE);
        assert!(run_with(ENCODE, &quick(2), &data, WHOLE) == alone, "{size}");
    }
}

#[test]
fn the_size_is_that_of_one_thread_within_one_percent() {
    let data = data();
    for quality in [2, 5, 9] {
        let size = |settings: &Settings| {
            let packed = run_with(ENCODE, settings, &data, WHOLE);
            assert!(run(DECODE, &packed, WHOLE) == data);
            packed.len()
        };
        let params = [(1, quality)];
        let (alone, together) = (size(&with_params(&params)), size(&threads(2, &params)));
        assert!(together * 100 <= alone * 101, "{quality}: {alone} {together}");
    }
}

#[test]
fn one_thread_is_the_streams_own_and_so_is_what_segments_cannot_have() {
    let blocks = |settings: &Settings| open(ENCODE, settings).unwrap().blocks();
    assert!(blocks(&quick(2)));
    assert!(!blocks(&quick(1)) && !blocks(&Settings::default()));
    assert!(!blocks(&threads(2, &[(1, 5), (6, 1)])));
    assert!(
        [0, 1, 10, 11]
            .iter()
            .all(|&quality| !blocks(&threads(2, &[(1, quality)])))
    );
    let with_dictionary = Settings {
        dictionary: Some(Arc::from(&b"dictionary"[..])),
        ..quick(2)
    };
    assert!(!blocks(&with_dictionary));
    assert!(open(ENCODE, &threads(2, &[(77, 1)])).is_err());
}

#[test]
fn a_flush_brings_out_all_that_was_fed() {
    // Bytes that do not compress are what an encoder may choke on.
    let data = [&mixed(5_000_000)[..], &noise(5_000_000), &mixed(1000)].concat();
    let mut driver = Driver::new(ENCODE, &quick(2), WHOLE);
    driver.flush(Flush::Sync).unwrap();
    for part in data.chunks(3_300_000) {
        driver.feed(part).unwrap();
        driver.flush(Flush::Sync).unwrap();
        driver.flush(Flush::Sync).unwrap();
        let mut decoder = Driver::new(DECODE, &Settings::default(), WHOLE);
        decoder.feed(&driver.out).unwrap();
        assert!(decoder.out.len() == driver.consumed && data.starts_with(&decoder.out));
    }
    driver.finish().unwrap();
    assert!(run(DECODE, &driver.out, WHOLE) == data);
}

#[test]
fn a_stream_that_is_given_up_leaves_nothing_to_the_next_and_one_that_ended_takes_no_more() {
    let data = data();
    let expected = run_with(ENCODE, &quick(2), &data, WHOLE);
    let mut driver = Driver::new(ENCODE, &quick(2), WHOLE);
    for _ in 0..3 {
        driver.feed(&data[..SEGMENT + 1]).unwrap();
        driver.reset().unwrap();
        driver.out.clear();
    }
    driver.feed(&data).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == expected);
    driver.finish().unwrap();
    driver.feed(b"").unwrap();
    assert_eq!(
        driver.feed(b"more").unwrap_err().code(),
        "ERR_BROTLI_COMPRESSION_FAILED"
    );
}
