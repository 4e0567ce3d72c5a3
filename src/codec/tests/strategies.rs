//! Strategies and memory levels do what zlib's do, and are all read alike.

use super::driver::*;
use crate::codec::{Format, Settings, Strategy, open};
use crate::error::Error;

const STRATEGIES: [Strategy; 5] = [
    Strategy::Default,
    Strategy::Filtered,
    Strategy::HuffmanOnly,
    Strategy::Rle,
    Strategy::Fixed,
];

fn size(level: i32, strategy: Strategy, mem_level: u8, data: &[u8]) -> usize {
    let settings = Settings {
        level,
        strategy,
        mem_level,
        ..Settings::default()
    };
    let packed = run_with(Format::DeflateRaw, &settings, data, WHOLE);
    assert!(run(Format::InflateRaw, &packed, WHOLE) == data);
    packed.len()
}

#[test]
fn every_strategy_gives_the_same_bytes_at_every_pace() {
    let data = mixed(40_000);
    for strategy in STRATEGIES {
        for level in [1, 6, 9] {
            let settings = Settings {
                level,
                strategy,
                ..Settings::default()
            };
            for encoder in [Format::Gzip, Format::Deflate] {
                let whole = run_with(encoder, &settings, &data, WHOLE);
                assert!(run(decoder_of(encoder), &whole, WHOLE) == data);
                for pace in paces() {
                    assert!(run_with(encoder, &settings, &data, pace) == whole);
                }
            }
        }
    }
}

#[test]
fn strategies_find_what_they_look_for() {
    // Runs that only matches at a distance of one byte find well, and words that only farther ones do.
    let runs: Vec<u8> = (0..60_000_u32).map(|n| (n / 50).to_le_bytes()[0]).collect();
    let words = b"credit permit drain stage sink source ".repeat(1_000);
    let at = |strategy, data: &[u8]| size(6, strategy, 8, data);
    assert!(at(Strategy::Rle, &runs) * 8 < at(Strategy::HuffmanOnly, &runs));
    assert!(at(Strategy::Rle, &words) > 10_000 && at(Strategy::HuffmanOnly, &words) > 10_000);
    assert!(at(Strategy::Default, &words) < 500);
    // Its codes are for no data in particular.
    assert!(at(Strategy::Fixed, &mixed(30_000)) > at(Strategy::Default, &mixed(30_000)));
    // Matches of four and five bytes, which it passes over.
    assert_ne!(
        at(Strategy::Filtered, &mixed_text()),
        at(Strategy::Default, &mixed_text())
    );
}

fn mixed_text() -> Vec<u8> {
    mixed(60_000).iter().map(|byte| byte & 0x5f | 0x20).collect()
}

#[test]
fn the_sizes_are_those_of_zlib() {
    // What Node 20.20's zlib made of the same bytes at level 7. HuffmanOnly and RLE leave no choice.
    let data = mixed(100_000);
    for (strategy, zlib) in STRATEGIES.into_iter().zip(ZLIB_SIZES) {
        let ours = size(7, strategy, 8, &data);
        assert!(ours as f64 <= zlib as f64 * 1.01, "{strategy:?} {ours} {zlib}");
        if let Strategy::HuffmanOnly | Strategy::Rle = strategy {
            assert_eq!(ours, zlib);
        }
    }
}

const ZLIB_SIZES: [usize; 5] = [23_700, 23_725, 61_908, 57_994, 24_514];

#[test]
fn the_headers_name_the_strategy_as_zlib_does() {
    for (strategy, level, zlib, gzip) in [
        (Strategy::Filtered, 6, 0x9c, 0),
        (Strategy::HuffmanOnly, 6, 0x01, 4),
        (Strategy::Rle, 9, 0x01, 2),
        (Strategy::Fixed, 3, 0x01, 4),
    ] {
        let settings = Settings {
            level,
            strategy,
            ..Settings::default()
        };
        assert_eq!(run_with(Format::Deflate, &settings, b"a", WHOLE)[1], zlib);
        assert_eq!(run_with(Format::Gzip, &settings, b"a", WHOLE)[8], gzip);
    }
}

#[test]
fn less_memory_makes_more_blocks() {
    let data = mixed(200_000);
    let sizes: Vec<usize> = (1..=9)
        .map(|mem_level| size(6, Strategy::Default, mem_level, &data))
        .collect();
    assert!(sizes[0] > sizes[7], "{sizes:?}");
    for mem_level in [0, 10, u8::MAX] {
        let settings = Settings {
            mem_level,
            ..Settings::default()
        };
        let refusal = open(Format::Gzip, &settings).err();
        assert!(matches!(refusal, Some(Error::Codec(_))));
    }
}

#[test]
fn a_strategy_is_known_by_zlibs_number() {
    for (number, strategy) in (0..).zip(STRATEGIES) {
        assert_eq!(Strategy::from_number(number).unwrap(), strategy);
    }
    for number in [-1, 5, i32::MAX] {
        assert!(Strategy::from_number(number).is_err());
    }
}
