//! Commands hold their place among blocks that are on their way.

use std::sync::Arc;

use super::driver::*;
use crate::codec::{Flush, Format, Limits, Settings, Strategy, Whole};
use crate::error::Error;
use crate::parallel::encoder::{BLOCK, LEAD};

fn driver(format: Format, settings: &Settings) -> Driver {
    Driver::new(format, settings, 3, Turn::Last)
}

/// What can be decoded of `packed`, which has no end.
fn decodable(packed: &[u8]) -> Vec<u8> {
    let decoder = crate::codec::open(Format::InflateRaw, &Settings::default()).unwrap();
    process(&mut Whole::new(decoder), packed, Some(Flush::Sync))
}

#[test]
fn a_flush_brings_out_all_that_was_fed() {
    let data = mixed(LEAD + 3 * BLOCK);
    for size in [LEAD, LEAD + 1, LEAD + BLOCK, data.len() - 1] {
        for kind in [Flush::Partial, Flush::Sync, Flush::Full, Flush::Block] {
            let mut driver = driver(Format::DeflateRaw, &Settings::default());
            driver.feed(&data[..size]).unwrap();
            driver.flush(kind).unwrap();
            assert!(decodable(&driver.out) == data[..size], "{size} {kind:?}");
            let flushed = driver.out.len();
            driver.flush(kind).unwrap();
            assert_eq!(
                driver.out.len(),
                flushed,
                "a second flush has nothing to bring out"
            );
            driver.feed(&data[size..]).unwrap();
            driver.finish().unwrap();
            assert!(unpacked(Format::DeflateRaw, &Settings::default(), &driver.out) == data);
        }
    }
}

#[test]
fn a_decoder_starts_afresh_behind_a_full_flush() {
    let data = mixed(2 * LEAD + 3 * BLOCK);
    let (before, after) = data.split_at(LEAD + BLOCK + 100);
    let mut driver = driver(Format::DeflateRaw, &Settings::default());
    driver.feed(before).unwrap();
    driver.flush(Flush::Full).unwrap();
    let flushed = driver.out.len();
    driver.feed(after).unwrap();
    driver.finish().unwrap();
    assert!(unpacked(Format::DeflateRaw, &Settings::default(), &driver.out[flushed..]) == after);
}

#[test]
fn params_take_effect_where_they_stand() {
    let data = mixed(LEAD + BLOCK);
    let size = |level: Option<i32>| {
        let mut driver = driver(Format::Gzip, &Settings::default());
        driver.feed(&data).unwrap();
        if let Some(level) = level {
            driver.params(level, Strategy::Default).unwrap();
        }
        let before = driver.out.len();
        driver.feed(&data).unwrap();
        driver.finish().unwrap();
        let twice = [&data[..], &data].concat();
        assert!(unpacked(Format::Gzip, &Settings::default(), &driver.out) == twice);
        (before, driver.out.len() - before)
    };
    let (_, stored) = size(Some(0));
    assert!(stored > data.len());
    let (before, same) = size(Some(6));
    let (_, small) = size(Some(9));
    assert!(small < same && same < data.len() && before < data.len());
}

#[test]
fn a_reset_forgets_what_is_on_its_way() {
    let data = mixed(LEAD + 3 * BLOCK + 10);
    let mut driver = driver(Format::Gzip, &Settings::default());
    driver.feed(&data).unwrap();
    assert!(driver.jobs.len() > 0);
    driver.codec.reset().unwrap();
    driver.out.clear();
    driver.feed(&data[1..]).unwrap();
    driver.finish().unwrap();
    assert!(driver.out == alone(Format::Gzip, &Settings::default(), &data[1..]));
}

#[test]
fn a_preset_dictionary_is_for_the_first_bytes() {
    let data = mixed(LEAD + 2 * BLOCK);
    let settings = Settings {
        dictionary: Some(Arc::from(&data[100..20_000])),
        ..Settings::default()
    };
    for encoder in [Format::Deflate, Format::DeflateRaw] {
        let mut driver = driver(encoder, &settings);
        driver.feed(&data).unwrap();
        driver.finish().unwrap();
        assert!(unpacked(encoder, &settings, &driver.out) == data);
        assert!(driver.out.len() < alone(encoder, &Settings::default(), &data).len());
    }
}

#[test]
fn behind_its_end_a_stream_takes_nothing() {
    let mut driver = driver(Format::Gzip, &Settings::default());
    driver.feed(&mixed(LEAD + BLOCK + 1)).unwrap();
    driver.finish().unwrap();
    assert!(matches!(driver.feed(b"more"), Err(Error::Ended)));
    assert!(driver.flush(Flush::Sync).is_err());
}

#[test]
fn a_limit_holds_for_blocks_too() {
    let data = mixed(LEAD + 3 * BLOCK);
    let half = alone(Format::Gzip, &Settings::default(), &data).len() as u64 / 2;
    let settings = Settings {
        limits: Limits {
            output: Some(half),
            ratio: None,
        },
        ..Settings::default()
    };
    let mut driver = driver(Format::Gzip, &settings);
    let ended = driver.feed(&data).and_then(|()| driver.finish());
    assert!(matches!(ended, Err(Error::TooLarge(limit)) if limit == half));
    assert_eq!(driver.out.len() as u64, half);
}
