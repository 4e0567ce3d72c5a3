//! One suite that every source passes: a new source adds its rows to [`rows`].

use std::io::IoSliceMut;

use super::Source;
use crate::error::Error;
use crate::file::scratch::{Folder, Opened, Release};

/// A source, and what it is to give.
struct Row {
    name: &'static str,
    source: Box<dyn Source>,
    expected: Vec<u8>,
    /// Whether `open` gives a descriptor, and what releases it.
    release: Release,
    _folder: Folder,
}

/// A source that cannot do something, and the error that says so.
struct Refusal {
    name: &'static str,
    source: Box<dyn Source>,
    at: At,
    errno: i32,
    _folder: Folder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Open,
    Read,
    Close,
}

fn rows() -> Vec<Row> {
    file::rows()
}

fn refusals() -> Vec<Refusal> {
    file::refusals()
}

/// Longer than a pipe and than what the pieces below hold at once.
fn bytes() -> Vec<u8> {
    (0..400_000_u32).map(|n| (n % 251) as u8).collect()
}

/// Reads into pieces of these sizes.
fn read(source: &mut dyn Source, sizes: &[usize]) -> Vec<u8> {
    let mut memory: Vec<_> = sizes.iter().map(|size| vec![0xff; *size]).collect();
    let mut pieces: Vec<_> = memory.iter_mut().map(|piece| IoSliceMut::new(piece)).collect();
    let n = source.read(&mut pieces).unwrap();
    assert!(n <= sizes.iter().sum());
    let mut bytes = memory.concat();
    assert!(bytes[n..].iter().all(|byte| *byte == 0xff), "only what it counts");
    bytes.truncate(n);
    bytes
}

/// Reads to the end, in pieces of these sizes at once.
fn read_all(source: &mut dyn Source, sizes: &[usize]) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let some = read(source, sizes);
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

#[test]
fn bytes_come_whole_and_in_order() {
    for sizes in [
        &[0x4000_usize; 4][..],
        &[1, 5, 0x1000, 0x2_0000],
        &[0x8_0000],
        &[777],
    ] {
        for mut row in rows() {
            row.source.open().unwrap();
            let all = read_all(row.source.as_mut(), sizes);
            row.source.close().unwrap();
            assert!(all == row.expected, "{}: {} bytes", row.name, all.len());
        }
    }
}

#[test]
fn a_source_that_does_not_wait_fills_its_pieces_up_to_the_end() {
    let sizes = [3, 0x4000, 5];
    let most = sizes.iter().sum::<usize>();
    let mut checked = 0;
    for mut row in rows() {
        row.source.open().unwrap();
        if row.source.waits() || row.expected.is_empty() {
            continue;
        }
        checked += 1;
        let some = read(row.source.as_mut(), &sizes);
        assert!(
            some == row.expected[..most.min(row.expected.len())],
            "{}",
            row.name
        );
    }
    assert!(checked > 5);
}

#[test]
fn a_close_releases_what_the_source_owns_and_no_more() {
    for mut row in rows() {
        let descriptor = row.source.open().unwrap();
        assert_eq!(descriptor.is_none(), row.release == Release::None, "{}", row.name);
        let opened = Opened::of(descriptor);
        row.source.close().unwrap();
        assert!(
            row.source.close().is_ok(),
            "{}: a second close does nothing",
            row.name
        );
        drop(row.source);
        opened.assert_open(row.name, row.release == Release::Never);
    }
}

#[test]
fn a_source_that_is_dropped_releases_what_it_acquired_and_no_more() {
    for mut row in rows() {
        let opened = Opened::of(row.source.open().unwrap());
        drop(row.source);
        opened.assert_open(row.name, row.release != Release::AtDrop);
    }
}

#[test]
fn a_source_is_closed_without_having_been_opened() {
    for mut row in rows() {
        row.source.close().unwrap();
    }
}

#[test]
fn an_error_names_its_call_and_its_number_and_the_source_can_be_closed() {
    for mut row in refusals() {
        let failure = act(row.source.as_mut());
        let Some((at, Error::System { syscall, source })) = failure else {
            panic!("{}: {failure:?}", row.name);
        };
        let expected = match row.at {
            At::Open => "open",
            At::Read => "read",
            At::Close => "close",
        };
        assert_eq!((at, syscall), (row.at, expected), "{}", row.name);
        assert_eq!(source.raw_os_error(), Some(row.errno), "{}", row.name);
        row.source.close().unwrap();
    }
}

/// Does all that a stage does, up to the first failure.
fn act(source: &mut dyn Source) -> Option<(At, Error)> {
    let failed = |at| move |error| (at, error);
    let mut memory = [0; 10];
    source
        .open()
        .map_err(failed(At::Open))
        .and_then(|_| {
            source
                .read(&mut [IoSliceMut::new(&mut memory)])
                .map_err(failed(At::Read))
        })
        .and_then(|_| source.close().map_err(failed(At::Close)))
        .err()
}

#[cfg(unix)]
#[path = "conformance/file.rs"]
mod file;

/// A file's rows need the flags of open(2).
#[cfg(not(unix))]
mod file {
    use super::{Refusal, Row};

    pub(super) fn rows() -> Vec<Row> {
        Vec::new()
    }

    pub(super) fn refusals() -> Vec<Refusal> {
        Vec::new()
    }
}
