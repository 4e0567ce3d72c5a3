//! Zstd: frames that follow one another, Node's rules for what is no frame, and the C library's words for bad data. The
//! figures and bytes are those of Node 26, which has the library 1.5.7.

use super::TEXT;
use super::driver::*;
use crate::codec::{Format, Limits, Output, Settings, Whole, open};
use crate::error::{Error, Result};
use proptest::prelude::*;
use std::sync::Arc;

const ENCODE: Format = Format::ZstdCompress;
const DECODE: Format = Format::ZstdDecompress;

/// [`TEXT`] at level 3, with its size and with a checksum.
const GOLDEN: [u8; 29] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x19, 0xa5, 0x00, 0x00, 0x70, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x20, 0x2c,
    0x20, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a, 0x01, 0x00, 0x31, 0x4a, 0x11,
];
/// A skippable frame of four bytes.
const SKIPPABLE: [u8; 12] = [0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, b'w', b'x', b'y', b'z'];
/// A frame of nothing.
const EMPTY: [u8; 9] = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00];

fn strict() -> Settings {
    Settings {
        reject_trailing: true,
        ..Settings::default()
    }
}

fn pledged(size: u64) -> Settings {
    Settings {
        pledged_size: Some(size),
        ..Settings::default()
    }
}

fn with_dictionary(dictionary: &[u8], params: &Params) -> Settings {
    Settings {
        dictionary: Some(Arc::from(dictionary)),
        ..with_params(params)
    }
}

/// What a one-shot function makes of `input`.
fn whole(settings: &Settings, input: &[u8]) -> Result<Vec<u8>> {
    let mut output = Output::new(&mut []);
    Whole::new(open(ENCODE, settings)?).process(input, None, &mut output)?;
    Ok(output.parts().flatten().copied().collect())
}

#[test]
fn sizes_are_those_of_node() {
    let data = mixed(150_000);
    // By `zstdCompressSync`, and by a stream, which does not know the size at its beginning.
    let known: [(&Params, usize, usize); 15] = [
        (&[(100, -5)], 41795, 42569),
        (&[(100, 1)], 38328, 38375),
        (&[(100, 3)], 37903, 37764),
        (&[(100, 6)], 36021, 36027),
        (&[(100, 9)], 35659, 35871),
        (&[(100, 19)], 34499, 34505),
        (&[], 37903, 37764),
        (&[(100, -1)], 37903, 37764),
        (&[(101, 12)], 42202, 42431),
        (&[(107, 5), (101, 17)], 36733, 36709),
        (&[(160, 1)], 37891, 37739),
        (&[(200, 0)], 37900, 37764),
        (&[(201, 1)], 37907, 37772),
        (&[(100, 3), (130, 2000)], 37990, 38066),
        (&[(400, 4)], 37903, 37764),
    ];
    let near = |ours: &[u8], node: usize| ours.len().abs_diff(node) <= node / 1_000;
    for (params, at_once, streamed) in known {
        let settings = with_params(params);
        let packed = whole(&settings, &data).unwrap();
        assert!(near(&packed, at_once), "{params:?} {}", packed.len());
        assert!(run(DECODE, &packed, WHOLE) == data);
        let packed = run_with(ENCODE, &settings, &data, WHOLE);
        assert!(near(&packed, streamed), "{params:?} {}", packed.len());
        assert!(run(DECODE, &packed, WHOLE) == data);
    }
    assert_eq!(whole(&Settings::default(), TEXT).unwrap(), GOLDEN);
    assert_eq!(whole(&Settings::default(), b"").unwrap(), EMPTY);
    assert_eq!(run(ENCODE, b"", WHOLE), EMPTY);
}

#[test]
fn an_encoder_gives_the_same_bytes_at_every_pace() {
    let data = mixed(50_000);
    for level in [-5, 1, 3, 9, 19] {
        let settings = with_params(&[(100, level), (201, 1)]);
        let first = run_with(ENCODE, &settings, &data, WHOLE);
        for pace in paces() {
            assert!(
                run_with(ENCODE, &settings, &data, pace) == first,
                "{level} {pace:?}"
            );
        }
    }
}

#[test]
fn parameters_that_the_library_refuses_are_refused_at_once() {
    let refused = |format, pair| {
        let refusal = open(format, &with_params(&[pair])).err();
        matches!(refusal, Some(Error::Initialization("Setting parameter failed")))
    };
    #[rustfmt::skip]
    let bad = [
        (101, 9), (101, 32), (102, 5), (103, 5), (104, 31), (105, 2), (105, 8), (106, 131_073), (107, 10), (107, -2),
        (160, 3), (161, 5), (162, 3), (163, 9), (164, 30), (0, 0), (50, 1), (300, 1), (403, 0), (500, 1),
    ];
    assert!(bad.into_iter().all(|pair| refused(ENCODE, pair)));
    #[rustfmt::skip]
    let good = [
        (100, 1_000), (100, -200_000), (101, 10), (101, 31), (101, 0), (102, 30), (104, 0), (106, 131_072), (107, 0),
        (130, 5), (160, 2), (200, 2), (202, 0), (400, 1_000), (401, 1), (402, 10), (300, -1),
    ];
    assert!(!good.into_iter().any(|pair| refused(ENCODE, pair)));
    assert!(
        [(100, 9), (100, 32), (0, 1), (101, 10)]
            .into_iter()
            .all(|pair| refused(DECODE, pair))
    );
    assert!(
        ![(100, 10), (100, 31), (100, 0), (100, -1)]
            .into_iter()
            .any(|pair| refused(DECODE, pair))
    );
}

#[test]
fn flushes_and_frames_are_those_of_node() {
    let script = |steps| script(ENCODE, &Settings::default(), steps);
    assert_eq!(script("fe"), " 28b52ffd0058010000");
    assert_eq!(
        script("wffwfe"),
        " 28b52ffd0058180000616263   180000616263 010000"
    );
    assert_eq!(script("ee"), "28b52ffd2000010000 28b52ffd2000010000");
    assert_eq!(
        script("wewe"),
        " 28b52ffd0058190000616263  28b52ffd0058190000616263"
    );
}

#[test]
fn a_pledged_size_is_written_down_and_held_to() {
    let right = run_with(ENCODE, &pledged(TEXT.len() as u64), TEXT, WHOLE);
    assert_eq!(right, GOLDEN);
    let error = |size| {
        let mut driver = Driver::new(ENCODE, &pledged(size), WHOLE);
        let ended = driver.feed(TEXT).and_then(|()| driver.finish());
        let error = ended.unwrap_err();
        (error.code().to_owned(), error.errno(), error.to_string())
    };
    let known = (
        "ZSTD_error_srcSize_wrong".to_owned(),
        Some(72),
        "Src size is incorrect".to_owned(),
    );
    for size in [0, 1, 24, 26, 1 << 40] {
        assert_eq!(error(size), known);
    }
    // To nothing at all, too.
    let nothing = |size| Driver::new(ENCODE, &pledged(size), WHOLE).finish();
    assert_eq!(nothing(1).unwrap_err().errno(), Some(72));
    assert!(nothing(0).is_ok());
    assert_eq!(whole(&pledged(1), b"").unwrap_err().errno(), Some(72));
    // For a one-shot function it stands above the size that the input has.
    assert_eq!(whole(&pledged(24), TEXT).unwrap_err().errno(), Some(72));
    assert_eq!(whole(&pledged(25), TEXT).unwrap(), GOLDEN);
}

#[test]
fn a_pledge_is_for_the_first_frame_and_anew_after_a_reset() {
    let mut driver = Driver::new(ENCODE, &pledged(3), WHOLE);
    let frame = |driver: &mut Driver| {
        driver.out.clear();
        driver.feed(b"abc").unwrap();
        driver.finish().unwrap();
        driver.out.clone()
    };
    let sized = bytes("28b52ffd2003190000616263");
    assert_eq!(frame(&mut driver), sized);
    assert_eq!(frame(&mut driver), bytes("28b52ffd0058190000616263"));
    driver.feed(b"forgotten").unwrap();
    driver.reset().unwrap();
    assert_eq!(frame(&mut driver), sized);
}

#[test]
fn a_size_is_expected_of_the_next_frame_alone() {
    let mut driver = Driver::new(ENCODE, &Settings::default(), WHOLE);
    driver.expect(0);
    driver.expect(3);
    for expected in ["28b52ffd2003190000616263", "28b52ffd0058190000616263"] {
        driver.out.clear();
        driver.feed(b"a").unwrap();
        // Too late for this frame, and not meant for the next.
        driver.expect(9);
        driver.feed(b"bc").unwrap();
        driver.finish().unwrap();
        assert_eq!(driver.out, bytes(expected));
    }
    driver.expect(9);
    driver.reset().unwrap();
    driver.feed(b"abc").unwrap();
    driver.finish().unwrap();
}

#[test]
fn a_decoder_forgets_all_but_the_settings() {
    let mut driver = Driver::new(DECODE, &Settings::default(), WHOLE);
    for before in [
        &GOLDEN[..2],
        &GOLDEN[..20],
        &GOLDEN,
        &[&GOLDEN[..], b"garbage"].concat(),
        b"garbage",
    ] {
        let _ = driver.feed(before);
        driver.reset().unwrap();
        driver.out.clear();
        driver.feed(&GOLDEN).unwrap();
        driver.finish().unwrap();
        assert_eq!(driver.out, TEXT);
        driver.reset().unwrap();
    }
}

fn decodes(parts: &[&[u8]], expected: &[u8]) {
    let input = parts.concat();
    for pace in paces() {
        for settings in [Settings::default(), strict()] {
            assert_eq!(run_with(DECODE, &settings, &input, pace), expected, "{pace:?}");
        }
    }
}

#[test]
fn frames_that_follow_one_another_are_one_stream() {
    decodes(&[&GOLDEN], TEXT);
    decodes(&[&GOLDEN, &GOLDEN, &GOLDEN], &TEXT.repeat(3));
    decodes(&[&EMPTY, &GOLDEN, &EMPTY], TEXT);
    decodes(&[&SKIPPABLE], b"");
    decodes(
        &[&SKIPPABLE, &GOLDEN, &SKIPPABLE, &SKIPPABLE, &GOLDEN, &SKIPPABLE],
        &TEXT.repeat(2),
    );
    let large = mixed(300_000);
    let packed = run(ENCODE, &large, WHOLE);
    let all = [&large, TEXT, &large].concat();
    assert!(run(DECODE, &[&packed, &GOLDEN[..], &packed].concat(), WHOLE) == all);
}

#[test]
fn what_is_no_frame_is_ignored_or_refused() {
    let no_frames = [
        "28",
        "28b5",
        "28b52f",
        "50",
        "5f2a4d",
        "2800",
        "28b500",
        "28b52f00",
        "602a4d18",
        "27b52ffd",
        "0028b52ffd",
        "00",
        "616263",
        "0000000000000000",
    ];
    for rest in no_frames.map(bytes) {
        for tail in [&b""[..], &GOLDEN] {
            // A whole frame behind half of one's magic number would be another frame's.
            let input = [&GOLDEN, &rest[..], tail].concat();
            for pace in paces() {
                let mut driver = Driver::new(DECODE, &Settings::default(), pace);
                driver.feed(&input).unwrap();
                driver.finish().unwrap();
                assert_eq!(driver.out, TEXT, "{rest:x?} {pace:?}");
                let behind = (rest.len() + tail.len()) as u64;
                // Half of a magic number at the end may have been a frame's.
                assert!(driver.trailing() == behind || driver.trailing() == 0 && rest.len() < 4);
                let mut driver = Driver::new(DECODE, &strict(), pace);
                let error = driver.feed(&input).and_then(|()| driver.finish()).unwrap_err();
                assert!(matches!(error, Error::TrailingGarbage), "{rest:x?} {error:?}");
                assert_eq!(driver.out, TEXT);
            }
        }
    }
    // Four bytes of magic begin a frame.
    for rest in ["28b52ffd", "28b52ffd00", "502a4d18", "5f2a4d1804", "28b52ffdff"].map(bytes) {
        let (out, error) = refused(DECODE, &[&GOLDEN, &rest[..]].concat());
        assert_eq!(out, TEXT);
        assert!(matches!(error, Error::UnexpectedEnd));
    }
}

#[test]
fn bad_data_is_refused_in_the_librarys_words() {
    // The shortest that turned up in 400,000 corrupted streams.
    #[rustfmt::skip]
    let known = [
        ("ffffffff", 10, "prefix_unknown", "Unknown frame descriptor"),
        ("ffff", 10, "prefix_unknown", "Unknown frame descriptor"),
        // The format of zstd 0.7, and of 0.1.
        ("27b52ffd0000000000000000", 10, "prefix_unknown", "Unknown frame descriptor"),
        ("1eb52ffd0000000000000000", 10, "prefix_unknown", "Unknown frame descriptor"),
        ("28b52ffd2c2d", 14, "frameParameter_unsupported", "Unsupported frame parameter"),
        ("28b52ffd00ac", 16, "frameParameter_windowTooLarge", "Frame requires too much memory for decoding"),
        ("28b52ffd1401dfeab6", 20, "corruption_detected", "Data corruption detected"),
        ("28b52ffd241ef1000063786b746d78737866616b66636e717968647864696568756d64726c636d2058a5c3",
            22, "checksum_wrong", "Restored data doesn't match checksum"),
        ("28b52ffd20139d00001f5671b760e6afe9f36d9b0eeb954abf11b31e", 30, "dictionary_corrupted", "Dictionary is corrupted"),
        ("28b52ffd11238d", 32, "dictionary_wrong", "Dictionary mismatch"),
        ("28b52ffd042b6b5191b9", 70, "dstSize_tooSmall", "Destination buffer is too small"),
        ("28b52ffd20119d00003f5671b760e6afe9f36d9b0eeb954abf11b31e", 72, "srcSize_wrong", "Src size is incorrect"),
    ];
    for (stream, errno, name, message) in known {
        let error = outcome(DECODE, &bytes(stream), WHOLE).1.unwrap_err();
        assert_eq!(error.code(), format!("ZSTD_error_{name}"));
        assert_eq!(error.errno(), Some(errno));
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn what_was_good_before_an_error_is_handed_out_at_every_pace() {
    // Blocks of 128 KiB, and the last one's checksum.
    let data = mixed(300_000);
    let mut packed = run_with(ENCODE, &with_params(&[(201, 1)]), &data, WHOLE);
    let last = packed.len() - 1;
    packed[last] ^= 1;
    let (out, error) = refused(DECODE, &packed);
    assert!(out == data);
    assert_eq!(error.code(), "ZSTD_error_checksum_wrong");
    // The header of the third block: of a kind that there is not.
    let third = (0..2).fold(6, |at, _| at + block_length(&packed, at));
    let before = outcome(DECODE, &packed[..third], WHOLE).0;
    assert!(data.starts_with(&before) && before.len() > 100_000);
    packed[third] |= 6;
    let (out, error) = refused(DECODE, &packed);
    assert!(out == before);
    assert_eq!(error.code(), "ZSTD_error_corruption_detected");
    // A frame so small that it is decoded at a stroke.
    let mut small = whole(&with_params(&[(201, 1)]), TEXT).unwrap();
    let last = small.len() - 1;
    small[last] ^= 1;
    let (out, error) = refused(DECODE, &[&GOLDEN, &small[..]].concat());
    assert_eq!(out, TEXT.repeat(2));
    assert_eq!(error.code(), "ZSTD_error_checksum_wrong");
}

#[test]
fn a_frame_shorter_than_it_says_is_refused_at_every_pace() {
    // A header that says 269 bytes in one segment, a block of 32 bytes as they are, and a last block without any.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60, 13, 0];
    frame.extend([0, 1, 0]);
    frame.extend([7; 32]);
    frame.extend([1, 0, 0]);
    let (out, error) = refused(DECODE, &frame);
    assert_eq!(out, [7; 32]);
    assert_eq!(error.code(), "ZSTD_error_corruption_detected");
}

#[test]
fn what_is_good_or_bad_at_a_stroke_alone_is_so_in_no_pieces() {
    // No bytes in one segment, and a last block that is compressed and has none either.
    decodes(&[&[0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 5, 0, 0]], b"");
    let is_bad = |frame: &[u8], name: &str| {
        let (_, error) = refused(DECODE, frame);
        assert_eq!(error.code(), format!("ZSTD_error_{name}"));
    };
    // The same with a last block of one byte, over and over, no times: larger than the window.
    is_bad(
        &[0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 3, 0, 0, 0x55],
        "corruption_detected",
    );
    // One byte, in a window of 2 GiB; and 2,000, in one block and a window of 1 KiB.
    let byte = [0x28, 0xb5, 0x2f, 0xfd, 0x40, 0xa8, 1, 0];
    is_bad(
        &[&byte[..], &[9, 0, 0, 7]].concat(),
        "frameParameter_windowTooLarge",
    );
    let many = [0x28, 0xb5, 0x2f, 0xfd, 0x40, 0, 0xd0, 6, 0x81, 0x3e, 0];
    is_bad(&[&many[..], &[7; 2000]].concat(), "corruption_detected");
}

/// The bytes of the block at `at`, with its header.
fn block_length(frame: &[u8], at: usize) -> usize {
    let header = u32::from_le_bytes([frame[at], frame[at + 1], frame[at + 2], 0]);
    3 + (header >> 3) as usize
}

#[test]
fn a_window_larger_than_allowed_is_refused() {
    let data = mixed(100_000);
    let packed = run_with(ENCODE, &with_params(&[(101, 20)]), &data, WHOLE);
    assert!(run_with(DECODE, &with_params(&[(100, 20)]), &packed, WHOLE) == data);
    let mut driver = Driver::new(DECODE, &with_params(&[(100, 19)]), WHOLE);
    let error = driver.feed(&packed).unwrap_err();
    assert_eq!(error.code(), "ZSTD_error_frameParameter_windowTooLarge");
}

#[test]
fn a_dictionary_serves_both_ways() {
    let data = mixed(2_000);
    let dictionary = &data[100..1_500];
    for level in [-5, 1, 3, 9, 19] {
        let settings = with_dictionary(dictionary, &[(100, level)]);
        for pace in paces() {
            let packed = run_with(ENCODE, &settings, &data, pace);
            assert!(packed.len() < 300, "{level} {}", packed.len());
            let two = [&packed[..], &packed].concat();
            assert!(run_with(DECODE, &with_dictionary(dictionary, &[]), &two, pace) == data.repeat(2));
            assert_eq!(
                refused(DECODE, &packed).1.code(),
                "ZSTD_error_corruption_detected"
            );
        }
    }
    assert_eq!(
        whole(&with_dictionary(dictionary, &[]), &data).unwrap().len(),
        154
    );
    let empty = with_dictionary(b"", &[]);
    assert_eq!(whole(&empty, TEXT).unwrap(), GOLDEN);
    assert_eq!(run_with(DECODE, &empty, &GOLDEN, WHOLE), TEXT);
}

#[test]
fn a_bad_dictionary_is_refused_as_node_refuses_it() {
    // It says that it has tables, and has none.
    let bad = with_dictionary(&bytes("37a430ec0000000011223344"), &[]);
    let refusal = open(DECODE, &bad).err();
    assert!(matches!(
        refusal,
        Some(Error::Initialization("Failed to load zstd dictionary"))
    ));
    let error = whole(&bad, TEXT).unwrap_err();
    assert_eq!(
        (error.code(), error.errno()),
        ("ZSTD_error_memory_allocation", Some(64))
    );
    assert_eq!(error.to_string(), "Allocation error : not enough memory");
}

#[test]
fn a_bomb_is_decoded_no_further_than_it_is_read() {
    let size = 64 << 20;
    let bomb = whole(&Settings::default(), &vec![0; size]).unwrap();
    assert!(bomb.len() < 8 * 1024);
    for slice in [16 * 1024, 100_000] {
        let mut slice = vec![0; slice];
        let mut decoder = open(DECODE, &Settings::default()).unwrap();
        let (mut rest, mut length) = (&bomb[..], 0);
        loop {
            let step = decoder.feed(rest, &mut slice).unwrap();
            rest = &rest[step.consumed..];
            length += step.produced;
            if step.done {
                break;
            }
            assert_eq!(step.produced, slice.len());
        }
        assert!(decoder.finish(&mut slice).unwrap().done);
        assert_eq!(length, size);
    }
    let limited = Settings {
        limits: Limits {
            output: Some(1_000_000),
            ratio: None,
        },
        ..Settings::default()
    };
    let mut driver = Driver::new(DECODE, &limited, WHOLE);
    let error = driver.feed(&bomb).unwrap_err();
    assert!(matches!(error, Error::TooLarge(1_000_000)));
    assert_eq!(driver.out.len(), 1_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn bad_zstd_ends_at_every_pace(
        size in 1..3_000_usize,
        level in 1..=19,
        flips in prop::collection::vec(any::<prop::sample::Index>(), 1..3),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut stream = run_with(ENCODE, &with_params(&[(100, level), (201, size as i32 % 2)]), &mixed(size), WHOLE);
        for flip in flips {
            let bit = flip.index(stream.len() * 8);
            stream[bit / 8] ^= 1 << (bit % 8);
        }
        if let Some(cut) = cut {
            stream.truncate(cut.index(stream.len()));
        }
        let (out, ended) = outcome(DECODE, &stream, WHOLE);
        for output in [1, 7] {
            let (also, again) = outcome(DECODE, &stream, Pace { input: output, output });
            // Of a raw block the library hands out what there is before it knows that the block ends badly.
            prop_assert!(also.starts_with(&out));
            prop_assert_eq!(again.is_ok(), ended.is_ok());
        }
    }
}
