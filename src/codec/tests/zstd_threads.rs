//! Zstd by several threads: the same bytes whatever their number, and all the promises of one.

use super::driver::*;
use crate::codec::{Flush, Format, Settings, open};
use std::num::NonZeroUsize;
use std::sync::Arc;

const ENCODE: Format = Format::ZstdCompress;
const DECODE: Format = Format::ZstdDecompress;

/// Two jobs, and a part of one.
fn data() -> Vec<u8> {
    mixed(9_300_000)
}

fn threads(number: usize) -> Settings {
    Settings {
        threads: NonZeroUsize::new(number),
        ..Settings::default()
    }
}

/// A driver that has fed `data` and holds more than one frame's beginning.
fn amid(settings: &Settings, data: &[u8]) -> Driver {
    let mut driver = Driver::new(ENCODE, settings, WHOLE);
    driver.feed(data).unwrap();
    driver
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads_and_the_pace() {
    let data = data();
    let two = run_with(ENCODE, &threads(2), &data, WHOLE);
    assert!(run(DECODE, &two, WHOLE) == data);
    for number in [3, 16, usize::MAX] {
        assert!(
            run_with(ENCODE, &threads(number), &data, WHOLE) == two,
            "{number}"
        );
    }
    for pace in [(100_000, 7), (7919, 1000), (usize::MAX, 1), (1 << 20, 1 << 20)] {
        let pace = Pace {
            input: pace.0,
            output: pace.1,
        };
        assert!(run_with(ENCODE, &threads(2), &data, pace) == two, "{pace:?}");
    }
}

#[test]
fn one_thread_is_the_streams_own() {
    let data = data();
    let alone = run_with(ENCODE, &Settings::default(), &data, WHOLE);
    assert!(run_with(ENCODE, &threads(1), &data, WHOLE) == alone);
    for (settings, blocks) in [
        (Settings::default(), false),
        (threads(1), false),
        (threads(2), true),
        (with_params(&[(400, 0)]), false),
        (with_params(&[(400, -5)]), false),
        (with_params(&[(400, 1)]), true),
    ] {
        assert_eq!(open(ENCODE, &settings).unwrap().blocks(), blocks);
    }
    let off = Settings {
        params: vec![(400, 0)],
        ..threads(4)
    };
    assert!(!open(ENCODE, &off).unwrap().blocks());
}

#[test]
fn the_size_is_that_of_one_thread_within_one_percent() {
    let data = data();
    for level in [-5, 1, 3, 6, 9, 13] {
        let params = vec![(100, level)];
        let size = |threads| {
            let settings = Settings {
                params: params.clone(),
                ..threads
            };
            run_with(ENCODE, &settings, &data, WHOLE).len()
        };
        let (alone, together) = (size(Settings::default()), size(threads(4)));
        assert!(together * 100 <= alone * 101, "{level}: {alone} {together}");
    }
}

#[test]
fn the_parameters_of_the_library_are_heeded() {
    // As Node has them: `ZSTD_c_nbWorkers`, `ZSTD_c_jobSize`, `ZSTD_c_overlapLog`.
    let data = data();
    let packed = |params: &Params| {
        let packed = run_with(ENCODE, &with_params(params), &data, WHOLE);
        assert!(run(DECODE, &packed, WHOLE) == data, "{params:?}");
        packed
    };
    let large = packed(&[(400, 2)]);
    assert!(packed(&[(400, 1000)]) == large);
    assert!(packed(&[(400, 2), (401, 4 << 20), (402, 9)]) == run_with(ENCODE, &threads(2), &data, WHOLE));
    assert!(packed(&[(400, 2), (401, 1 << 20), (402, 1)]).len() > large.len());
    for odd in [(401, -1), (401, 1), (401, i32::MAX), (402, -2), (402, 10)] {
        packed(&[(400, 2), odd]);
    }
}

#[test]
fn a_flush_brings_out_all_that_was_fed() {
    let data = data();
    for settings in [threads(2), with_params(&[(400, 2)])] {
        let mut driver = Driver::new(ENCODE, &settings, WHOLE);
        for part in data.chunks(3_300_000) {
            driver.feed(part).unwrap();
            driver.flush(Flush::Sync).unwrap();
            let mut decoder = Driver::new(DECODE, &Settings::default(), WHOLE);
            decoder.feed(&driver.out).unwrap();
            assert!(decoder.out.len() == driver.consumed && data.starts_with(&decoder.out));
        }
        driver.finish().unwrap();
        assert!(run(DECODE, &driver.out, WHOLE) == data);
    }
}

#[test]
fn frames_follow_one_another_and_may_be_empty_or_small() {
    let data = data();
    let mut driver = Driver::new(ENCODE, &threads(2), WHOLE);
    driver.finish().unwrap();
    for part in [&data[..], b"", b"abc", &data[..700_000]] {
        driver.feed(part).unwrap();
        driver.finish().unwrap();
    }
    let all = [&data[..], b"abc", &data[..700_000]].concat();
    assert!(run(DECODE, &driver.out, WHOLE) == all);
}

#[test]
fn a_frame_that_is_given_up_leaves_nothing_to_the_next() {
    let data = data();
    let expected = run_with(ENCODE, &threads(2), &data, WHOLE);
    let mut driver = amid(&threads(2), &data);
    for _ in 0..3 {
        driver.reset().unwrap();
        driver.out.clear();
        driver.feed(&data[..7_500_000]).unwrap();
    }
    driver.reset().unwrap();
    driver.out.clear();
    driver.feed(&data).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == expected);
    drop(amid(&threads(2), &data));
}

#[test]
fn a_size_that_is_not_kept_is_an_error_and_a_reset_begins_anew() {
    let data = data();
    for size in [1, 5 << 20, data.len() as u64 - 1, data.len() as u64 + 1] {
        let settings = Settings {
            pledged_size: Some(size),
            ..threads(2)
        };
        let mut driver = Driver::new(ENCODE, &settings, WHOLE);
        let ended = driver.feed(&data).and_then(|()| driver.finish());
        assert_eq!(ended.unwrap_err().errno(), Some(72), "{size}");
        driver.reset().unwrap();
        driver.out.clear();
        if let Some(part) = data.get(..size as usize) {
            driver.feed(part).unwrap();
            driver.finish().unwrap();
            assert!(run(DECODE, &driver.out, WHOLE) == part);
        }
    }
}

#[test]
fn every_job_may_refer_to_the_dictionary_and_has_its_part_of_the_checksum() {
    let data = data();
    let settings = Settings {
        dictionary: Some(Arc::from(&data[..100_000])),
        params: vec![(201, 1)],
        ..threads(2)
    };
    let packed = run_with(ENCODE, &settings, &data, WHOLE);
    let decode = Settings {
        dictionary: settings.dictionary.clone(),
        ..Settings::default()
    };
    assert!(run_with(DECODE, &decode, &packed, WHOLE) == data);
    let mut wrong = packed;
    *wrong.last_mut().unwrap() ^= 1;
    let mut driver = Driver::new(DECODE, &decode, WHOLE);
    let ended = driver.feed(&wrong).and_then(|()| driver.finish());
    assert_eq!(ended.unwrap_err().code(), "ZSTD_error_checksum_wrong");
}
