//! Bytes are the same in whatever sizes they come and go, and survive the way there and back.

use super::driver::*;
use super::{GOLDEN_GZIP, GOLDEN_RAW, GOLDEN_ZLIB, TEXT};
use crate::codec::{Flush, Format, Settings, open};
use crate::error::Error;
use proptest::prelude::*;

#[test]
fn decoders_give_the_same_bytes_at_every_pace() {
    let data = mixed(150_000);
    for encoder in EVERY_ENCODER {
        let packed = run(encoder, &data, WHOLE);
        for pace in paces() {
            assert!(run(decoder_of(encoder), &packed, pace) == data, "{pace:?}");
            if matches!(encoder, Format::Gzip | Format::Deflate) {
                assert!(run(Format::Unzip, &packed, pace) == data, "{pace:?}");
            }
        }
    }
}

#[test]
fn encoders_give_the_same_bytes_at_every_pace() {
    let data = mixed(150_000);
    // The level runs one strategy on text and another on the rest.
    let text: Vec<u8> = data.iter().map(|byte| byte & 0x5f | 0x20).collect();
    for (data, encoder) in [&data, &text]
        .into_iter()
        .flat_map(|data| ENCODERS.map(|e| (data, e)))
    {
        for level in [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9] {
            let settings = Settings {
                level,
                ..Settings::default()
            };
            let whole = run_with(encoder, &settings, data, WHOLE);
            assert!(whole.len() < data.len());
            for pace in paces() {
                assert!(
                    run_with(encoder, &settings, data, pace) == whole,
                    "{level} {pace:?}"
                );
            }
        }
    }
}

#[test]
fn data_about_as_short_as_has_levels_of_its_own_is_the_same_at_every_pace() {
    let text: Vec<u8> = mixed(8_001).iter().map(|byte| byte & 0x5f | 0x20).collect();
    for size in [1, 7_999, 8_000, 8_001] {
        let whole = run(Format::Gzip, &text[..size], WHOLE);
        assert!(run(Format::Gunzip, &whole, WHOLE) == text[..size]);
        assert!(paces().all(|pace| run(Format::Gzip, &text[..size], pace) == whole));
    }
    // One byte more, and another level: the medium strategy finds less in this.
    let sizes = [8_000, 8_001].map(|size| run(Format::DeflateRaw, &text[..size], WHOLE).len());
    assert!(sizes[0] > sizes[1], "{sizes:?}");
}

#[test]
fn small_windows_give_the_same_bytes_at_every_pace() {
    // With them a unit takes the compressor several turns, in any of which output may run short.
    let data = mixed(300_000);
    for window_bits in [9, 10, 12] {
        for level in 1..=9 {
            let settings = Settings {
                level,
                window_bits,
                ..Settings::default()
            };
            let whole = run_with(Format::Gzip, &settings, &data, WHOLE);
            for (input, output) in [(usize::MAX, 1 << 20), (usize::MAX, 1000), (1000, 17), (1, 16_384)] {
                let pace = Pace { input, output };
                assert!(
                    run_with(Format::Gzip, &settings, &data, pace) == whole,
                    "{level} {window_bits} {pace:?}"
                );
            }
        }
    }
}

#[test]
fn feeding_is_done_only_once_its_output_is_out() {
    let data = mixed(192 * 1024);
    let fed = |size, output| {
        let input = usize::MAX;
        let mut driver = Driver::new(Format::Gzip, &Settings::default(), Pace { input, output });
        driver.feed(&data[..size]).unwrap();
        driver.out.len()
    };
    // Sizes at which nothing is left to gather, of which some end a block.
    for size in (1..=12).map(|units| units * 16 * 1024) {
        let whole = fed(size, 256 * 1024);
        assert!([1, 7, 100].iter().all(|&output| fed(size, output) == whole));
    }
    assert!(fed(data.len(), 7) > 1_000);
}

#[test]
fn what_zlib_wrote_is_read() {
    for pace in paces() {
        assert_eq!(run(Format::Gunzip, &GOLDEN_GZIP, pace), TEXT);
        assert_eq!(run(Format::Unzip, &GOLDEN_GZIP, pace), TEXT);
        assert_eq!(run(Format::Inflate, &GOLDEN_ZLIB, pace), TEXT);
        assert_eq!(run(Format::Unzip, &GOLDEN_ZLIB, pace), TEXT);
        assert_eq!(run(Format::InflateRaw, &GOLDEN_RAW, pace), TEXT);
    }
}

#[test]
fn the_wrappers_are_those_that_zlib_writes() {
    let gzip = run(Format::Gzip, TEXT, WHOLE);
    assert_eq!(gzip[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    assert_eq!(gzip[gzip.len() - 8..], GOLDEN_GZIP[24..]);
    let zlib = run(Format::Deflate, TEXT, WHOLE);
    assert_eq!(zlib[..2], [0x78, 0x9c]);
    assert_eq!(zlib[zlib.len() - 4..], GOLDEN_ZLIB[16..]);
    assert_eq!(run(Format::Deflate, &[], WHOLE), [0x78, 0x9c, 3, 0, 0, 0, 0, 1]);
}

#[test]
fn headers_name_the_level_that_was_asked_for() {
    // The zlib header's second byte and the gzip header's ninth, as node:zlib writes them for levels 0 to 9.
    let zlib = [0x01, 0x01, 0x5e, 0x5e, 0x5e, 0x5e, 0x9c, 0xda, 0xda, 0xda];
    let gzip = [4, 4, 0, 0, 0, 0, 0, 0, 0, 2];
    for (level, (zlib, gzip)) in (0..).zip(zlib.into_iter().zip(gzip)) {
        let settings = Settings {
            level,
            ..Settings::default()
        };
        for pace in paces() {
            for flush in [false, true] {
                let header = |format| {
                    let mut driver = Driver::new(format, &settings, pace);
                    if flush {
                        driver.flush(Flush::Sync).unwrap();
                    }
                    driver.feed(TEXT).unwrap();
                    driver.finish().unwrap();
                    driver.out
                };
                assert_eq!(header(Format::Deflate)[..2], [0x78, zlib]);
                assert_eq!(
                    header(Format::Gzip)[..10],
                    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, gzip, 3]
                );
            }
        }
    }
    let small = Settings {
        level: 9,
        window_bits: 9,
        ..Settings::default()
    };
    let header = run_with(Format::Deflate, &small, TEXT, WHOLE);
    assert_eq!(header[..2], [0x18, 0xd3]);
}

#[test]
fn every_name_opens_and_no_other() {
    for (name, format) in Format::ALL {
        assert_eq!(Format::from_name(name), Some(format));
        assert_eq!(format.is_encoder(), EVERY_ENCODER.contains(&format));
    }
    assert_eq!(Format::from_name("Gzip"), None);
    for (level, window_bits) in [(-2, 15), (10, 15), (6, 8), (6, 16)] {
        let settings = Settings {
            level,
            window_bits,
            ..Settings::default()
        };
        let refusal = open(Format::Gzip, &settings).err();
        assert!(matches!(refusal, Some(Error::Codec(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_goes_in_comes_back(
        data in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..5_000),
            prop::collection::vec(0..3_u8, 0..100_000),
        ],
        encoder in prop::sample::select(&EVERY_ENCODER[..]),
        level in -1..=9,
        window_bits in 9..=15_u8,
        (fed, taken, refed, retaken) in (1..9_000_usize, 1..9_000_usize, 1..9_000_usize, 1..9_000_usize),
    ) {
        let settings = Settings { window_bits, ..at_level(encoder, level) };
        let there = Pace { input: fed, output: taken };
        let back = Pace { input: refed, output: retaken };
        let packed = run_with(encoder, &settings, &data, there);
        let window = Settings { window_bits, ..Settings::default() };
        prop_assert!(run_with(decoder_of(encoder), &window, &packed, back) == data);
    }
}
