//! Files by descriptors.

use std::fs::{File, OpenOptions};
use std::io::{self, IoSliceMut, Read};
use std::os::fd::{AsFd, AsRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

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

/// `File`'s own drop would swallow the error.
pub(super) fn close(file: File) -> io::Result<()> {
    nix::unistd::close(file).map_err(Into::into)
}

pub(super) fn leave_open(file: File) {
    let _ = file.into_raw_fd();
}
