//! Level and strategy change at any point, and a reset begins anew with those in force.

use super::TEXT;
use super::driver::*;
use crate::codec::{Flush, Format, Settings, Strategy};
use crate::error::Error;
use proptest::prelude::*;
use proptest::strategy::Strategy as _;

fn at(level: i32) -> Settings {
    Settings {
        level,
        ..Settings::default()
    }
}

#[test]
fn what_came_before_is_out_and_what_follows_is_compressed_anew() {
    let data = mixed(100_000);
    for encoder in ENCODERS {
        for (from, to) in [(0, 9), (9, 0), (1, 6), (6, 1)] {
            for point in [1, 5_000, 16 * 1024, 40_000] {
                let mut driver = Driver::new(encoder, &at(from), WHOLE);
                driver.feed(&data[..point]).unwrap();
                driver.params(to, Strategy::Default).unwrap();
                let mut decoder = Driver::new(decoder_of(encoder), &Settings::default(), WHOLE);
                decoder.feed(&driver.out).unwrap();
                assert!(decoder.out == data[..point]);
                let before = std::mem::take(&mut driver.out).len();
                driver.feed(&data[point..]).unwrap();
                driver.finish().unwrap();
                decoder.feed(&driver.out).unwrap();
                decoder.finish().unwrap();
                assert!(decoder.out == data, "{encoder:?} {from} {to} {point}");
                // Stored bytes take five more a block, compressed ones less.
                assert_eq!(before > point, from == 0 || point == 1);
                assert_eq!(driver.out.len() > data.len() - point, to == 0);
            }
        }
    }
}

#[test]
fn changes_give_the_same_bytes_at_every_pace() {
    let data = mixed(60_000);
    let run = |pace| {
        let mut driver = Driver::new(Format::Gzip, &at(6), pace);
        for (level, strategy, size) in [
            (6, Strategy::Default, 20_000),
            (0, Strategy::Default, 7_000),
            (0, Strategy::Rle, 10_000),
            (1, Strategy::HuffmanOnly, 3_000),
            (9, Strategy::Fixed, 20_000),
        ] {
            driver.params(level, strategy).unwrap();
            driver.feed(&data[..size]).unwrap();
        }
        driver.finish().unwrap();
        driver.out
    };
    let whole = run(WHOLE);
    assert!(paces().all(|pace| run(pace) == whole));
}

#[test]
fn before_the_first_byte_it_is_as_if_opened_so() {
    let mut driver = Driver::new(Format::Deflate, &at(6), WHOLE);
    driver.params(9, Strategy::Rle).unwrap();
    assert!(driver.out.is_empty());
    driver.feed(TEXT).unwrap();
    driver.finish().unwrap();
    let settings = Settings {
        strategy: Strategy::Rle,
        ..at(9)
    };
    assert_eq!(driver.out, run_with(Format::Deflate, &settings, TEXT, WHOLE));
}

#[test]
fn the_same_again_changes_nothing() {
    let data = mixed(40_000);
    let mut driver = Driver::new(Format::Gzip, &at(-1), WHOLE);
    driver.feed(&data[..20_000]).unwrap();
    driver.params(6, Strategy::Default).unwrap();
    driver.feed(&data[20_000..]).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == run(Format::Gzip, &data, WHOLE));
}

#[test]
fn a_flush_before_or_after_adds_nothing() {
    let after = |flushes: [bool; 2]| {
        let mut driver = Driver::new(Format::DeflateRaw, &at(6), WHOLE);
        driver.feed(TEXT).unwrap();
        if flushes[0] {
            driver.flush(Flush::Sync).unwrap();
        }
        driver.params(1, Strategy::Default).unwrap();
        if flushes[1] {
            driver.flush(Flush::Sync).unwrap();
        }
        driver.feed(TEXT).unwrap();
        driver.finish().unwrap();
        driver.out
    };
    let plain = after([false, false]);
    assert_eq!(after([true, false]), plain);
    assert_eq!(after([false, true]), plain);
}

#[test]
fn bad_params_are_refused_and_the_stream_goes_on() {
    let mut driver = Driver::new(Format::Gzip, &at(6), WHOLE);
    driver.feed(TEXT).unwrap();
    for level in [-2, 10] {
        let error = driver.params(level, Strategy::Default).unwrap_err();
        assert!(matches!(error, Error::Codec(_)));
    }
    driver.finish().unwrap();
    assert_eq!(run(Format::Gunzip, &driver.out, WHOLE), TEXT);
    let mut decoder = Driver::new(Format::Gunzip, &at(6), WHOLE);
    assert!(matches!(
        decoder.params(1, Strategy::Default),
        Err(Error::Codec(_))
    ));
}

#[test]
fn behind_its_end_an_encoder_takes_nothing_but_a_reset() {
    for (encoder, level) in ENCODERS.into_iter().flat_map(|e| [(e, 0), (e, 6)]) {
        let mut driver = Driver::new(encoder, &at(level), WHOLE);
        driver.feed(TEXT).unwrap();
        driver.finish().unwrap();
        let once = driver.out.clone();
        driver.feed(&[]).unwrap();
        driver.finish().unwrap();
        let error = driver.feed(b"x").unwrap_err();
        assert_eq!(
            (error.code(), error.errno(), error.to_string().as_str()),
            ("Z_BUF_ERROR", Some(-5), "buffer error")
        );
        for refused in [driver.flush(Flush::Sync), driver.params(1, Strategy::Default)] {
            assert!(matches!(refused, Err(Error::Codec("stream error"))));
        }
        assert_eq!(driver.out, once);
        driver.reset().unwrap();
        driver.feed(TEXT).unwrap();
        driver.finish().unwrap();
        assert_eq!(driver.out, once.repeat(2));
    }
}

#[test]
fn a_reset_forgets_what_came_before_it() {
    let data = mixed(50_000);
    for encoder in ENCODERS {
        for level in [0, 6] {
            for (size, flush) in [
                (0, true),
                (10, false),
                (10, true),
                (50_000, false),
                (50_000, true),
            ] {
                let mut driver = Driver::new(encoder, &at(level), WHOLE);
                driver.feed(&data[..size]).unwrap();
                if flush {
                    driver.flush(Flush::Block).unwrap();
                }
                driver.reset().unwrap();
                driver.out.clear();
                driver.feed(TEXT).unwrap();
                driver.finish().unwrap();
                assert_eq!(driver.out, run_with(encoder, &at(level), TEXT, WHOLE));
            }
        }
    }
}

#[test]
fn a_reset_keeps_the_params_in_force() {
    let mut driver = Driver::new(Format::Deflate, &at(6), WHOLE);
    driver.feed(TEXT).unwrap();
    driver.params(0, Strategy::Default).unwrap();
    driver.reset().unwrap();
    driver.out.clear();
    driver.feed(TEXT).unwrap();
    driver.finish().unwrap();
    assert_eq!(driver.out, run_with(Format::Deflate, &at(0), TEXT, WHOLE));
}

#[test]
fn a_decoder_begins_anew_wherever_it_was() {
    let data = mixed(20_000);
    for encoder in ENCODERS {
        let packed = run(encoder, &data, WHOLE);
        let mut driver = Driver::new(decoder_of(encoder), &Settings::default(), WHOLE);
        for cut in [0, 1, 5, 12, 3_000, packed.len() - 3, packed.len()] {
            driver.feed(&packed[..cut]).unwrap();
            driver.reset().unwrap();
            driver.out.clear();
            driver.feed(&packed).unwrap();
            driver.finish().unwrap();
            assert!(driver.out == data, "{encoder:?} {cut}");
            driver.reset().unwrap();
        }
        // Out of a failure too.
        driver.out.clear();
        driver.feed(b"\xffgarbage").unwrap_err();
        driver.reset().unwrap();
        driver.feed(&packed).unwrap();
        assert!(driver.out == data);
    }
}

#[derive(Debug, Clone)]
enum Operation {
    Feed(usize),
    Flush(Flush),
    Params(i32, i32),
    Reset,
}

fn operation() -> impl proptest::strategy::Strategy<Value = Operation> {
    let kinds = [
        Flush::None,
        Flush::Partial,
        Flush::Sync,
        Flush::Full,
        Flush::Block,
    ];
    prop_oneof![
        6 => (0..40_000_usize).prop_map(Operation::Feed),
        3 => prop::sample::select(kinds.to_vec()).prop_map(Operation::Flush),
        3 => (-1..=9, 0..=4).prop_map(|(level, strategy)| Operation::Params(level, strategy)),
        1 => Just(Operation::Reset),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_order_of_operations_is_read_back(
        operations in prop::collection::vec(operation(), 0..12),
        encoder in prop::sample::select(&ENCODERS[..]),
        level in -1..=9,
        (input, output) in (1..20_000_usize, 1..20_000_usize),
    ) {
        let (data, mut start, mut end) = (mixed(400_000), 0, 0);
        let mut driver = Driver::new(encoder, &at(level), Pace { input, output });
        let mut whole = Driver::new(encoder, &at(level), WHOLE);
        for operation in operations {
            for driver in [&mut driver, &mut whole] {
                match operation {
                    Operation::Feed(size) => driver.feed(&data[end..(end + size).min(data.len())]).unwrap(),
                    Operation::Flush(kind) => driver.flush(kind).unwrap(),
                    Operation::Params(level, strategy) => {
                        driver.params(level, Strategy::from_number(strategy).unwrap()).unwrap();
                    }
                    Operation::Reset => {
                        driver.reset().unwrap();
                        driver.out.clear();
                    }
                }
            }
            match operation {
                Operation::Feed(size) => end = (end + size).min(data.len()),
                Operation::Reset => start = end,
                _ => {}
            }
        }
        driver.finish().unwrap();
        whole.finish().unwrap();
        prop_assert!(run(decoder_of(encoder), &driver.out, WHOLE) == data[start..end]);
        prop_assert!(driver.out == whole.out);
    }
}
