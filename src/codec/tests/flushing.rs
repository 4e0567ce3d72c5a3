//! A flush brings out all that was fed, once, in whatever slices it is taken.

use super::driver::*;
use crate::codec::{Flush, Format, Settings};

const KINDS: [Flush; 3] = [Flush::Partial, Flush::Sync, Flush::Full];

/// Everything that `encoder` fed `data`, flushed, writes up to then, and the stream's end.
fn flushed(encoder: Format, level: i32, data: &[u8], kind: Flush, pace: Pace) -> (Vec<u8>, Vec<u8>) {
    let mut driver = Driver::new(encoder, &at_level(encoder, level), pace);
    driver.feed(data).unwrap();
    driver.flush(kind).unwrap();
    let before = std::mem::take(&mut driver.out);
    driver.finish().unwrap();
    (before, driver.out)
}

#[test]
fn all_that_was_fed_before_a_flush_can_be_decoded() {
    for size in [0, 1, 100, 30_000, 150_000] {
        let data = mixed(size);
        for encoder in EVERY_ENCODER {
            for level in [0, 1, 2, 3, 6, 9] {
                for kind in KINDS {
                    let (before, after) = flushed(encoder, level, &data, kind, WHOLE);
                    let mut decoder = Driver::new(decoder_of(encoder), &Settings::default(), WHOLE);
                    decoder.feed(&before).unwrap();
                    assert!(decoder.out == data, "{encoder:?} {level} {kind:?} {size}");
                    decoder.flush(kind).unwrap();
                    decoder.feed(&after).unwrap();
                    decoder.finish().unwrap();
                    assert!(decoder.out == data);
                }
            }
        }
    }
}

#[test]
fn a_flush_is_the_same_in_any_slices_and_ends_aligned() {
    // As much noise as one block holds: the largest flush there is.
    for data in [mixed(100), mixed(40_000), (0..).map_while(noise).collect()] {
        for level in [1, 2, 3, 6, 9] {
            for kind in KINDS {
                let whole = flushed(Format::Gzip, level, &data, kind, WHOLE);
                assert!(kind == Flush::Partial || whole.0.ends_with(&[0, 0, 0xff, 0xff]));
                for output in [1, 4, 5, 6, 7, 100] {
                    let pace = Pace {
                        input: usize::MAX,
                        output,
                    };
                    assert!(flushed(Format::Gzip, level, &data, kind, pace) == whole);
                }
            }
        }
    }
}

fn noise(index: u64) -> Option<u8> {
    let mixed = (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (index < 120_000).then_some((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) as u8)
}

#[test]
fn a_second_flush_with_nothing_new_adds_nothing() {
    for kind in KINDS {
        let mut driver = Driver::new(Format::Gzip, &Settings::default(), WHOLE);
        driver.feed(b"once").unwrap();
        driver.flush(kind).unwrap();
        let once = driver.out.len();
        driver.flush(kind).unwrap();
        assert_eq!(driver.out.len(), once);
    }
}

#[test]
fn a_decoder_starts_afresh_behind_a_full_flush() {
    let (first, second) = (mixed(5_000), mixed(9_000));
    let mut driver = Driver::new(Format::DeflateRaw, &Settings::default(), WHOLE);
    driver.feed(&first).unwrap();
    driver.flush(Flush::Full).unwrap();
    driver.out.clear();
    driver.feed(&second).unwrap();
    driver.finish().unwrap();
    assert!(run(Format::InflateRaw, &driver.out, WHOLE) == second);
}

#[test]
fn a_decoder_holds_nothing_back() {
    let mut driver = Driver::new(Format::Gunzip, &Settings::default(), WHOLE);
    driver.flush(Flush::Sync).unwrap();
    assert!(driver.out.is_empty());
}

#[test]
fn what_another_stream_has_left_in_the_thread_makes_no_difference() {
    let data = mixed(400_000);
    let kinds = [Flush::Partial, Flush::Sync, Flush::Full, Flush::Block];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |most: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize % most
    };
    for level in 1..=9 {
        for _ in 0..60 {
            let steps: Vec<_> = (0..6).map(|_| (next(40_000), kinds[next(4)])).collect();
            let packed = || {
                let mut driver = Driver::new(Format::DeflateRaw, &at_level(Format::DeflateRaw, level), WHOLE);
                let mut rest = &data[..];
                for &(size, kind) in &steps {
                    let (now, later) = rest.split_at(size);
                    driver.feed(now).unwrap();
                    driver.flush(kind).unwrap();
                    rest = later;
                }
                driver.feed(&rest[..30_000]).unwrap();
                driver.finish().unwrap();
                driver.out
            };
            let in_a_new_one = std::thread::scope(|scope| scope.spawn(packed).join().unwrap());
            assert!(packed() == in_a_new_one, "{level} {steps:?}");
        }
    }
}
