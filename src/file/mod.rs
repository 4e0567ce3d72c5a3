//! Files as sinks and sources have them: opened by path, or given as a descriptor that is open already, and closed by
//! whoever owns them. Calls block.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

#[cfg(unix)]
#[cfg(test)]
pub(crate) mod faults;
mod place;
mod replacement;
#[cfg(test)]
pub(crate) mod scratch;
mod unfinished;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

// In tests each call first asks whether it is to fail.
#[cfg(all(test, unix))]
use faults as platform;
#[cfg(all(not(test), unix))]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(unix)]
use nix::libc::{O_CREAT, O_EXCL};
#[cfg(windows)]
use windows::{O_CREAT, O_EXCL};

use place::Place;
pub(crate) use platform::{read, read_at, sync, sync_data, wait_readable, wait_writable, write, write_at};
pub use replacement::Replace;
use replacement::Replacement;
pub use unfinished::remove_unfinished;

/// Who closes a file's descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The sink or the source.
    Owned,
    /// Somebody else; the sink or the source lets go. So it does of any descriptor that it was given, unless it is told
    /// to close.
    Borrowed,
}

/// How a sink or a source comes to its descriptor.
#[derive(Debug)]
pub enum Target {
    /// Opens `path` with open(2)'s `flags`, and creates it with `mode` less the umask.
    Path {
        /// The file's path.
        path: PathBuf,
        /// `O_RDONLY`, `O_WRONLY`, `O_CREAT` and so on, as `fs.constants` gives them.
        flags: i32,
        /// Permission bits.
        mode: u32,
        /// Whether the name of a file that is created has to be on the disk before the file is open.
        is_named: bool,
    },
    /// A descriptor that is open already.
    Open(File),
    /// A new file in the place of an old one, or of none, once it is complete.
    Replace(Replace),
}

impl Target {
    /// What is left when the target has been opened.
    fn nothing() -> Self {
        Self::Path {
            path: PathBuf::new(),
            flags: 0,
            mode: 0,
            is_named: false,
        }
    }
}

/// A file from before it is open until it is closed.
#[derive(Debug)]
pub(crate) struct Descriptor {
    target: Target,
    file: Option<File>,
    /// Goes after the file: one that is open cannot be removed everywhere.
    replacement: Option<Replacement>,
    ownership: Ownership,
    /// Whether the descriptor was open before. The program may be using it without the stream, and may have closed it,
    /// so that its number is another file's by now.
    is_given: bool,
}

impl Descriptor {
    pub(crate) fn new(target: Target, ownership: Ownership) -> Self {
        Self {
            is_given: matches!(target, Target::Open(_)),
            target,
            file: None,
            replacement: None,
            ownership,
        }
    }

    /// Opens the file. Returns its number, where descriptors have one that others may use.
    pub(crate) fn open(&mut self) -> Result<Option<i32>> {
        let file = match std::mem::replace(&mut self.target, Target::nothing()) {
            Target::Open(file) => file,
            Target::Path {
                path,
                flags,
                mode,
                is_named,
            } => {
                if is_named {
                    open_named(&path, flags, mode)?
                } else {
                    platform::open(&path, flags, mode).map_err(Error::system("open"))?
                }
            }
            Target::Replace(options) => {
                let (replacement, file) = Replacement::create(options)?;
                self.replacement = Some(replacement);
                file
            }
        };
        let number = platform::descriptor(&file);
        self.file = Some(file);
        Ok(number)
    }

    /// The open file, for the system call named `syscall`.
    pub(crate) fn file(&mut self, syscall: &'static str) -> Result<&mut File> {
        let closed = || Error::system(syscall)(io::Error::from_raw_os_error(platform::BAD_DESCRIPTOR));
        self.file.as_mut().ok_or_else(closed)
    }

    /// Gives a file that replaces another its name.
    pub(crate) fn commit(&mut self) -> Result<()> {
        self.replacement.as_mut().map_or(Ok(()), Replacement::commit)
    }

    /// Closes what is open, or lets go of what somebody else closes, and removes what was to replace another file and did
    /// not. The second call does nothing.
    pub(crate) fn close(&mut self) -> Result<()> {
        let closed = match self.file.take() {
            Some(file) if self.ownership == Ownership::Borrowed => {
                platform::leave_open(file);
                Ok(())
            }
            Some(file) => platform::close(file),
            None => Ok(()),
        };
        self.replacement = None;
        match closed {
            // The descriptor is gone all the same, and its number may be another file's by now. So libuv has it too.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            closed => closed.map_err(Error::system("close")),
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        if self.is_given {
            if let Some(file) = self.file.take() {
                platform::leave_open(file);
            }
            if let Target::Open(file) = std::mem::replace(&mut self.target, Target::nothing()) {
                platform::leave_open(file);
            }
        }
    }
}

/// Opens a file whose name, if it is a new one, is on the disk by then. Whatever that needs is asked for before a file that
/// exists is touched.
fn open_named(path: &Path, flags: i32, mode: u32) -> Result<File> {
    let creates = flags & O_CREAT != 0;
    if !creates || flags & O_EXCL == 0 {
        match platform::open(path, flags & !O_CREAT, mode) {
            Err(error) if creates && error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened.map_err(Error::system("open")),
        }
    }
    let place = Place::behind_links(path).map_err(Error::system("open"))?;
    let file = place.folder.open_file(&place.name, flags, mode);
    let file = file.map_err(Error::system("open"))?;
    place.folder.sync().map_err(Error::system("fsync"))?;
    Ok(file)
}

/// Fills `pieces` in turn, up to the first that stays short. `read` is told how many bytes are there already.
fn fill(
    pieces: &mut [IoSliceMut<'_>],
    mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut done = 0;
    for piece in pieces {
        match read(piece, done) {
            Ok(n) => {
                done += n;
                if n < piece.len() {
                    break;
                }
            }
            // What was read comes first; who reads on meets the error again.
            Err(_) if done > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
