//! What the file source makes of a system that fails, or does less than it is asked for.

use std::fs;
use std::io::IoSliceMut;
use std::path::Path;

use nix::libc;

use super::{FileOptions, FileSource, Source};
use crate::error::{Error, Result};
use crate::file::faults::{Call, Fault, Faults};
use crate::file::scratch::Folder;
use crate::file::{Ownership, Target};

const BYTES: &[u8] = b"what is there to be read";

fn open(path: &Path, start: Option<u64>) -> FileSource {
    let mut source = FileSource::new(FileOptions {
        target: Target::Path {
            path: path.into(),
            flags: libc::O_RDONLY,
            mode: 0,
            is_named: false,
        },
        start,
        end: None,
        ownership: Ownership::Owned,
    });
    source.open().unwrap();
    source
}

/// Reads to the end, or to the first failure, which comes with what was read.
fn read(source: &mut FileSource) -> (Vec<u8>, Result<()>) {
    let mut bytes = Vec::new();
    loop {
        let (mut first, mut second) = ([0; 7], [0; 9]);
        let n = match source.read(&mut [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)]) {
            Ok(0) => return (bytes, Ok(())),
            Ok(n) => n,
            Err(error) => return (bytes, Err(error)),
        };
        bytes.extend(first.iter().chain(&second).take(n));
    }
}

#[test]
fn a_signal_and_short_reads_are_gone_on_with() {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, BYTES).unwrap();
    let script = [
        Fault::Errno(libc::EINTR),
        Fault::Short(1),
        Fault::Errno(libc::EAGAIN),
        Fault::Short(5),
    ];
    for start in [None, Some(0)] {
        let faults = Faults::of([(Call::Read, script.map(Some).to_vec())]);
        let (bytes, result) = read(&mut open(&path, start));
        assert!(result.is_ok());
        assert_eq!(bytes, BYTES);
        assert!(faults.count(Call::Read) > script.len());
    }
}

#[test]
fn a_read_that_fails_says_with_what_behind_the_bytes_before_it() {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, BYTES).unwrap();
    for start in [None, Some(0)] {
        let script = vec![None, Some(Fault::Errno(libc::EIO))];
        let _faults = Faults::of([(Call::Read, script)]);
        let (bytes, result) = read(&mut open(&path, start));
        let Err(Error::System { syscall, source }) = result else {
            panic!("{result:?}");
        };
        assert_eq!((syscall, source.raw_os_error()), ("read", Some(libc::EIO)));
        assert!(!bytes.is_empty() && BYTES.starts_with(&bytes));
    }
}

#[test]
fn a_close_that_fails_is_told_unless_a_signal_came() {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, BYTES).unwrap();
    for (errno, is_told) in [(libc::EIO, true), (libc::EINTR, false)] {
        let _faults = Faults::of([(Call::Close, vec![Some(Fault::Errno(errno))])]);
        assert_eq!(open(&path, None).close().is_err(), is_told);
    }
}
