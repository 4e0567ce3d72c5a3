//! A codec gives what its limits allow, to the byte, and fails on the one after.

use super::driver::*;
use super::{GOLDEN_GZIP, TEXT};
use crate::codec::{Flush, Format, Limits, Settings};
use crate::error::Error;

fn most(output: u64) -> Settings {
    Settings {
        limits: Limits {
            output: Some(output),
            ratio: None,
        },
        ..Settings::default()
    }
}

fn ratio(ratio: f64) -> Settings {
    Settings {
        limits: Limits {
            output: None,
            ratio: Some(ratio),
        },
        ..Settings::default()
    }
}

#[test]
fn as_much_as_the_limit_passes_and_one_more_fails() {
    let data = mixed(70_000);
    for encoder in EVERY_ENCODER {
        for data in [&data[..], TEXT, &[]] {
            let packed = run(encoder, data, WHOLE);
            let decoder = decoder_of(encoder);
            for pace in paces() {
                let exact = run_with(decoder, &most(data.len() as u64), &packed, pace);
                assert!(exact == data, "{pace:?}");
                let exact = run_with(encoder, &most(packed.len() as u64), data, pace);
                assert!(exact == packed, "{pace:?}");
            }
            if let Some(less) = (data.len() as u64).checked_sub(1) {
                let (out, error) = refused_with(decoder, &most(less), &packed);
                assert!(out == data[..data.len() - 1]);
                assert!(matches!(error, Error::TooLarge(limit) if limit == less));
                assert_eq!(error.code(), "ERR_BUFFER_TOO_LARGE");
            }
            let less = packed.len() as u64 - 1;
            let (out, error) = refused_with(encoder, &most(less), data);
            assert!(out == packed[..packed.len() - 1]);
            assert!(matches!(error, Error::TooLarge(limit) if limit == less));
        }
    }
}

#[test]
fn a_bomb_ends_at_the_limit() {
    let zeros = vec![0; 10_000_000];
    let packed = run(Format::Gzip, &zeros, WHOLE);
    for limit in [1, 1_000, 1 << 20] {
        let (out, error) = outcome_with(Format::Gunzip, &most(limit), &packed, WHOLE);
        assert_eq!(out.len() as u64, limit);
        assert!(matches!(error, Err(Error::TooLarge(_))));
    }
}

#[test]
fn a_ratio_is_kept_in_bombs_and_passed_by_others() {
    let packed = run(Format::Gzip, &vec![0; 10_000_000], WHOLE);
    assert!(packed.len() < 11_000);
    for input in [usize::MAX, 16 * 1024, 7, 1] {
        let pace = Pace {
            input,
            output: 16 * 1024,
        };
        let (out, ended) = outcome_with(Format::Gunzip, &ratio(100.0), &packed, pace);
        assert!(matches!(ended, Err(Error::TooLarge(_))), "{input}");
        assert!(out.len() >= 64 * 1024 && out.len() <= 100 * packed.len());
        let (out, ended) = outcome_with(Format::Gunzip, &ratio(1_100.0), &packed, pace);
        assert!(ended.is_ok() && out.len() == 10_000_000);
    }
    let data = mixed(500_000);
    let packed = run(Format::Gzip, &data, WHOLE);
    for pace in paces() {
        assert!(run_with(Format::Gunzip, &ratio(20.0), &packed, pace) == data);
    }
}

#[test]
fn a_small_output_has_any_ratio() {
    let zeros = vec![0; Limits::FREE as usize];
    let packed = run(Format::Deflate, &zeros, WHOLE);
    for pace in paces() {
        assert!(run_with(Format::Inflate, &ratio(1.0), &packed, pace) == zeros);
    }
    let packed = run(Format::Deflate, &vec![0; zeros.len() + 1], WHOLE);
    let (out, error) = refused_with(Format::Inflate, &ratio(1.0), &packed);
    assert!(out == zeros && matches!(error, Error::TooLarge(Limits::FREE)));
}

#[test]
fn a_reset_counts_anew() {
    let mut driver = Driver::new(Format::Gunzip, &most(TEXT.len() as u64), WHOLE);
    for _ in 0..3 {
        driver.feed(&GOLDEN_GZIP).unwrap();
        driver.finish().unwrap();
        driver.reset().unwrap();
    }
    assert_eq!(driver.out, TEXT.repeat(3));
    let mut driver = Driver::new(Format::Gzip, &most(1_000), WHOLE);
    driver.feed(&mixed(900)).unwrap();
    driver.flush(Flush::Sync).unwrap();
    driver.reset().unwrap();
    driver.feed(&mixed(900)).unwrap();
    driver.finish().unwrap();
}
