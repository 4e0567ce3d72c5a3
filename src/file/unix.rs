//! Files by descriptors.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat, renameat};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
pub(super) use nix::sys::stat::FileStat as Status;
use nix::sys::stat::{Mode, SFlag, fstatat};
use nix::unistd::{UnlinkatFlags, linkat, unlinkat};

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
        Ok(_) | Err(Errno::EINTR) => Ok(()),
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

/// Fails as opening the file for writing does: replacing it asks for no permission of its own. One that is being executed
/// cannot be written to, and can be replaced.
pub(super) fn may_write(path: &Path) -> io::Result<()> {
    match open(path, libc::O_WRONLY | libc::O_NONBLOCK | libc::O_NOCTTY, 0) {
        Err(error) if error.raw_os_error() == Some(libc::ETXTBSY) => Ok(()),
        opened => opened.map(drop),
    }
}

/// Gives `file` the owner and group of another, as far as the process may, and its permissions. Nobody but its owner may
/// read it before; and where one of the two is not kept, those whom its permissions kept out would have others': what they
/// may not do, nobody behind them may.
pub(super) fn resemble(file: &File, other: &Status) -> io::Result<()> {
    let keeps_group = fchown(file, None, Some(other.st_gid)).is_ok();
    let keeps_owner = fchown(file, Some(other.st_uid), None).is_ok();
    // The type is not as wide everywhere.
    #[allow(clippy::useless_conversion)]
    let mode = u32::from(other.st_mode);
    file.set_permissions(Permissions::from_mode(kept(mode, keeps_owner, keeps_group)))
}

/// The permissions that are left of `mode`. Bits that run a file as its owner or group are for the two that had them.
fn kept(mode: u32, keeps_owner: bool, keeps_group: bool) -> u32 {
    let [owner, mut group, mut others] = [6, 3, 0].map(|shift| mode >> shift & 0o7);
    if !keeps_group {
        others &= group;
        group = 0;
    }
    if !keeps_owner {
        group &= owner;
        others &= owner;
    }
    let special = if keeps_owner && keeps_group {
        mode & 0o7000
    } else {
        0
    };
    special | owner << 6 | group << 3 | others
}

/// A folder, and what is done to the names in it.
#[derive(Debug)]
pub(super) struct Folder(File);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        open(path, libc::O_RDONLY | libc::O_DIRECTORY, 0).map(Self)
    }

    /// As [`open`], of a name in the folder.
    pub(super) fn open_file(&self, name: &OsStr, flags: i32, mode: u32) -> io::Result<File> {
        let flags = OFlag::from_bits_retain(flags) | OFlag::O_CLOEXEC;
        // The type is not as wide everywhere.
        let mode = Mode::from_bits_truncate(mode as libc::mode_t);
        loop {
            match openat(&self.0, name, flags, mode) {
                Err(Errno::EINTR) => {}
                opened => return Ok(opened?.into()),
            }
        }
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        renameat(&self.0, from, &self.0, to).map_err(Into::into)
    }

    pub(super) fn link(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        linkat(&self.0, from, &self.0, to, AtFlags::empty()).map_err(Into::into)
    }

    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir).map_err(Into::into)
    }

    fn look_at(&self, name: &OsStr) -> nix::Result<(Status, SFlag)> {
        let status = fstatat(&self.0, name, AtFlags::AT_SYMLINK_NOFOLLOW)?;
        let kind = SFlag::from_bits_truncate(status.st_mode & SFlag::S_IFMT.bits());
        Ok((status, kind))
    }

    /// The file of that name, if it is one.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<Option<Status>> {
        match self.look_at(name) {
            Ok((status, kind)) => Ok((kind == SFlag::S_IFREG).then_some(status)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Whether the name is that of a device, a pipe or a socket.
    pub(super) fn is_special(&self, name: &OsStr) -> bool {
        let plain = [SFlag::S_IFREG, SFlag::S_IFLNK, SFlag::S_IFDIR];
        self.look_at(name).is_ok_and(|(_, kind)| !plain.contains(&kind))
    }

    /// Brings the names to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        match sync(&self.0) {
            // Some file systems have nothing of a folder to bring to the disk, and say so in this way.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn whoever_was_kept_out_stays_out() {
        assert_eq!(kept(0o6754, true, true), 0o6754);
        assert_eq!(kept(0o6755, true, false), 0o705);
        assert_eq!(kept(0o606, true, false), 0o600, "the group is among others now");
        assert_eq!(kept(0o646, true, false), 0o604);
        assert_eq!(
            kept(0o4466, false, true),
            0o444,
            "the owner is among the group now"
        );
        assert_eq!(kept(0o664, false, false), 0o604);
    }
}
