//! Files by descriptors.

use std::fs::{File, OpenOptions};
use std::io;
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

pub(crate) fn wait_writable(file: &File) -> Result<()> {
    let mut wanted = [PollFd::new(file.as_fd(), PollFlags::POLLOUT)];
    match poll(&mut wanted, PollTimeout::NONE) {
        Ok(_) | Err(nix::errno::Errno::EINTR) => Ok(()),
        Err(errno) => Err(Error::system("write")(errno.into())),
    }
}

/// `File`'s own drop would swallow the error.
pub(super) fn close(file: File) -> io::Result<()> {
    nix::unistd::close(file).map_err(Into::into)
}

pub(super) fn leave_open(file: File) {
    let _ = file.into_raw_fd();
}
