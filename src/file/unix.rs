//! Files by descriptors.

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{AccessFlags, faccessat};

use crate::error::{Error, Result};

pub(super) const BAD_DESCRIPTOR: i32 = libc::EBADF;

pub(super) fn open(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    let access = flags & libc::O_ACCMODE;
    OpenOptions::new()
        .read(access != libc::O_WRONLY)
        .write(access != libc::O_RDONLY)
        .custom_flags(flags)
        .mode(mode)
        .open(path)
}

pub(super) fn descriptor(file: &File) -> Option<i32> {
    Some(file.as_raw_fd())
}

pub(crate) fn write(file: &mut File, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    file.write_vectored(pieces)
}

pub(crate) fn write_at(file: &File, piece: &[u8], position: u64) -> io::Result<usize> {
    file.write_at(piece, position)
}

pub(crate) fn read(file: &mut File, pieces: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
    file.read_vectored(pieces)
}

pub(crate) fn read_at(file: &File, pieces: &mut [IoSliceMut<'_>], position: u64) -> io::Result<usize> {
    super::fill(pieces, |piece, done| file.read_at(piece, position + done as u64))
}

pub(crate) fn wait_readable(file: &File) -> Result<()> {
    wait(file, PollFlags::POLLIN, "read")
}

pub(crate) fn wait_writable(file: &File) -> Result<()> {
    wait(file, PollFlags::POLLOUT, "write")
}

fn wait(file: &File, event: PollFlags, syscall: &'static str) -> Result<()> {
    let mut wanted = [PollFd::new(file.as_fd(), event)];
    match poll(&mut wanted, PollTimeout::NONE) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
        Err(errno) => Err(Error::system(syscall)(errno.into())),
    }
}

/// The bytes, and what it takes to read them again.
pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    file.sync_data()
}

/// All of the file.
pub(crate) fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// `File`'s own drop would swallow the error.
pub(super) fn close(file: File) -> io::Result<()> {
    nix::unistd::close(file).map_err(Into::into)
}

pub(super) fn leave_open(file: File) {
    let _ = file.into_raw_fd();
}

/// Whether the process could open a file for writing: replacing it asks for no permission of its own.
pub(super) fn may_write(path: &Path) -> io::Result<()> {
    faccessat(AT_FDCWD, path, AccessFlags::W_OK, AtFlags::AT_EACCESS).map_err(Into::into)
}

/// Gives `file` the permissions and, as far as the process may, the owner and group of another. At no moment may the wrong
/// people read: the group comes before the mode, which leaves out a group that could not be kept, and the owner after it.
pub(super) fn resemble(file: &File, other: &Metadata) -> io::Result<()> {
    let is_kept = fchown(file, None, Some(other.gid())).is_ok();
    let group = if is_kept { 0o070 } else { 0 };
    file.set_permissions(Permissions::from_mode(other.mode() & (0o707 | group)))?;
    let _ = fchown(file, Some(other.uid()), None);
    Ok(())
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// A folder, to bring the names in it to the disk.
#[derive(Debug)]
pub(super) struct Folder(File);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        match sync(&self.0) {
            // Some file systems have nothing of a folder to bring to the disk, and say so in this way.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            result => result,
        }
    }
}
