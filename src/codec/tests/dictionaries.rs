//! Both sides agree on a preset dictionary, or the decoder says what is wrong with its own.

use std::sync::Arc;

use super::driver::*;
use super::{GOLDEN_DICTIONARY, GOLDEN_ZLIB, TEXT};
use crate::codec::{Flush, Format, Settings};
use crate::error::Error;

fn with(dictionary: &[u8]) -> Settings {
    Settings {
        dictionary: Some(Arc::from(dictionary)),
        ..Settings::default()
    }
}

const PAIRS: [(Format, Format); 2] = [
    (Format::Deflate, Format::Inflate),
    (Format::DeflateRaw, Format::InflateRaw),
];

#[test]
fn what_zlib_wrote_with_a_dictionary_is_read_with_it() {
    for format in [Format::Inflate, Format::Unzip] {
        for pace in paces() {
            assert_eq!(run_with(format, &with(b"hello"), &GOLDEN_DICTIONARY, pace), TEXT);
        }
    }
    // Without header and sum.
    let raw = &GOLDEN_DICTIONARY[6..17];
    for pace in paces() {
        assert_eq!(run_with(Format::InflateRaw, &with(b"hello"), raw, pace), TEXT);
    }
}

#[test]
fn a_dictionary_is_named_in_the_header_and_used() {
    for level in [0, 1, 6, 9] {
        let data = mixed(1_000);
        for (encoder, decoder) in PAIRS {
            let settings = Settings { level, ..with(&data) };
            let packed = run_with(encoder, &settings, &data, WHOLE);
            assert!(level == 0 || packed.len() < 40, "{}", packed.len());
            if encoder == Format::Deflate {
                assert_eq!(packed[1] & 0x20, 0x20);
                assert_eq!(u16::from_be_bytes([packed[0], packed[1]]) % 31, 0);
            }
            for pace in paces() {
                assert!(run_with(encoder, &settings, &data, pace) == packed);
                assert!(run_with(decoder, &settings, &packed, pace) == data);
            }
        }
    }
    let packed = run_with(Format::Deflate, &with(b"hello"), TEXT, WHOLE);
    assert_eq!(
        packed[..6],
        [0x78, 0xbb, 0x06, 0x2c, 0x02, 0x15],
        "as node:zlib writes it"
    );
}

#[test]
fn a_dictionary_larger_than_the_window_counts_by_its_end() {
    let data = mixed(100_000);
    for (encoder, decoder) in PAIRS {
        let packed = run_with(encoder, &with(&data), &data[90_000..], WHOLE);
        assert!(packed.len() < 200, "{}", packed.len());
        assert!(run_with(decoder, &with(&data), &packed, WHOLE) == data[90_000..]);
    }
}

#[test]
fn a_missing_dictionary_is_told_from_a_wrong_one() {
    for format in [Format::Inflate, Format::Unzip] {
        for settings in [Settings::default(), with(b"")] {
            let (out, error) = refused_with(format, &settings, &GOLDEN_DICTIONARY);
            assert!(out.is_empty() && matches!(error, Error::NeedDictionary));
        }
        let (out, error) = refused_with(format, &with(b"hallo"), &GOLDEN_DICTIONARY);
        assert!(out.is_empty() && matches!(error, Error::BadDictionary));
        assert_eq!(
            (error.code(), error.errno(), error.to_string().as_str()),
            ("Z_NEED_DICT", Some(2), "Bad dictionary")
        );
    }
}

#[test]
fn a_raw_stream_tells_nothing_of_its_dictionary() {
    let raw = &GOLDEN_DICTIONARY[6..17];
    let (_, error) = refused(Format::InflateRaw, raw);
    assert!(matches!(error, Error::Data("invalid distance too far back")));
    let wrong = run_with(Format::InflateRaw, &with(b"hallo"), raw, WHOLE);
    assert!(wrong != TEXT && wrong.len() == TEXT.len());
}

#[test]
fn a_dictionary_that_nobody_asks_for_is_left_alone() {
    assert_eq!(
        run_with(Format::Inflate, &with(b"hello"), &GOLDEN_ZLIB, WHOLE),
        TEXT
    );
    // Gzip has no place to name one.
    let gzip = run_with(Format::Gzip, &with(TEXT), TEXT, WHOLE);
    assert_eq!(gzip, run(Format::Gzip, TEXT, WHOLE));
    assert_eq!(run_with(Format::Gunzip, &with(TEXT), &gzip, WHOLE), TEXT);
    for (encoder, _) in PAIRS {
        assert_eq!(
            run_with(encoder, &with(b""), TEXT, WHOLE),
            run(encoder, TEXT, WHOLE)
        );
    }
}

#[test]
fn a_dictionary_serves_again_after_a_reset() {
    for (encoder, decoder) in PAIRS {
        let mut driver = Driver::new(encoder, &with(TEXT), WHOLE);
        let mut back = Driver::new(decoder, &with(TEXT), WHOLE);
        let mut streams = Vec::new();
        for flush in [false, true, false] {
            driver.feed(TEXT).unwrap();
            if flush {
                driver.flush(Flush::Sync).unwrap();
            }
            driver.finish().unwrap();
            streams.push(std::mem::take(&mut driver.out));
            driver.reset().unwrap();
        }
        assert_eq!(streams[0], streams[2]);
        for stream in streams {
            back.feed(&stream).unwrap();
            back.finish().unwrap();
            assert_eq!(std::mem::take(&mut back.out), TEXT);
            back.reset().unwrap();
        }
    }
}

#[test]
fn what_is_made_behind_a_dictionary_does_not_depend_on_the_stream_before() {
    let data = mixed(200_000);
    for level in 1..=9 {
        let after = |before: &[u8]| {
            run(Format::DeflateRaw, before, WHOLE);
            let settings = Settings {
                level,
                dictionary: Some(Arc::from(&data[..32 * 1024])),
                ..Settings::default()
            };
            run_with(Format::DeflateRaw, &settings, &data[32 * 1024..], WHOLE)
        };
        let expected = after(&[]);
        // The compressor that is kept has this byte where the one behind the dictionary will be.
        for byte in [0, 38, 82, 97] {
            assert!(after(&[byte; 40_000]) == expected, "{level} {byte}");
        }
    }
}
