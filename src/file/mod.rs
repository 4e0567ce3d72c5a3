//! Files as sinks and sources have them: opened by path, or given as a descriptor that is open already, and closed by
//! whoever owns them. Calls block.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::path::PathBuf;

use crate::error::{Error, Result};

#[cfg(test)]
pub(crate) mod scratch;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

pub(crate) use platform::{read, read_at, wait_readable, wait_writable, write_at};

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
    },
    /// A descriptor that is open already.
    Open(File),
}

impl Target {
    /// What is left when the target has been opened.
    fn nothing() -> Self {
        Self::Path {
            path: PathBuf::new(),
            flags: 0,
            mode: 0,
        }
    }
}

/// A file from before it is open until it is closed.
#[derive(Debug)]
pub(crate) struct Descriptor {
    target: Target,
    file: Option<File>,
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
            ownership,
        }
    }

    /// Opens the file. Returns its number, where descriptors have one that others may use.
    pub(crate) fn open(&mut self) -> Result<Option<i32>> {
        let file = match std::mem::replace(&mut self.target, Target::nothing()) {
            Target::Open(file) => file,
            Target::Path { path, flags, mode } => {
                platform::open(&path, flags, mode).map_err(Error::system("open"))?
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

    /// Closes what is open, or lets go of what somebody else closes. The second call does nothing.
    pub(crate) fn close(&mut self) -> Result<()> {
        match self.file.take() {
            Some(file) if self.ownership == Ownership::Borrowed => {
                platform::leave_open(file);
                Ok(())
            }
            Some(file) => platform::close(file).map_err(Error::system("close")),
            None => Ok(()),
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
