//! Brotli can be flushed behind bytes that do not compress, however many and whatever came before: see
//! `src/codec/brotli_scratch.rs`.

use super::TEXT;
use super::driver::*;
use crate::codec::{Flush, Format, Settings};
use proptest::prelude::*;

const ENCODE: Format = Format::BrotliCompress;
const DECODE: Format = Format::BrotliDecompress;

/// What an encoder makes of noise, or of text, each part followed by a flush; and whether that is all of it, each time.
fn flushes(settings: &Settings, parts: &[(bool, usize)]) -> Vec<u8> {
    let (noise, text) = (noise(300_000), TEXT.repeat(12_000));
    let (mut encoder, mut all) = (Driver::new(ENCODE, settings, WHOLE), Vec::new());
    let mut decoder = Driver::new(DECODE, &with_params(&[(1, 1)]), WHOLE);
    let mut read = 0;
    for &(is_noise, length) in parts {
        let part = if is_noise {
            &noise[..length]
        } else {
            &text[..length]
        };
        all.extend_from_slice(part);
        encoder.feed(part).unwrap();
        let flushed = encoder.flush(Flush::Sync);
        assert!(flushed.is_ok(), "{:?} {parts:?}: {flushed:?}", settings.params);
        decoder.feed(&encoder.out[read..]).unwrap();
        read = encoder.out.len();
        assert!(decoder.out == all, "{:?} {parts:?}", settings.params);
        encoder.flush(Flush::Sync).unwrap();
        assert_eq!(encoder.out.len(), read);
    }
    encoder.finish().unwrap();
    assert!(run_with(DECODE, &with_params(&[(1, 1)]), &encoder.out, WHOLE) == all);
    encoder.out
}

/// Without a compressor that another stream has left.
fn on_a_new_thread<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(test).join().unwrap())
}

#[test]
fn noise_of_any_length_can_be_flushed() {
    for params in [
        [(1, 2), (2, 22), (6, 0)],
        [(1, 5), (2, 10), (6, 0)],
        [(1, 5), (2, 22), (6, 0)],
        [(1, 9), (2, 13), (6, 0)],
        [(1, 6), (2, 23), (6, 1)],
    ] {
        let settings = with_params(&params);
        for length in (0..70)
            .chain(3_050..3_110)
            .chain(31_470..31_500)
            .chain(65_500..65_800)
        {
            on_a_new_thread(|| flushes(&settings, &[(true, length), (true, length / 2), (false, 1)]));
        }
    }
}

#[test]
fn noise_can_be_flushed_behind_a_block_of_any_length() {
    // mbrotli's buffer is then twice as long, and 511 bytes more.
    let behind = |block: usize| 2 * block + 500..2 * block + 512;
    for (quality, window) in [(2, 22), (5, 10), (5, 22), (9, 22)] {
        let settings = with_params(&[(1, quality), (2, window)]);
        for block in [1_300, 2_999, 8_000, 16_383, 20_000, 65_535, 70_000] {
            for length in behind(block) {
                on_a_new_thread(|| flushes(&settings, &[(false, block), (true, length)]));
                // By a compressor that another stream has left.
                on_a_new_thread(|| {
                    run_with(ENCODE, &settings, &TEXT.repeat(3_000)[..block], WHOLE);
                    flushes(&settings, &[(true, length)]);
                });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_can_be_flushed_behind_all_that_came_before(
        quality in 2..=9,
        window in 10..=24,
        first in proptest::collection::vec((any::<bool>(), 0_usize..70_000), 1..7),
        then in proptest::collection::vec((0_usize..7, 0_usize..16), 1..5),
    ) {
        let settings = with_params(&[(1, quality), (2, window)]);
        let mut parts = first;
        for (earlier, more) in then {
            // Noise that may end with mbrotli's buffer.
            let block = parts[earlier % parts.len()].1;
            parts.push((true, (2 * block + 498 + more).min(300_000)));
        }
        let alone = on_a_new_thread(|| flushes(&settings, &parts));
        // Behind a few streams on its thread, of which each leaves its compressor to the next.
        let behind = on_a_new_thread(|| {
            parts.chunks(3).for_each(|parts| drop(flushes(&settings, parts)));
            flushes(&settings, &parts)
        });
        prop_assert!(behind == alone);
    }
}

#[test]
fn noise_is_the_same_at_every_pace() {
    let noise = noise(300_000);
    for (quality, window) in [(2, 22), (5, 10), (5, 22), (9, 13)] {
        let settings = with_params(&[(1, quality), (2, window)]);
        let packed = |(input, output)| {
            let mut driver = Driver::new(ENCODE, &settings, Pace { input, output });
            // The first is a length at which a flush is two.
            for part in [&noise[..65_531], &noise[65_531..]] {
                driver.feed(part).unwrap();
                driver.flush(Flush::Sync).unwrap();
            }
            driver.finish().unwrap();
            driver.out
        };
        let whole = packed((usize::MAX, usize::MAX >> 40));
        for pace in [(64 << 10, 64 << 10), (1000, 7), (1, 1000), (63, 1), (65, 100_000)] {
            assert!(packed(pace) == whole, "{quality} {window} {pace:?}");
        }
    }
}
