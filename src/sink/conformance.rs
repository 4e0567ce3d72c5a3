//! One suite that every sink passes: a new sink adds one row to [`rows`].

use std::io::IoSlice;

use super::{DropAll, Sink};
use crate::error::Error;
use crate::file::scratch::{Folder, Opened, Release};

/// A sink, and how to see what became of its bytes.
struct Row {
    name: &'static str,
    sink: Box<dyn Sink>,
    /// What its place holds.
    contents: Box<dyn Fn() -> Vec<u8>>,
    /// What its place holds after these bytes were written and nothing else.
    expected: fn(&[u8]) -> Vec<u8>,
    /// The same, of a sink that was closed without a `finish`.
    unfinished: fn(&[u8]) -> Vec<u8>,
    /// Whether `open` gives a descriptor, and what releases it.
    release: Release,
    _folder: Folder,
}

/// A sink that cannot do something, and the error that says so.
struct Refusal {
    name: &'static str,
    sink: Box<dyn Sink>,
    at: At,
    errno: i32,
    _folder: Folder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Open,
    Write,
    Fsync,
    Close,
}

fn rows() -> Vec<Row> {
    let nothing = Row {
        name: "drop all",
        sink: Box::new(DropAll),
        contents: Box::new(Vec::new),
        expected: |_| Vec::new(),
        unfinished: |_| Vec::new(),
        release: Release::None,
        _folder: Folder::new(),
    };
    std::iter::once(nothing).chain(file::rows()).collect()
}

fn refusals() -> Vec<Refusal> {
    file::refusals()
}

/// Writes all of `bytes`, in pieces of many sizes, and takes short writes as they come.
fn write_all(sink: &mut dyn Sink, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let cuts = [1, 5, 0x1000, 0x2_0000];
        let mut pieces = Vec::new();
        let mut offered = 0;
        for cut in cuts {
            let piece = &rest[offered..][..cut.min(rest.len() - offered)];
            if !piece.is_empty() {
                offered += piece.len();
                pieces.push(IoSlice::new(piece));
            }
        }
        let taken = sink.write(&pieces).unwrap();
        assert!((1..=offered).contains(&taken));
        rest = &rest[taken..];
    }
}

/// Longer than a pipe and than what the pieces above hold at once.
fn bytes() -> Vec<u8> {
    (0..400_000_u32).map(|n| (n % 251) as u8).collect()
}

#[test]
fn bytes_arrive_whole_and_in_order() {
    for mut row in rows() {
        row.sink.open().unwrap();
        write_all(row.sink.as_mut(), &bytes());
        row.sink.finish().unwrap();
        row.sink.commit().unwrap();
        row.sink.close().unwrap();
        assert!((row.contents)() == (row.expected)(&bytes()), "{}", row.name);
    }
}

#[test]
fn nothing_written_is_nothing_lost() {
    for mut row in rows() {
        row.sink.open().unwrap();
        row.sink.finish().unwrap();
        row.sink.commit().unwrap();
        row.sink.close().unwrap();
        assert_eq!((row.contents)(), (row.expected)(&[]), "{}", row.name);
    }
}

#[test]
fn a_sink_is_closed_without_a_finish() {
    for mut row in rows() {
        row.sink.open().unwrap();
        write_all(row.sink.as_mut(), b"half");
        row.sink.close().unwrap();
        assert_eq!((row.contents)(), (row.unfinished)(b"half"), "{}", row.name);
    }
}

#[test]
fn a_close_releases_what_the_sink_owns_and_no_more() {
    for mut row in rows() {
        let descriptor = row.sink.open().unwrap();
        assert_eq!(descriptor.is_none(), row.release == Release::None, "{}", row.name);
        let opened = Opened::of(descriptor);
        row.sink.close().unwrap();
        assert!(
            row.sink.close().is_ok(),
            "{}: a second close does nothing",
            row.name
        );
        drop(row.sink);
        opened.assert_open(row.name, row.release == Release::Never);
    }
}

#[test]
fn a_sink_that_is_dropped_releases_what_it_acquired_and_no_more() {
    for mut row in rows() {
        let opened = Opened::of(row.sink.open().unwrap());
        drop(row.sink);
        opened.assert_open(row.name, row.release != Release::AtDrop);
    }
}

#[test]
fn a_sink_is_closed_without_having_been_opened() {
    for mut row in rows() {
        row.sink.close().unwrap();
    }
}

#[test]
fn an_error_names_its_call_and_its_number_and_the_sink_can_be_closed() {
    for mut row in refusals() {
        let failure = act(row.sink.as_mut());
        let Some((at, Error::System { syscall, source })) = failure else {
            panic!("{}: {failure:?}", row.name);
        };
        let expected = match row.at {
            At::Open => "open",
            At::Write => "write",
            At::Fsync => "fsync",
            At::Close => "close",
        };
        assert_eq!((at, syscall), (row.at, expected), "{}", row.name);
        assert_eq!(source.raw_os_error(), Some(row.errno), "{}", row.name);
        if at != At::Close {
            row.sink.close().unwrap();
        }
    }
}

/// Does all that a stage does, up to the first failure.
fn act(sink: &mut dyn Sink) -> Option<(At, Error)> {
    let failed = |at| move |error| (at, error);
    sink.open()
        .map_err(failed(At::Open))
        .and_then(|_| sink.write(&[IoSlice::new(b"bytes")]).map_err(failed(At::Write)))
        .and_then(|_| sink.finish().map_err(failed(At::Fsync)))
        .and_then(|()| sink.commit().map_err(failed(At::Fsync)))
        .and_then(|()| sink.close().map_err(failed(At::Close)))
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
