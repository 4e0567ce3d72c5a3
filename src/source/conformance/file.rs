//! The file source's rows.

use std::fs::{self, File};
use std::io::{IoSliceMut, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::thread;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;

use super::{At, Folder, Refusal, Release, Row, bytes, read_all};
use crate::file::scratch::identity;
use crate::file::{Ownership, Target};
use crate::source::{FileOptions, FileSource, Source};

use Release::{AtClose, AtDrop, Never};

fn source(target: Target, range: (Option<u64>, Option<u64>), ownership: Ownership) -> Box<dyn Source> {
    let (start, end) = range;
    Box::new(FileSource::new(FileOptions {
        target,
        start,
        end,
        ownership,
    }))
}

fn by_path(path: &Path, flags: i32, range: (Option<u64>, Option<u64>)) -> Box<dyn Source> {
    let target = Target::Path {
        path: path.into(),
        flags,
        mode: 0o600,
        is_named: false,
    };
    source(target, range, Ownership::Owned)
}

/// A row for a file that holds `bytes()`.
fn row(
    name: &'static str,
    make: impl FnOnce(&Path) -> Box<dyn Source>,
    expected: impl FnOnce(&[u8]) -> &[u8],
    release: Release,
) -> Row {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, bytes()).unwrap();
    Row {
        name,
        source: make(&path),
        expected: expected(&bytes()).to_vec(),
        release,
        _folder: folder,
    }
}

/// A row for a part of a file, opened by path.
fn part(
    name: &'static str,
    start: Option<u64>,
    end: Option<u64>,
    expected: impl FnOnce(&[u8]) -> &[u8],
) -> Row {
    row(
        name,
        |path| by_path(path, libc::O_RDONLY, (start, end)),
        expected,
        AtDrop,
    )
}

fn opened(path: &Path, at: u64) -> Target {
    let mut file = File::open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    Target::Open(file)
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        part("a file", None, None, |all| all),
        part("a file from a position", Some(4), None, |all| &all[4..]),
        part("a file to a position", None, Some(70_000), |all| &all[..=70_000]),
        part("the middle of a file", Some(16_383), Some(300_000), |all| {
            &all[16_383..=300_000]
        }),
        part("the first byte", None, Some(0), |all| &all[..1]),
        part("the last byte", Some(399_999), None, |all| &all[399_999..]),
        part("a file from its end", Some(400_000), None, |_| &[]),
        part("a file from behind its end", Some(1 << 40), None, |_| &[]),
        part("a file to behind its end", Some(399_000), Some(u64::MAX), |all| {
            &all[399_000..]
        }),
        row(
            "an empty file",
            |path| {
                fs::write(path, "").unwrap();
                by_path(path, libc::O_RDWR, (None, None))
            },
            |_| &[],
            AtDrop,
        ),
        row(
            "a file that is made",
            |path| {
                let flags = libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC;
                by_path(&path.with_extension("new"), flags, (None, None))
            },
            |_| &[],
            AtDrop,
        ),
        row(
            "a descriptor, where it stands",
            |path| source(opened(path, 30), (None, Some(9)), Ownership::Owned),
            |all| &all[30..40],
            AtClose,
        ),
        row(
            "a descriptor of somebody else, from a position",
            |path| source(opened(path, 30), (Some(5), Some(9)), Ownership::Borrowed),
            |all| &all[5..10],
            Never,
        ),
        pipe("a pipe", OFlag::empty()),
        pipe("a pipe that does not block", OFlag::O_NONBLOCK),
    ];
    if cfg!(target_os = "linux") {
        rows.push(row(
            "a file whose size is told as 0",
            |_| by_path(Path::new("/proc/version"), libc::O_RDONLY, (None, None)),
            |_| &[],
            AtDrop,
        ));
        if let Some(row) = rows.last_mut() {
            row.expected = fs::read("/proc/version").unwrap();
        }
    }
    rows
}

/// A pipe that somebody writes to, a little at a time.
fn pipe(name: &'static str, flags: OFlag) -> Row {
    let (reader, writer) = nix::unistd::pipe().unwrap();
    fcntl(&reader, FcntlArg::F_SETFL(flags)).unwrap();
    thread::spawn(move || {
        let mut writer = File::from(writer);
        for piece in bytes().chunks(50_001) {
            // Who reads may have seen enough.
            if writer.write_all(piece).is_err() {
                return;
            }
            thread::yield_now();
        }
    });
    Row {
        name,
        source: source(Target::Open(reader.into()), (None, None), Ownership::Owned),
        expected: bytes(),
        release: AtClose,
        _folder: Folder::new(),
    }
}

fn refusal(name: &'static str, at: At, errno: i32, make: impl FnOnce(&Folder) -> Box<dyn Source>) -> Refusal {
    let folder = Folder::new();
    Refusal {
        name,
        source: make(&folder),
        at,
        errno,
        _folder: folder,
    }
}

pub(super) fn refusals() -> Vec<Refusal> {
    vec![
        refusal("a missing file", At::Open, libc::ENOENT, |folder| {
            by_path(&folder.join("file"), libc::O_RDONLY, (None, None))
        }),
        refusal("a folder", At::Read, libc::EISDIR, |folder| {
            by_path(&folder.join("."), libc::O_RDONLY, (None, None))
        }),
        refusal("a file opened for writing", At::Read, libc::EBADF, |folder| {
            fs::write(folder.join("file"), "bytes").unwrap();
            by_path(&folder.join("file"), libc::O_WRONLY, (None, None))
        }),
        refusal("a pipe, from a position", At::Read, libc::ESPIPE, |_| {
            let (reader, _writer) = nix::unistd::pipe().unwrap();
            source(Target::Open(reader.into()), (Some(1), None), Ownership::Owned)
        }),
    ]
}

#[test]
fn a_borrowed_descriptor_is_left_open_even_if_it_was_never_opened() {
    let folder = Folder::new();
    fs::write(folder.join("file"), "").unwrap();
    let file = File::open(folder.join("file")).unwrap();
    let descriptor = file.as_raw_fd();
    let before = identity(descriptor);
    drop(source(Target::Open(file), (None, None), Ownership::Borrowed));
    assert!(before.is_some());
    assert_eq!(identity(descriptor), before);
}

#[test]
fn a_file_that_grows_is_read_on_and_one_that_shrinks_ends_early() {
    for range in [(None, None), (Some(0), None)] {
        let folder = Folder::new();
        let path = folder.join("file");
        fs::write(&path, "one ").unwrap();
        let mut source = by_path(&path, libc::O_RDONLY, range);
        source.open().unwrap();
        let mut memory = [0; 4];
        assert_eq!(source.read(&mut [IoSliceMut::new(&mut memory)]).unwrap(), 4);
        fs::write(&path, "one two").unwrap();
        assert_eq!(source.read(&mut [IoSliceMut::new(&mut memory[..1])]).unwrap(), 1);
        fs::write(&path, "one").unwrap();
        assert_eq!(read_all(source.as_mut(), &[10]), b"");
    }
}

#[test]
fn a_pipe_gives_what_is_there_and_does_not_wait_for_more() {
    let (reader, writer) = nix::unistd::pipe().unwrap();
    let mut source = source(Target::Open(reader.into()), (None, None), Ownership::Owned);
    source.open().unwrap();
    assert!(source.waits());
    let mut writer = File::from(writer);
    writer.write_all(b"some").unwrap();
    let (mut one, mut two) = ([0; 3], [0; 3]);
    let pieces = &mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)];
    assert_eq!(source.read(pieces).unwrap(), 4);
    assert_eq!((&one, &two[..1]), (b"som", &b"e"[..]));
    source.close().unwrap();
}
