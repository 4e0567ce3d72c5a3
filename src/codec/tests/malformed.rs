//! Bad and short input is never taken for good, and is refused in zlib's words.

use super::driver::*;
use super::{GOLDEN_DICTIONARY, GOLDEN_GZIP, GOLDEN_RAW, GOLDEN_ZLIB, TEXT};
use crate::codec::{Format, Settings};
use crate::error::{Error, Result};
use proptest::prelude::*;

#[test]
fn input_cut_anywhere_gives_its_bytes_and_then_ends_too_early() {
    let golden: [(Format, &[u8]); 5] = [
        (Format::Gunzip, &GOLDEN_GZIP),
        (Format::Unzip, &GOLDEN_GZIP),
        (Format::Unzip, &GOLDEN_ZLIB),
        (Format::Inflate, &GOLDEN_ZLIB),
        (Format::InflateRaw, &GOLDEN_RAW),
    ];
    for (format, stream) in golden {
        let mut before = 0;
        for cut in 0..stream.len() {
            let (out, error) = refused(format, &stream[..cut]);
            assert!(matches!(error, Error::UnexpectedEnd), "{format:?} {cut}");
            assert!(TEXT.starts_with(&out) && out.len() >= before);
            before = out.len();
        }
    }
    // Everything is there before the trailer is.
    assert_eq!(refused(Format::Gunzip, &GOLDEN_GZIP[..24]).0, TEXT);
}

#[test]
fn a_flipped_bit_is_never_taken_for_other_bytes() {
    for format in [Format::Gunzip, Format::Unzip] {
        for bit in 0..GOLDEN_GZIP.len() * 8 {
            let mut stream = GOLDEN_GZIP;
            stream[bit / 8] ^= 1 << (bit % 8);
            let (out, ended) = outcome(format, &stream, WHOLE);
            // The text flag, the time, the extra flags and the system say nothing about the bytes.
            // Nor do the bits that fill up the last byte of the deflate stream.
            let means_nothing = bit == 24 || (32..80).contains(&bit) || (188..192).contains(&bit);
            assert_eq!(ended.is_ok(), means_nothing, "bit {bit}: {ended:?}");
            assert!(ended.is_err() || out == TEXT);
        }
    }
}

#[test]
fn bad_data_is_refused_in_zlibs_words() {
    use Format::{Gunzip, Inflate, InflateRaw};
    // The raw ones are those of zlib's own test/infcover.c.
    #[rustfmt::skip]
    let cases: [(Format, &[u8], &str); 20] = [
        (Gunzip, &GOLDEN_ZLIB, "incorrect header check"),
        (Inflate, &GOLDEN_GZIP, "incorrect header check"),
        (Inflate, &[0x77, 0x85], "unknown compression method"),
        (Inflate, &[0x88, 0x1c], "invalid window size"),
        (Gunzip, &[0x1f, 0x8b, 7, 0], "unknown compression method"),
        (Gunzip, &[0x1f, 0x8b, 8, 0xe0], "unknown header flags set"),
        (Gunzip, &[0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3, 1, 2], "header crc mismatch"),
        (InflateRaw, &[0, 0, 0, 0, 0], "invalid stored block lengths"),
        (InflateRaw, &[6], "invalid block type"),
        (InflateRaw, &[0xfc, 0, 0], "too many length or distance symbols"),
        (InflateRaw, &[4, 0, 0xfe, 0xff], "invalid code lengths set"),
        (InflateRaw, &[4, 0, 0x24, 0x49, 0], "invalid bit length repeat"),
        (InflateRaw, &[4, 0, 0x24, 0xe9, 0xff, 0xff], "invalid bit length repeat"),
        (InflateRaw, &[4, 0, 0x24, 0xe9, 0xff, 0x6d], "invalid code -- missing end-of-block"),
        (InflateRaw, &[4, 0x80, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x71, 0xff, 0xff, 0x93, 0x11, 0],
            "invalid literal/lengths set"),
        (InflateRaw, &[4, 0x80, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x0f, 0xb4, 0xff, 0xff, 0xc3, 0x84],
            "invalid distances set"),
        (InflateRaw, &[4, 0xc0, 0x81, 8, 0, 0, 0, 0, 0x20, 0x7f, 0xeb, 0x0b, 0, 0],
            "invalid literal/length code"),
        (InflateRaw, &[2, 0x7e, 0xff, 0xff], "invalid distance code"),
        (InflateRaw, &[0x0c, 0xc0, 0x81, 0, 0, 0, 0, 0, 0x90, 0xff, 0x6b, 4, 0],
            "invalid distance too far back"),
        (InflateRaw, &[0x03, 0x02, 0x00], "invalid distance too far back"),
    ];
    for (format, stream, expected) in cases {
        assert_eq!(refused(format, stream).1.to_string(), expected, "{stream:x?}");
    }
}

#[test]
fn a_wrong_trailer_is_refused_after_all_bytes() {
    let mut streams = [GOLDEN_GZIP.to_vec(), GOLDEN_GZIP.to_vec(), GOLDEN_ZLIB.to_vec()];
    streams[0][24] ^= 1;
    streams[1][28] ^= 1;
    streams[2][19] ^= 1;
    let messages = [
        "incorrect data check",
        "incorrect length check",
        "incorrect data check",
    ];
    for (stream, expected) in streams.iter().zip(messages) {
        let (out, error) = refused(Format::Unzip, stream);
        assert_eq!(out, TEXT);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.code(), "Z_DATA_ERROR");
    }
}

#[test]
fn a_preset_dictionary_is_asked_for() {
    for format in [Format::Inflate, Format::Unzip] {
        let (out, error) = refused(format, &GOLDEN_DICTIONARY);
        assert!(out.is_empty() && matches!(error, Error::NeedDictionary));
    }
}

#[test]
fn a_window_larger_than_agreed_is_refused() {
    let settings = Settings {
        window_bits: 9,
        ..Settings::default()
    };
    let mut driver = Driver::new(Format::Inflate, &settings, WHOLE);
    let error = driver.feed(&GOLDEN_ZLIB).unwrap_err();
    assert!(matches!(error, Error::Data("invalid window size")));
}

/// An outcome without the words that zlib-rs's fast path forgets.
fn kind(ended: &Result<()>) -> String {
    let forgotten = ["invalid distance code", "invalid literal/length code"];
    match ended {
        Err(Error::Data(said)) if forgotten.contains(said) => {
            kind(&Err(Error::Data("invalid distance too far back")))
        }
        _ => format!("{ended:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn noise_ends_the_same_at_every_pace(
        noise in prop::collection::vec(any::<u8>(), 0..60),
        position in 0..200_usize,
        format in prop::sample::select(vec![Format::Gunzip, Format::Inflate, Format::InflateRaw, Format::Unzip]),
    ) {
        // Noise, and a good stream with noise written over a part of it.
        let encoder = ENCODERS.into_iter().find(|&e| decoder_of(e) == format).unwrap_or(Format::Gzip);
        let mut stream = run(encoder, &mixed(400), WHOLE);
        let position = position.min(stream.len());
        let end = (position + noise.len()).min(stream.len());
        stream.splice(position..end, noise.iter().copied());
        for input in [stream, noise] {
            let (out, ended) = outcome(format, &input, WHOLE);
            for output in [1, 7] {
                let (also, again) = outcome(format, &input, Pace { input: output, output });
                prop_assert_eq!(&also, &out);
                prop_assert_eq!(kind(&again), kind(&ended));
            }
        }
    }
}
