//! The file sink's rows.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::thread;

use nix::libc;

use super::{At, Folder, Refusal, Release, Row};
use crate::file::scratch::identity;
use crate::file::{Ownership, Replace, Target};
use crate::sink::{FileOptions, FileSink, Sink, Syncing};

const CREATE: i32 = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC;

fn sink(target: Target, start: Option<u64>, ownership: Ownership) -> Box<dyn Sink> {
    Box::new(FileSink::new(FileOptions {
        target,
        start,
        sync: Syncing::AtEnd,
        ownership,
    }))
}

/// A sink for one end of a pipe, which cannot be synced.
fn into_pipe(writer: OwnedFd) -> Box<dyn Sink> {
    Box::new(FileSink::new(FileOptions {
        target: Target::Open(writer.into()),
        start: None,
        sync: Syncing::Never,
        ownership: Ownership::Owned,
    }))
}

fn by_path(path: &Path, flags: i32, start: Option<u64>) -> Box<dyn Sink> {
    let target = Target::Path {
        path: path.into(),
        flags,
        mode: 0o600,
        is_named: false,
    };
    sink(target, start, Ownership::Owned)
}

/// A row for a file that holds `0123456789` before.
fn row(
    name: &'static str,
    make: impl FnOnce(&Path) -> Box<dyn Sink>,
    expected: fn(&[u8]) -> Vec<u8>,
    release: Release,
) -> Row {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, "0123456789").unwrap();
    Row {
        name,
        sink: make(&path),
        contents: Box::new(move || fs::read(&path).unwrap()),
        expected,
        unfinished: expected,
        release,
        _folder: folder,
    }
}

/// What a file that held `0123456789` holds when `bytes` were written over it from `start`.
fn over(start: usize, bytes: &[u8]) -> Vec<u8> {
    let mut contents = b"0123456789".to_vec();
    contents.resize(contents.len().max(start + bytes.len()), 0);
    contents[start..start + bytes.len()].copy_from_slice(bytes);
    contents
}

fn behind(bytes: &[u8]) -> Vec<u8> {
    [b"0123456789", bytes].concat()
}

fn opened(path: &Path, at: u64) -> Target {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    Target::Open(file)
}

pub(super) fn rows() -> Vec<Row> {
    use Release::{AtClose, AtDrop, Never};
    vec![
        row(
            "by path",
            |path| by_path(path, CREATE, None),
            <[u8]>::to_vec,
            AtDrop,
        ),
        row(
            "by path, for reading too",
            |path| by_path(path, libc::O_RDWR, None),
            |bytes| over(0, bytes),
            AtDrop,
        ),
        row(
            "by path, from a position",
            |path| by_path(path, libc::O_WRONLY, Some(4)),
            |bytes| over(4, bytes),
            AtDrop,
        ),
        row(
            "by path, from behind the end",
            |path| by_path(path, libc::O_WRONLY, Some(12)),
            |bytes| {
                if bytes.is_empty() {
                    over(0, b"")
                } else {
                    over(12, bytes)
                }
            },
            AtDrop,
        ),
        row(
            "by path, at the end",
            |path| by_path(path, libc::O_WRONLY | libc::O_APPEND, None),
            behind,
            AtDrop,
        ),
        row(
            "a descriptor, where it stands",
            |path| sink(opened(path, 3), None, Ownership::Owned),
            |bytes| over(3, bytes),
            AtClose,
        ),
        row(
            "a descriptor of somebody else",
            |path| sink(opened(path, 0), Some(4), Ownership::Borrowed),
            |bytes| over(4, bytes),
            Never,
        ),
        row(
            "by path, each write brought to the disk",
            |path| {
                Box::new(FileSink::new(FileOptions {
                    target: Target::Path {
                        path: path.into(),
                        flags: CREATE,
                        mode: 0o600,
                        is_named: false,
                    },
                    start: Some(0),
                    sync: Syncing::EveryWrite,
                    ownership: Ownership::Owned,
                }))
            },
            <[u8]>::to_vec,
            AtDrop,
        ),
        Row {
            unfinished: |_| over(0, b""),
            ..row("in the place of a file", replacing, <[u8]>::to_vec, AtDrop)
        },
        pipe(),
    ]
}

fn replacing(path: &Path) -> Box<dyn Sink> {
    let target = Target::Replace(Replace {
        path: path.into(),
        temporary: "unguessable".into(),
        mode: 0o600,
        exclusive: false,
    });
    sink(target, None, Ownership::Owned)
}

/// A pipe that does not block takes what fits and has no room for a while.
fn pipe() -> Row {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    let (reader, writer) = nix::unistd::pipe().unwrap();
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    let reading = thread::spawn(move || {
        let mut contents = Vec::new();
        File::from(reader).read_to_end(&mut contents).unwrap();
        contents
    });
    let reading = std::cell::Cell::new(Some(reading));
    Row {
        name: "a pipe that does not block",
        sink: into_pipe(writer),
        contents: Box::new(move || {
            reading
                .take()
                .map_or_else(Vec::new, |reading| reading.join().unwrap())
        }),
        expected: <[u8]>::to_vec,
        unfinished: <[u8]>::to_vec,
        release: Release::AtClose,
        _folder: Folder::new(),
    }
}

fn refusal(name: &'static str, at: At, errno: i32, make: impl FnOnce(&Folder) -> Box<dyn Sink>) -> Refusal {
    let folder = Folder::new();
    Refusal {
        name,
        sink: make(&folder),
        at,
        errno,
        _folder: folder,
    }
}

pub(super) fn refusals() -> Vec<Refusal> {
    vec![
        refusal("a missing folder", At::Open, libc::ENOENT, |folder| {
            by_path(&folder.join("missing/file"), CREATE, None)
        }),
        refusal("a folder", At::Open, libc::EISDIR, |folder| {
            by_path(&folder.join("."), CREATE, None)
        }),
        refusal("a file that must not exist", At::Open, libc::EEXIST, |folder| {
            fs::write(folder.join("file"), "").unwrap();
            by_path(&folder.join("file"), CREATE | libc::O_EXCL, None)
        }),
        refusal("a folder to be replaced", At::Open, libc::EISDIR, |folder| {
            replacing(&folder.join("."))
        }),
        refusal("a device to be replaced", At::Open, libc::EINVAL, |_| {
            replacing(Path::new("/dev/null"))
        }),
        refusal(
            "a missing folder of a file to be replaced",
            At::Open,
            libc::ENOENT,
            |folder| replacing(&folder.join("missing/file")),
        ),
        refusal("a file opened for reading", At::Write, libc::EBADF, |folder| {
            fs::write(folder.join("file"), "").unwrap();
            by_path(&folder.join("file"), libc::O_RDONLY, None)
        }),
        refusal(
            "a file opened for reading, from a position",
            At::Write,
            libc::EBADF,
            |folder| {
                fs::write(folder.join("file"), "").unwrap();
                by_path(&folder.join("file"), libc::O_RDONLY, Some(3))
            },
        ),
        #[cfg(target_os = "linux")]
        refusal("a full device", At::Write, libc::ENOSPC, |_| {
            by_path(Path::new("/dev/full"), libc::O_WRONLY, None)
        }),
        #[cfg(target_os = "linux")]
        refusal("a device that does not sync", At::Fsync, libc::EINVAL, |_| {
            by_path(Path::new("/dev/null"), libc::O_WRONLY, None)
        }),
        refusal("a pipe that nobody reads", At::Write, libc::EPIPE, |_| {
            let (_, writer) = nix::unistd::pipe().unwrap();
            into_pipe(writer)
        }),
    ]
}

#[test]
fn a_borrowed_descriptor_is_left_open_even_if_it_was_never_opened() {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, "").unwrap();
    let file = File::open(&path).unwrap();
    let descriptor = file.as_raw_fd();
    let before = identity(descriptor);
    drop(sink(Target::Open(file), None, Ownership::Borrowed));
    assert!(before.is_some());
    assert_eq!(identity(descriptor), before);
}

#[test]
fn a_new_file_has_the_mode_asked_for_less_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.join("new");
    let target = Target::Path {
        path: path.clone(),
        flags: CREATE,
        mode: 0o640,
        is_named: false,
    };
    let mut sink = sink(target, None, Ownership::Owned);
    sink.open().unwrap();
    sink.close().unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o737, 0o600);
}
