//! The same data, settings and flushes give the same bytes, which hold the data.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::Strategy as _;

use super::driver::*;
use crate::codec::{self, Flush, Format, Settings, Strategy, Whole};
use crate::parallel::encoder::{BLOCK, LEAD};

#[test]
fn threads_and_their_order_make_no_difference() {
    let data = mixed(LEAD + 5 * BLOCK + 12_345);
    let settings = Settings::default();
    for encoder in ENCODERS {
        let expected = alone(encoder, &settings, &data);
        assert!(unpacked(encoder, &settings, &expected) == data);
        for threads in [2, 3, 8] {
            for turn in [Turn::First, Turn::Last, Turn::Random(1), Turn::Random(2)] {
                let mut driver = Driver::new(encoder, &settings, threads, turn);
                data.chunks(65_536).for_each(|chunk| driver.feed(chunk).unwrap());
                driver.finish().unwrap();
                assert!(driver.out == expected, "{encoder:?} {threads} {turn:?}");
            }
        }
    }
}

#[test]
fn every_level_strategy_and_window_comes_back() {
    let data = mixed(LEAD + 2 * BLOCK + 1);
    let text: Vec<u8> = data.iter().map(|byte| byte & 0x5f | 0x20).collect();
    let defaults = Settings::default();
    let levels = (0..=9).map(|level| Settings {
        level,
        ..defaults.clone()
    });
    let windows = (9..=14).map(|window_bits| Settings {
        window_bits,
        ..defaults.clone()
    });
    let memory = [1, 9].map(|mem_level| Settings {
        mem_level,
        ..defaults.clone()
    });
    let strategies = [
        Strategy::Filtered,
        Strategy::HuffmanOnly,
        Strategy::Rle,
        Strategy::Fixed,
    ]
    .map(|strategy| Settings {
        strategy,
        ..defaults.clone()
    });
    for settings in levels.chain(windows).chain(memory).chain(strategies) {
        for data in [&data, &text] {
            let mut driver = Driver::new(Format::Deflate, &settings, 4, Turn::Last);
            driver.feed(data).unwrap();
            driver.finish().unwrap();
            assert!(
                driver.out == alone(Format::Deflate, &settings, data),
                "{settings:?}"
            );
            assert!(
                unpacked(Format::Deflate, &settings, &driver.out) == *data,
                "{settings:?}"
            );
        }
    }
}

#[test]
fn a_small_stream_is_the_serial_encoders() {
    for size in [0, 1, 1000, LEAD - 1] {
        let data = mixed(size);
        let serial = serial(Format::Gzip, &Settings::default(), &data);
        let mut driver = Driver::new(Format::Gzip, &Settings::default(), 4, Turn::First);
        driver.feed(&data).unwrap();
        driver.finish().unwrap();
        assert!(driver.out == serial, "{size}");
    }
}

#[test]
fn a_stream_that_flushes_often_is_the_serial_encoders() {
    let data = mixed(3 * LEAD);
    let mut serial = Whole::new(codec::open(Format::Gzip, &Settings::default()).unwrap());
    let mut expected = Vec::new();
    let mut driver = Driver::new(Format::Gzip, &Settings::default(), 4, Turn::First);
    for chunk in data.chunks(LEAD - 1) {
        expected.extend(process(&mut serial, chunk, Some(Flush::Sync)));
        driver.feed(chunk).unwrap();
        driver.flush(Flush::Sync).unwrap();
        assert_eq!(driver.jobs.len(), 0);
    }
    expected.extend(process(&mut serial, &[], None));
    driver.finish().unwrap();
    assert!(driver.out == expected);
}

#[test]
fn what_becomes_very_small_is_not_cut() {
    // Long enough for the compressor to give out what it has gathered, all at once.
    let zeros = vec![0; 40 * LEAD + 5];
    let settings = Settings::default();
    let expected = serial(Format::Gzip, &settings, &zeros);
    for slice in [10, 16 * 1024] {
        let mut driver = Driver::new(Format::Gzip, &settings, 4, Turn::First);
        driver.slice = slice;
        zeros.chunks(10_000).for_each(|chunk| driver.feed(chunk).unwrap());
        driver.finish().unwrap();
        assert!(driver.out == expected);
    }
    // It is cut once it does not any more.
    let data = [zeros, mixed(2 * LEAD + BLOCK)].concat();
    let mut driver = Driver::new(Format::Gzip, &settings, 4, Turn::First);
    driver.feed(&data).unwrap();
    assert!(driver.jobs.len() > 0);
    driver.finish().unwrap();
    assert!(driver.out == alone(Format::Gzip, &settings, &data));
    assert!(unpacked(Format::Gzip, &settings, &driver.out) == data);
}

#[test]
fn blocks_cost_little_size() {
    let data = mixed(LEAD + 12 * BLOCK);
    for level in 1..=9 {
        let settings = Settings {
            level,
            ..Settings::default()
        };
        let serial = serial(Format::Gzip, &settings, &data).len();
        let blocks = alone(Format::Gzip, &settings, &data).len();
        assert!(blocks * 1000 < serial * 1005, "{level}: {blocks} {serial}");
    }
}

/// What a program does with a stream.
#[derive(Debug, Clone)]
enum Operation {
    Feed(usize),
    Flush(Flush),
    Params(i32, Strategy),
    Reset,
}

fn operations() -> impl proptest::strategy::Strategy<Value = Vec<Operation>> {
    let kinds = vec![
        Flush::Partial,
        Flush::Sync,
        Flush::Full,
        Flush::Block,
        Flush::None,
    ];
    let strategies = vec![Strategy::Default, Strategy::HuffmanOnly];
    let operation = prop_oneof![
        12 => (1..400_000_usize).prop_map(Operation::Feed),
        2 => prop::sample::select(kinds).prop_map(Operation::Flush),
        1 => (0..=9, prop::sample::select(strategies)).prop_map(|(l, s)| Operation::Params(l, s)),
        1 => Just(Operation::Reset),
    ];
    prop::collection::vec(operation, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_the_bytes_are_the_same_and_hold_the_data(
        operations in operations(),
        encoder in prop::sample::select(&ENCODERS[..]),
        level in -1..=9,
        window_bits in 9..=15_u8,
        (seed, threads, piece, slice) in (any::<u64>(), 2..6_usize, 1..300_000_usize, 1..40_000_usize),
    ) {
        let settings = Settings { level, window_bits, ..Settings::default() };
        static DATA: LazyLock<Vec<u8>> = LazyLock::new(|| mixed(14 * 400_000));
        let data = &*DATA;
        let run = |threads, turn, piece, slice| {
            let mut driver = Driver::new(encoder, &settings, threads, turn);
            driver.slice = slice;
            let (mut at, mut start) = (0, 0);
            for operation in &operations {
                match *operation {
                    Operation::Feed(n) => {
                        data[at..at + n].chunks(piece).for_each(|chunk| driver.feed(chunk).unwrap());
                        at += n;
                    }
                    Operation::Flush(kind) => driver.flush(kind).unwrap(),
                    Operation::Params(level, strategy) => driver.params(level, strategy).unwrap(),
                    Operation::Reset => {
                        driver.codec.reset().unwrap();
                        driver.out.clear();
                        start = at;
                    }
                }
            }
            driver.finish().unwrap();
            (driver.out, start..at)
        };
        let (packed, held) = run(threads, Turn::Random(seed), piece, slice);
        prop_assert!(unpacked(encoder, &settings, &packed) == data[held]);
        // One thread has nobody to hand a block to.
        prop_assert!(run(1, Turn::First, usize::MAX, 16 * 1024).0 == packed);
    }
}
