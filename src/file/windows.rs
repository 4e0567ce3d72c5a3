//! Files by handles.

use std::ffi::OsStr;
pub(super) use std::fs::Metadata as Status;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::windows::fs::FileExt;
use std::os::windows::io::IntoRawHandle;
use std::path::{Path, PathBuf};

use crate::error::Result;

/// `ERROR_INVALID_HANDLE`.
pub(super) const BAD_DESCRIPTOR: i32 = 6;

// `ERROR_FILE_EXISTS`, `ERROR_INVALID_PARAMETER`, `ERROR_DIRECTORY_NOT_SUPPORTED` and `ERROR_FILE_NOT_FOUND`.
pub(super) const EEXIST: i32 = 80;
pub(super) const EINVAL: i32 = 87;
pub(super) const EISDIR: i32 = 336;
pub(super) const ENOENT: i32 = 2;
/// `ERROR_CANT_RESOLVE_FILENAME`.
pub(super) const ELOOP: i32 = 1921;

// The values of `fs.constants` on Windows.
pub(super) const O_WRONLY: i32 = 0x1;
const O_RDWR: i32 = 0x2;
const O_APPEND: i32 = 0x8;
pub(super) const O_CREAT: i32 = 0x100;
const O_TRUNC: i32 = 0x200;
pub(super) const O_EXCL: i32 = 0x400;

pub(super) fn open(path: &Path, flags: i32, _mode: u32) -> io::Result<File> {
    let writes = flags & (O_WRONLY | O_RDWR) != 0;
    let has = |flag| flags & flag != 0;
    OpenOptions::new()
        .read(flags & O_WRONLY == 0)
        .write(writes && !has(O_APPEND))
        .append(has(O_APPEND))
        .truncate(has(O_TRUNC) && !has(O_APPEND))
        .create(has(O_CREAT) && !has(O_EXCL))
        .create_new(has(O_CREAT) && has(O_EXCL))
        .open(path)
}

/// Node's descriptors on Windows are the C runtime's, which a handle is not.
pub(super) fn descriptor(_file: &File) -> Option<i32> {
    None
}

pub(crate) fn write(file: &mut File, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    file.write_vectored(pieces)
}

pub(crate) fn write_at(file: &File, piece: &[u8], position: u64) -> io::Result<usize> {
    file.seek_write(piece, position)
}

pub(crate) fn read(file: &mut File, pieces: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
    super::fill(pieces, |piece, _| file.read(piece))
}

pub(crate) fn read_at(file: &File, pieces: &mut [IoSliceMut<'_>], position: u64) -> io::Result<usize> {
    super::fill(pieces, |piece, done| {
        file.seek_read(piece, position + done as u64)
    })
}

pub(crate) fn wait_readable(_file: &File) -> Result<()> {
    std::thread::yield_now();
    Ok(())
}

pub(crate) fn wait_writable(_file: &File) -> Result<()> {
    std::thread::yield_now();
    Ok(())
}

pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    file.sync_data()
}

pub(crate) fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

pub(super) fn close(file: File) -> io::Result<()> {
    drop(file);
    Ok(())
}

pub(super) fn leave_open(file: File) {
    let _ = file.into_raw_handle();
}

pub(super) fn may_write(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path).map(drop)
}

/// A file has the permissions of its folder.
pub(super) fn resemble(_file: &File, _other: &Status) -> io::Result<()> {
    Ok(())
}

/// A folder, and what is done to the names in it.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::canonicalize(path).map(Self)
    }

    pub(super) fn open_file(&self, name: &OsStr, flags: i32, mode: u32) -> io::Result<File> {
        open(&self.0.join(name), flags, mode)
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    pub(super) fn link(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::hard_link(self.0.join(from), self.0.join(to))
    }

    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// The file of that name, if it is one.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<Option<Status>> {
        match self.0.join(name).symlink_metadata() {
            Ok(status) => Ok(status.is_file().then_some(status)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is special has names of its own, in no folder.
    pub(super) fn is_special(&self, _name: &OsStr) -> bool {
        false
    }

    /// The system brings names to the disk by itself.
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
