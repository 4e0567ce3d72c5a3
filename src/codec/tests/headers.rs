//! What gzip headers hold goes out as it was given, and comes in as it was written.

use super::driver::*;
use super::{GOLDEN_GZIP, GOLDEN_ZLIB, TEXT};
use crate::codec::{Flush, Format, Header, Settings, open};
use crate::error::Error;
use proptest::prelude::*;

/// What Python 3.11's `gzip` put before the deflate stream of `hello.txt`.
const PYTHON: &[u8] = b"\x1f\x8b\x08\x08\x00\xf1\x53\x65\x02\xffhello.txt\0";

/// Every field there is, and the sum of them all, by Python's `zlib.crc32`.
const EVERY_FIELD: &[u8] =
    b"\x1f\x8b\x08\x1f\x00\xf1\x53\x65\x02\xff\x06\x00AP\x02\x00abna\xefve\0a comment\0\x42\x62";

/// [`TEXT`] behind `header`.
fn behind(header: &[u8]) -> Vec<u8> {
    [header, &GOLDEN_GZIP[10..]].concat()
}

fn every_field() -> Header {
    Header {
        name: Some(b"na\xefve".to_vec()),
        comment: Some(b"a comment".to_vec()),
        extra: Some(b"AP\x02\x00ab".to_vec()),
        mtime: 1_700_000_000,
        os: 255,
        text: true,
    }
}

/// What `format` reads [`TEXT`] and a header from.
fn header_of(format: Format, input: &[u8], pace: Pace) -> Option<Box<Header>> {
    let mut driver = Driver::new(format, &Settings::default(), pace);
    driver.feed(input).unwrap();
    driver.finish().unwrap();
    assert_eq!(driver.out, TEXT);
    let header = driver.header();
    assert_eq!(driver.header(), None, "told once");
    header
}

#[test]
fn a_header_is_read_as_it_was_written() {
    for format in [Format::Gunzip, Format::Unzip] {
        for pace in paces() {
            let plain = header_of(format, &GOLDEN_GZIP, pace);
            assert_eq!(*plain.unwrap(), Header::PLAIN);
            let python = header_of(format, &behind(PYTHON), pace).unwrap();
            assert_eq!(python.name.as_deref(), Some(&b"hello.txt"[..]));
            assert_eq!((python.mtime, python.os), (1_700_000_000, 255));
            let every = header_of(format, &behind(EVERY_FIELD), pace);
            assert_eq!(*every.unwrap(), every_field());
        }
    }
    let header = header_of(Format::Unzip, &GOLDEN_ZLIB, WHOLE);
    assert_eq!(header, None, "of zlib");
}

#[test]
fn the_header_is_that_of_the_first_member() {
    let input = [&behind(PYTHON)[..], &behind(EVERY_FIELD)].concat();
    for pace in paces() {
        let mut driver = Driver::new(Format::Gunzip, &Settings::default(), pace);
        driver.feed(&input).unwrap();
        let header = driver.header().unwrap();
        assert_eq!(header.name.as_deref(), Some(&b"hello.txt"[..]));
        driver.reset().unwrap();
        driver.feed(&behind(EVERY_FIELD)).unwrap();
        assert_eq!(*driver.header().unwrap(), every_field());
    }
}

#[test]
fn a_header_is_known_before_the_bytes_behind_it() {
    let mut driver = Driver::new(Format::Gunzip, &Settings::default(), WHOLE);
    driver.feed(&EVERY_FIELD[..EVERY_FIELD.len() - 1]).unwrap();
    assert_eq!(driver.header(), None);
    driver.feed(&EVERY_FIELD[EVERY_FIELD.len() - 1..]).unwrap();
    assert_eq!(*driver.header().unwrap(), every_field());
}

#[test]
fn a_header_with_any_bit_flipped_fails_its_sum() {
    // Behind the magic, the method and the flags, which have failures of their own.
    for bit in 32..EVERY_FIELD.len() * 8 {
        let mut header = EVERY_FIELD.to_vec();
        header[bit / 8] ^= 1 << (bit % 8);
        let mut driver = Driver::new(Format::Gunzip, &Settings::default(), WHOLE);
        let ended = driver.feed(&behind(&header)).and_then(|()| driver.finish());
        assert!(ended.is_err(), "bit {bit}");
    }
    let mut header = EVERY_FIELD.to_vec();
    header[20] ^= 1;
    let (out, error) = refused(Format::Gunzip, &behind(&header));
    assert!(out.is_empty() && matches!(error, Error::Data("header crc mismatch")));
}

#[test]
fn a_header_cut_anywhere_ends_too_early() {
    for cut in 0..EVERY_FIELD.len() {
        let error = refused(Format::Gunzip, &EVERY_FIELD[..cut]).1;
        assert!(matches!(error, Error::UnexpectedEnd), "{cut}");
    }
}

#[test]
fn a_name_without_an_end_takes_a_bounded_memory() {
    let name = vec![b'n'; 1 << 20];
    let header = [b"\x1f\x8b\x08\x18\0\0\0\0\0\xff", &name[..], b"\0", &name, b"\0"].concat();
    let mut driver = Driver::new(Format::Gunzip, &Settings::default(), WHOLE);
    driver.feed(&behind(&header)).unwrap();
    assert_eq!(driver.out, TEXT);
    let header = driver.header().unwrap();
    for text in [header.name.unwrap(), header.comment.unwrap()] {
        assert!(text == name[..64 * 1024]);
    }
}

#[test]
fn fields_are_written_in_their_places() {
    let settings = Settings {
        level: 9,
        header: Some(Box::new(every_field())),
        ..Settings::default()
    };
    let mut expected = EVERY_FIELD.to_vec();
    // No sum of the header is written.
    expected[3] &= !2;
    expected.truncate(expected.len() - 2);
    for pace in paces() {
        let packed = run_with(Format::Gzip, &settings, TEXT, pace);
        assert_eq!(packed, behind(&expected));
    }
    // The other formats have no place for them.
    for format in [Format::Deflate, Format::DeflateRaw] {
        let plain = Settings {
            header: None,
            ..settings.clone()
        };
        assert_eq!(
            run_with(format, &settings, TEXT, WHOLE),
            run_with(format, &plain, TEXT, WHOLE)
        );
    }
}

#[test]
fn a_header_that_cannot_be_written_is_refused() {
    let name = Header {
        name: Some(b"a\0b".to_vec()),
        ..Header::PLAIN
    };
    let comment = Header {
        comment: Some(vec![0]),
        ..Header::PLAIN
    };
    let extra = Header {
        extra: Some(vec![1; 65_536]),
        ..Header::PLAIN
    };
    for header in [name, comment, extra] {
        let settings = Settings {
            header: Some(Box::new(header)),
            ..Settings::default()
        };
        let refusal = open(Format::Gzip, &settings).err();
        assert!(matches!(refusal, Some(Error::Codec(_))));
    }
}

#[test]
fn a_header_is_out_with_the_first_byte_that_was_fed() {
    for (format, level, header) in [
        (Format::Deflate, 0, &[0x78, 0x01][..]),
        (Format::Deflate, -1, &[0x78, 0x9c]),
        (Format::Gzip, -1, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
        (Format::DeflateRaw, -1, &[]),
    ] {
        let settings = Settings {
            level,
            ..Settings::default()
        };
        for pace in paces() {
            let mut driver = Driver::new(format, &settings, pace);
            driver.feed(b"t").unwrap();
            assert_eq!(driver.out, header);
            driver.flush(Flush::Sync).unwrap();
            assert!(driver.out.starts_with(header) && driver.out.len() > header.len());
        }
    }
}

fn latin1() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop::option::of(prop::collection::vec(1..=u8::MAX, 0..300))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_header_comes_back(
        name in latin1(),
        comment in latin1(),
        extra in prop::option::of(prop::collection::vec(any::<u8>(), 0..300)),
        (mtime, os, text) in any::<(u32, u8, bool)>(),
        (input, output) in (1..50_usize, 1..50_usize),
    ) {
        let header = Header { name, comment, extra, mtime, os, text };
        let settings = Settings { header: Some(Box::new(header.clone())), level: 9, ..Settings::default() };
        let pace = Pace { input, output };
        let packed = run_with(Format::Gzip, &settings, TEXT, pace);
        prop_assert_eq!(*header_of(Format::Gunzip, &packed, pace).unwrap(), header);
    }
}
