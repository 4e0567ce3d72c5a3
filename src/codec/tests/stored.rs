//! Level 0 stores, in blocks that depend on the bytes and the flushes alone.

use super::driver::*;
use crate::codec::{Flush, Format, Settings, Strategy};

const STORE: i32 = 0;

fn driver(format: Format, pace: Pace) -> Driver {
    let settings = Settings {
        level: STORE,
        ..Settings::default()
    };
    Driver::new(format, &settings, pace)
}

/// A block of `data`.
fn block(last: bool, data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    [
        &[last.into()],
        &length.to_le_bytes()[..],
        &(!length).to_le_bytes(),
        data,
    ]
    .concat()
}

#[test]
fn the_same_bytes_give_the_same_blocks_at_every_pace() {
    let data = mixed(150_000);
    for encoder in ENCODERS {
        let packed = |pace| {
            let mut driver = driver(encoder, pace);
            driver.feed(&data).unwrap();
            driver.finish().unwrap();
            driver.out
        };
        let whole = packed(WHOLE);
        assert!(run(decoder_of(encoder), &whole, WHOLE) == data);
        assert!(paces().all(|pace| packed(pace) == whole));
    }
}

#[test]
fn blocks_are_as_large_as_can_be() {
    let data = mixed(0xffff + 70_000);
    for (size, expected) in [
        (0, vec![block(true, b"")]),
        (1, vec![block(true, &data[..1])]),
        (32_767, vec![block(true, &data[..32_767])]),
        // From here on zlib, fed in pieces, does not wait to hear that nothing follows.
        (32_768, vec![block(false, &data[..32_768]), block(true, b"")]),
        (0xffff, vec![block(false, &data[..0xffff]), block(true, b"")]),
        (
            0x10000,
            vec![block(false, &data[..0xffff]), block(true, &data[0xffff..0x10000])],
        ),
        (
            data.len(),
            vec![
                block(false, &data[..0xffff]),
                block(false, &data[0xffff..2 * 0xffff]),
                block(true, &data[2 * 0xffff..]),
            ],
        ),
    ] {
        let mut driver = driver(Format::DeflateRaw, WHOLE);
        driver.feed(&data[..size]).unwrap();
        driver.finish().unwrap();
        assert!(driver.out == expected.concat(), "{size}");
    }
}

#[test]
fn a_flush_ends_the_block() {
    // As Node's test-zlib-flush.js has it: nothing but the header before, one block and the marker behind.
    let marker = [0, 0, 0, 0xff, 0xff];
    for pace in paces() {
        let mut driver = driver(Format::Deflate, pace);
        driver.feed(&[7; 16]).unwrap();
        driver.flush(Flush::None).unwrap();
        assert_eq!(std::mem::take(&mut driver.out), [0x78, 0x01]);
        driver.flush(Flush::Full).unwrap();
        assert_eq!(
            std::mem::take(&mut driver.out),
            [block(false, &[7; 16]), marker.to_vec()].concat()
        );
        driver.flush(Flush::Sync).unwrap();
        assert!(driver.out.is_empty());
        driver.feed(b"block").unwrap();
        driver.flush(Flush::Block).unwrap();
        assert_eq!(std::mem::take(&mut driver.out), block(false, b"block"));
        driver.finish().unwrap();
        assert_eq!(driver.out[..5], [1, 0, 0, 0xff, 0xff]);
    }
}

#[test]
fn what_follows_a_change_to_level_0_is_one_block() {
    // The sizes of Node's test-zlib-params.js.
    let data = mixed(12 * 1024 + 33_370);
    for pace in paces() {
        let settings = Settings {
            level: 9,
            ..Settings::default()
        };
        let mut driver = Driver::new(Format::Deflate, &settings, pace);
        driver.feed(&data[..12 * 1024]).unwrap();
        driver.params(STORE, Strategy::Default).unwrap();
        let before = driver.out.len();
        driver.feed(&data[12 * 1024..]).unwrap();
        driver.finish().unwrap();
        let after = &driver.out[before..];
        assert_eq!(after[..5], [0x00, 0x5a, 0x82, 0xa5, 0x7d]);
        assert!(after[5..33_375] == data[12 * 1024..]);
        assert_eq!(after[33_375..33_380], [1, 0, 0, 0xff, 0xff]);
        assert_eq!(after.len(), 33_384);
        assert!(run(Format::Inflate, &driver.out, WHOLE) == data);
    }
}
