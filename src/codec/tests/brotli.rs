//! Brotli: what its encoder writes is Google's, and what its decoder refuses it refuses in Google's words. The figures
//! and bytes are those of Node 26, which has Google's library 1.2.0.

use super::TEXT;
use super::driver::*;
use crate::codec::{Flush, Format, Settings, open};
use crate::error::{Error, Result};
use proptest::prelude::*;
use std::sync::Arc;

const ENCODE: Format = Format::BrotliCompress;
const DECODE: Format = Format::BrotliDecompress;

/// [`TEXT`] at quality 11.
const GOLDEN: [u8; 29] = [
    0x1b, 0x18, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde, 0xb4, 0x2e, 0x43, 0x63, 0x7b, 0xd3, 0x0a, 0x20, 0x2c,
    0x6c, 0x52, 0x11, 0x46, 0xe0, 0xa9, 0x02, 0x0e, 0x58, 0xb9, 0x5d, 0x00,
];

fn with_dictionary(dictionary: &[u8], params: &Params) -> Settings {
    Settings {
        dictionary: Some(Arc::from(dictionary)),
        ..with_params(params)
    }
}

#[test]
fn brotli_is_googles_byte_for_byte() {
    let data = mixed(150_000);
    #[rustfmt::skip]
    let known: [(&Params, usize, u32); 26] = [
        (&[(1, 0)], 45045, 3337022441),
        (&[(1, 1)], 40432, 101174737),
        (&[(1, 2)], 37711, 1469674215),
        (&[(1, 3)], 37446, 1262803626),
        (&[(1, 4)], 37125, 3342124402),
        (&[(1, 5)], 35811, 1886004696),
        (&[(1, 6)], 35575, 4052082107),
        (&[(1, 7)], 35389, 248663247),
        (&[(1, 8)], 35255, 320533232),
        (&[(1, 9)], 35140, 3547913938),
        (&[(1, 10)], 34409, 1777708373),
        (&[(1, 11)], 33907, 1544665843),
        (&[], 33907, 1544665843),
        (&[(0, 1), (1, 5)], 35811, 1886004696),
        (&[(0, 2), (1, 9)], 35165, 1211758473),
        (&[(1, 5), (2, 10)], 36465, 2340913941),
        (&[(1, 5), (2, 16)], 35949, 1644224300),
        (&[(1, 9), (2, 24)], 35140, 4023581462),
        (&[(1, 5), (3, 16)], 35811, 1886004696),
        (&[(1, 9), (4, 1)], 35140, 3547913938),
        (&[(1, 5), (5, 1 << 20)], 38676, 547835999),
        (&[(1, 4), (5, 1 << 20)], 37074, 1820103070),
        (&[(1, 9), (7, 1), (8, 12)], 35165, 1211758473),
        // What is out of range is brought into it, or left out.
        (&[(1, 50), (2, 50)], 33907, 1242650951),
        (&[(0, 9), (1, 5)], 35811, 1886004696),
        (&[(1, -1), (2, -1)], 33907, 1544665843),
    ];
    for (params, length, sum) in known {
        let packed = run_with(ENCODE, &with_params(params), &data, WHOLE);
        assert_eq!((packed.len(), fnv(&packed)), (length, sum), "{params:?}");
        assert!(run(DECODE, &packed, WHOLE) == data, "{params:?}");
    }
}

#[test]
fn brotli_is_the_same_at_every_pace() {
    let data = mixed(40_000);
    for quality in [0, 1, 2, 4, 5, 9, 11] {
        let settings = with_params(&[(1, quality)]);
        let whole = run_with(ENCODE, &settings, &data, WHOLE);
        for pace in paces() {
            assert!(
                run_with(ENCODE, &settings, &data, pace) == whole,
                "{quality} {pace:?}"
            );
        }
    }
}

#[test]
fn a_large_window_is_read_by_who_allows_one() {
    let data = mixed(30_000);
    let packed = run_with(ENCODE, &with_params(&[(1, 5), (2, 26), (6, 1)]), &data, WHOLE);
    assert!(run_with(DECODE, &with_params(&[(1, 1)]), &packed, WHOLE) == data);
    assert!(run_with(DECODE, &with_params(&[(0, 1), (1, 1)]), &packed, WHOLE) == data);
    let error = refused(DECODE, &packed).1;
    assert_eq!(error.code(), "ERR__ERROR_FORMAT_WINDOW_BITS");
}

#[test]
fn parameters_that_google_refuses_are_refused_at_once() {
    let refusal = |format, params: &[_]| open(format, &with_params(params)).err();
    for pair in [(4, 2), (9, 0), (100, 1)] {
        assert!(matches!(
            refusal(ENCODE, &[pair]),
            Some(Error::Initialization("Initialization failed"))
        ));
    }
    for pair in [(2, 1), (8, 0)] {
        assert!(matches!(
            refusal(DECODE, &[pair]),
            Some(Error::Initialization("Initialization failed"))
        ));
    }
    assert!(refusal(ENCODE, &[(4, 1), (9, -1)]).is_none());
    assert!(refusal(DECODE, &[(0, 1), (1, 5), (2, -1)]).is_none());
}

#[test]
fn a_flush_is_googles() {
    for quality in [2, 5, 9, 11] {
        let script = |steps| script(ENCODE, &with_params(&[(1, quality)]), steps);
        assert_eq!(script("ffe"), "6b00  03");
        assert_eq!(script("wffwfe"), " 0b0180616263   100008616263 03");
        assert_eq!(script("ee"), "3b ");
        assert_eq!(script("wefe"), " 0b018061626303  ");
        assert_eq!(script("fwe"), "6b00  10000861626303");
    }
}

#[test]
fn nothing_can_be_fed_behind_the_end() {
    for output in [1, 100] {
        let mut driver = Driver::new(ENCODE, &Settings::default(), Pace { input: 1, output });
        driver.feed(b"abc").unwrap();
        driver.finish().unwrap();
        driver.feed(b"").unwrap();
        let error = driver.feed(b"d").unwrap_err();
        let what = (error.code(), error.errno(), &*error.to_string());
        assert_eq!(
            what,
            ("ERR_BROTLI_COMPRESSION_FAILED", Some(-1), "Compression failed")
        );
    }
}

#[test]
fn a_reset_forgets_all_but_the_settings() {
    let settings = with_dictionary(b"what was fed before", &[(1, 5)]);
    for pace in paces() {
        let fresh = run_with(ENCODE, &settings, TEXT, pace);
        let mut driver = Driver::new(ENCODE, &settings, pace);
        for finished in [false, true] {
            driver.feed(b"what was fed before").unwrap();
            if finished {
                driver.finish().unwrap();
            }
            driver.reset().unwrap();
            driver.out.clear();
        }
        driver.feed(TEXT).unwrap();
        driver.finish().unwrap();
        assert_eq!(driver.out, fresh);
    }
    let mut driver = Driver::new(DECODE, &Settings::default(), WHOLE);
    for before in [&GOLDEN[..7], &GOLDEN] {
        driver.feed(before).unwrap();
        driver.reset().unwrap();
        driver.out.clear();
    }
    driver.feed(&GOLDEN).unwrap();
    driver.finish().unwrap();
    assert_eq!(driver.out, TEXT);
}

#[test]
fn bad_data_is_refused_in_googles_words() {
    // The shortest that turned up in 400,000 corrupted streams.
    let known = [
        ("b4a90e", -1, "EXUBERANT_NIBBLE"),
        ("9c", -2, "RESERVED"),
        ("9a5600", -3, "EXUBERANT_META_NIBBLE"),
        ("0226b7c807", -4, "SIMPLE_HUFFMAN_ALPHABET"),
        ("a2e07fe6b0", -5, "SIMPLE_HUFFMAN_SAME"),
        ("621129f4ee", -6, "CL_SPACE"),
        ("60a42146b769", -7, "HUFFMAN_SPACE"),
        ("74413470327731656d", -8, "CONTEXT_MAP_REPEAT"),
        (
            "1b3c00e8c54d175286ef2aa0a5104811407d28b967b240bb17efb4832b952d283b21b8a2acf23bce0176c206",
            -9,
            "BLOCK_LENGTH_1",
        ),
        (
            "1b3c00f8c54d575286ef2aa0a5104811407d08b967b240bb17eff4832b952d283b21b8a2acf23bca0176c206",
            -10,
            "BLOCK_LENGTH_2",
        ),
        (
            "1b3c02f8c54d175286ef2aa0a5104815407d28b967b240bb17eff4832b952d283b2198a2acf23bce0176c206",
            -11,
            "TRANSFORM",
        ),
        ("808f09ff64afc76e71954224d5a69d4065264b2317", -12, "DICTIONARY"),
        ("11", -13, "WINDOW_BITS"),
        ("8c", -14, "PADDING_1"),
        ("7e", -15, "PADDING_2"),
        (
            "0b4a0000c4d6d5e3f5d661436e4553481448ea7b470ae42b3ca3c2944455b4d2a2efb8a471565797ff5d2722a97edf9809b69307\
             d6130b26be04",
            -16,
            "DISTANCE",
        ),
    ];
    for (stream, errno, name) in known {
        let error = outcome(DECODE, &bytes(stream), WHOLE).1.unwrap_err();
        assert_eq!(error.code(), format!("ERR__ERROR_FORMAT_{name}"));
        assert_eq!(error.errno(), Some(errno));
        assert_eq!(error.to_string(), "Decompression failed");
    }
}

#[test]
fn what_follows_a_stream_is_ignored_or_refused() {
    let strict = Settings {
        reject_trailing: true,
        ..Settings::default()
    };
    for pace in paces() {
        for rest in [&b""[..], b"\0", b"garbage", &GOLDEN] {
            let input = [&GOLDEN, rest].concat();
            let mut driver = Driver::new(DECODE, &Settings::default(), pace);
            driver.feed(&input).unwrap();
            driver.finish().unwrap();
            assert_eq!((&driver.out[..], driver.trailing()), (TEXT, rest.len() as u64));
            let mut driver = Driver::new(DECODE, &strict, pace);
            let ended = driver.feed(&input).and_then(|()| driver.finish());
            assert_eq!(matches!(ended, Err(Error::TrailingGarbage)), !rest.is_empty());
            assert!(ended.is_ok() || !rest.is_empty());
            assert_eq!(driver.out, TEXT);
        }
    }
}

#[test]
fn a_dictionary_serves_both_ways_at_every_quality() {
    let data = mixed(2_000);
    let dictionary = &data[100..1_500];
    // What Node 26 makes of it, where the dictionary is looked into.
    let known = [(5, 157, 1440061851), (9, 156, 1396042279), (11, 157, 680366513)];
    for (quality, length, sum) in known {
        let packed = run_with(
            ENCODE,
            &with_dictionary(dictionary, &[(1, quality)]),
            &data,
            WHOLE,
        );
        assert_eq!((packed.len(), fnv(&packed)), (length, sum));
    }
    for quality in [-5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 50] {
        let settings = with_dictionary(dictionary, &[(1, quality)]);
        for pace in paces() {
            let packed = run_with(ENCODE, &settings, &data, pace);
            let plain = run_with(ENCODE, &with_params(&[(1, quality)]), &data, WHOLE);
            assert!(packed.len() <= plain.len());
            assert!(run_with(DECODE, &with_dictionary(dictionary, &[]), &packed, pace) == data);
        }
    }
    // No dictionary at all.
    let empty = with_dictionary(b"", &[]);
    assert_eq!(run_with(ENCODE, &empty, TEXT, WHOLE), run(ENCODE, TEXT, WHOLE));
    assert_eq!(run_with(DECODE, &empty, &GOLDEN, WHOLE), TEXT);
}

#[test]
fn what_was_flushed_with_a_dictionary_is_decoded_at_once() {
    let data = mixed(100_000);
    let settings = with_dictionary(&data[50_000..60_000], &[(1, 5)]);
    for pace in paces() {
        let mut encoder = Driver::new(ENCODE, &settings, WHOLE);
        encoder.feed(&data).unwrap();
        encoder.flush(Flush::Sync).unwrap();
        let mut decoder = Driver::new(DECODE, &with_dictionary(&data[50_000..60_000], &[]), pace);
        decoder.feed(&encoder.out).unwrap();
        assert!(decoder.out == data, "{pace:?}");
    }
}

#[test]
fn the_wrong_dictionary_is_refused() {
    let data = mixed(2_000);
    let packed = run_with(ENCODE, &with_dictionary(&data[100..1_500], &[]), &data, WHOLE);
    for settings in [Settings::default(), with_dictionary(b"another", &[])] {
        let mut driver = Driver::new(DECODE, &settings, WHOLE);
        let error = driver.feed(&packed).unwrap_err();
        assert!(error.code().starts_with("ERR__ERROR_FORMAT_"), "{error:?}");
    }
}

#[test]
fn a_bomb_is_decoded_no_further_than_it_is_read() {
    let zeros = vec![0; 1 << 20];
    let mut encoder = open(ENCODE, &with_params(&[(1, 1)])).unwrap();
    let (mut bomb, mut slice) = (Vec::new(), vec![0; 1 << 20]);
    for _ in 0..64 {
        let step = encoder.feed(&zeros, &mut slice).unwrap();
        assert!(step.done);
        bomb.extend_from_slice(&slice[..step.produced]);
    }
    let step = encoder.finish(&mut slice).unwrap();
    bomb.extend_from_slice(&slice[..step.produced]);
    assert!(step.done && bomb.len() < 64 * 1024);

    let mut decoder = open(DECODE, &Settings::default()).unwrap();
    let (mut rest, mut length) = (&bomb[..], 0);
    loop {
        let step = decoder.feed(rest, &mut slice[..16 * 1024]).unwrap();
        rest = &rest[step.consumed..];
        length += step.produced;
        if step.done {
            break;
        }
        assert_eq!(step.produced, 16 * 1024);
    }
    assert!(decoder.finish(&mut slice).unwrap().done);
    assert_eq!(length, 64 << 20);
}

/// What the second implementation makes of `input`.
fn mbrotli(input: &[u8]) -> Result<Vec<u8>, mbrotli::DecodeError> {
    let window = mbrotli::WindowLimit::standard(24).unwrap();
    let config = mbrotli::DecoderConfig::new().with_window_limit(window);
    mbrotli::Decompressor::new(config).unwrap().decompress(input)
}

fn is_trailing(error: &mbrotli::DecodeError) -> bool {
    matches!(error, mbrotli::DecodeError::TrailingData { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn two_implementations_agree_on_what_is_bad(
        size in 1..3_000_usize,
        quality in 0..=11,
        flips in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut stream = run_with(ENCODE, &with_params(&[(1, quality)]), &mixed(size), WHOLE);
        for flip in flips {
            let bit = flip.index(stream.len() * 8);
            stream[bit / 8] ^= 1 << (bit % 8);
        }
        if let Some(cut) = cut {
            stream.truncate(cut.index(stream.len()));
        }
        let (out, ended) = outcome(DECODE, &stream, WHOLE);
        match (ended, mbrotli(&stream)) {
            (Ok(()), Ok(theirs)) => prop_assert!(out == theirs),
            // What follows the end is ignored here and refused there.
            (Ok(()), Err(error)) => prop_assert!(is_trailing(&error)),
            // Of bad data one sees more than the other before it says what is wrong with it.
            (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{:?} {:?}", ours, theirs),
        }
    }
}

#[test]
fn a_compressor_left_by_another_stream_makes_no_difference() {
    let data = mixed(60_000);
    for quality in 0..=11 {
        for window in [10, 16, 17, 22] {
            let settings = with_params(&[(1, quality), (2, window)]);
            let packed = |size: usize| {
                let mut driver = Driver::new(ENCODE, &settings, WHOLE);
                driver.feed(&data[..size]).unwrap();
                driver.finish().unwrap();
                driver.out
            };
            let sizes = [60_000, 0, 300, 0, 5_000, 20, 0, 0, 60_000];
            for (nth, size) in sizes.into_iter().enumerate() {
                let by_a_new_one = std::thread::scope(|scope| scope.spawn(|| packed(size)).join().unwrap());
                assert!(packed(size) == by_a_new_one, "{quality} {window} {nth}");
            }
        }
    }
}
