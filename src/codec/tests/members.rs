//! What may follow a stream's end, and how gzip is told from zlib.

use super::driver::*;
use super::{GOLDEN_GZIP, GOLDEN_RAW, GOLDEN_ZLIB, TEXT};
use crate::codec::{Format, Members, Settings};
use crate::error::Error;

/// A stream of each kind that a decoder can read, of [`TEXT`].
const STREAMS: [(Format, &[u8]); 5] = [
    (Format::Gunzip, &GOLDEN_GZIP),
    (Format::Unzip, &GOLDEN_GZIP),
    (Format::Unzip, &GOLDEN_ZLIB),
    (Format::Inflate, &GOLDEN_ZLIB),
    (Format::InflateRaw, &GOLDEN_RAW),
];

fn same(format: Format, parts: &[&[u8]], expected: &[u8]) {
    let input = parts.concat();
    for pace in paces() {
        assert_eq!(run(format, &input, pace), expected, "{pace:?}");
    }
}

fn data_error(format: Format, parts: &[&[u8]]) -> &'static str {
    match refused(format, &parts.concat()).1 {
        Error::Data(message) => message,
        other => panic!("{other:?}"),
    }
}

fn ends_early(format: Format, parts: &[&[u8]]) {
    let error = refused(format, &parts.concat()).1;
    assert!(matches!(error, Error::UnexpectedEnd), "{error:?}");
}

#[test]
fn members_that_follow_one_another_are_one_stream() {
    for format in [Format::Gunzip, Format::Unzip] {
        let empty = run(Format::Gzip, &[], WHOLE);
        same(format, &[&GOLDEN_GZIP, &empty, &GOLDEN_GZIP], &TEXT.repeat(2));
    }
}

#[test]
fn padding_behind_a_member_and_all_after_it_is_ignored() {
    for format in [Format::Gunzip, Format::Unzip] {
        same(format, &[&GOLDEN_GZIP, &[0]], TEXT);
        same(format, &[&GOLDEN_GZIP, &[0; 100]], TEXT);
        same(format, &[&GOLDEN_GZIP, &[0], &GOLDEN_GZIP], TEXT);
        same(format, &[&GOLDEN_GZIP, &[0], b"garbage"], TEXT);
    }
}

#[test]
fn garbage_behind_a_member_is_an_error_after_its_bytes() {
    for format in [Format::Gunzip, Format::Unzip] {
        let (out, error) = refused(format, &[&GOLDEN_GZIP[..], b"garbage"].concat());
        assert_eq!(out, TEXT);
        assert!(matches!(error, Error::Data("incorrect header check")));
        ends_early(format, &[&GOLDEN_GZIP, b"g"]);
        ends_early(format, &[&GOLDEN_GZIP, &GOLDEN_GZIP[..20]]);
    }
    let zlib_behind = data_error(Format::Gunzip, &[&GOLDEN_GZIP, &GOLDEN_ZLIB]);
    assert_eq!(zlib_behind, "incorrect header check");
}

#[test]
fn anything_behind_a_zlib_or_raw_stream_is_ignored() {
    for rest in [&b"\0"[..], b"g", b"garbage", &GOLDEN_ZLIB] {
        same(Format::Inflate, &[&GOLDEN_ZLIB, rest], TEXT);
        same(Format::Unzip, &[&GOLDEN_ZLIB, rest], TEXT);
        same(Format::InflateRaw, &[&GOLDEN_RAW, rest], TEXT);
    }
}

#[test]
fn unzip_looks_anew_at_what_follows_a_gzip_member() {
    // As node:zlib does: once gzip was seen, each member may be either.
    let parts: [&[u8]; 4] = [&GOLDEN_GZIP, &GOLDEN_ZLIB, &GOLDEN_ZLIB, &GOLDEN_GZIP];
    same(Format::Unzip, &parts, &TEXT.repeat(4));
    ends_early(Format::Unzip, &[&GOLDEN_GZIP, &[0x1f]]);
}

#[test]
fn a_first_byte_like_gzips_is_judged_with_the_second() {
    ends_early(Format::Unzip, &[&[0x1f]]);
    ends_early(Format::Unzip, &[&[0x1f, 0x8b]]);
    let message = data_error(Format::Unzip, &[&[0x1f, 0x00]]);
    assert_eq!(message, "unknown compression method");
    let message = data_error(Format::Unzip, &[&[0x1f, 0x01]]);
    assert_eq!(message, "incorrect header check");
    let message = data_error(Format::Gunzip, &[&[0x1f, 0x00]]);
    assert_eq!(message, "incorrect header check");
}

#[test]
fn an_empty_input_is_no_stream() {
    for format in [Format::Gunzip, Format::Inflate, Format::InflateRaw, Format::Unzip] {
        ends_early(format, &[]);
    }
}

#[test]
fn after_the_first_member_nothing_is_read() {
    let settings = Settings {
        members: Members::First,
        ..Settings::default()
    };
    for (format, stream) in STREAMS {
        for rest in [&b""[..], &[0; 9], &GOLDEN_GZIP, b"garbage"] {
            let input = [stream, rest].concat();
            for pace in paces() {
                let mut driver = Driver::new(format, &settings, pace);
                driver.feed(&input[..stream.len() - 1]).unwrap();
                assert!(!driver.is_complete());
                driver.feed(&input[stream.len() - 1..]).unwrap();
                assert!(driver.is_complete());
                assert_eq!((driver.consumed, driver.trailing()), (stream.len(), 0));
                assert_eq!(driver.out, TEXT);
                driver.feed(rest).unwrap();
                assert_eq!(driver.consumed, stream.len());
                driver.finish().unwrap();
                driver.reset().unwrap();
                driver.feed(stream).unwrap();
                assert_eq!(driver.out, TEXT.repeat(2));
            }
        }
    }
}

#[test]
fn a_first_member_cut_short_is_not_complete() {
    let settings = Settings {
        members: Members::First,
        ..Settings::default()
    };
    for cut in 0..GOLDEN_GZIP.len() {
        let (_, error) = refused_with(Format::Gunzip, &settings, &GOLDEN_GZIP[..cut]);
        assert!(matches!(error, Error::UnexpectedEnd));
    }
}

#[test]
fn whatever_follows_the_end_can_be_rejected() {
    let settings = Settings {
        reject_trailing: true,
        ..Settings::default()
    };
    for (format, stream) in STREAMS {
        for pace in paces() {
            assert_eq!(run_with(format, &settings, stream, pace), TEXT);
        }
        // As Node 26 has it: padding and a second member too.
        for rest in [
            &b"\0"[..],
            &[0; 9],
            b"g",
            b"garbage",
            &GOLDEN_GZIP,
            &GOLDEN_GZIP[..1],
        ] {
            let (out, error) = refused_with(format, &settings, &[stream, rest].concat());
            assert_eq!(out, TEXT);
            assert!(matches!(error, Error::TrailingGarbage));
            assert_eq!(error.code(), "ERR_TRAILING_JUNK_AFTER_STREAM_END");
        }
    }
}

#[test]
fn what_is_passed_over_is_counted() {
    for (format, stream, rest) in [
        (Format::Gunzip, &GOLDEN_GZIP[..], &[0; 9][..]),
        (Format::Inflate, &GOLDEN_ZLIB, b"garbage"),
        (Format::InflateRaw, &GOLDEN_RAW, b"garbage"),
    ] {
        for pace in paces() {
            let mut driver = Driver::new(format, &Settings::default(), pace);
            driver.feed(stream).unwrap();
            assert_eq!(driver.trailing(), 0);
            driver.feed(rest).unwrap();
            driver.feed(rest).unwrap();
            assert_eq!(driver.trailing(), 2 * rest.len() as u64);
            driver.reset().unwrap();
            assert_eq!(driver.trailing(), 0);
        }
    }
}
