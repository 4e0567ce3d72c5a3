//! The file sink: opens as `fs.open` does, writes where `fs.createWriteStream` writes, and closes with its error heard.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::path::PathBuf;

use crate::error::{Error, Result};

use super::Sink;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// What to write to, and how.
#[derive(Debug)]
pub struct FileOptions {
    /// The file.
    pub target: Target,
    /// Offset in bytes of the first byte written; `None`: where the descriptor stands, or the end with `O_APPEND`.
    pub start: Option<u64>,
    /// `fsync` before `finish` succeeds.
    pub sync: bool,
    /// Who closes the descriptor.
    pub ownership: Ownership,
}

/// Who closes a file's descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The sink.
    Owned,
    /// Somebody else; the sink lets go. So it does of any descriptor that it was given, unless it is told to close.
    Borrowed,
}

/// How the sink comes to its descriptor.
#[derive(Debug)]
pub enum Target {
    /// Opens `path` with open(2)'s `flags`, and creates it with `mode` less the umask.
    Path {
        /// The file's path.
        path: PathBuf,
        /// `O_WRONLY`, `O_CREAT` and so on, as `fs.constants` gives them.
        flags: i32,
        /// Permission bits.
        mode: u32,
    },
    /// A descriptor that is open already.
    Open(File),
}

/// Writes to a file.
#[derive(Debug)]
pub struct FileSink {
    options: FileOptions,
    file: Option<File>,
    /// Whether the descriptor was open before. The program may be using it without the stream, and may have closed it,
    /// so that its number is another file's by now.
    is_given: bool,
    /// Where the next byte goes, when the caller chose it.
    position: Option<u64>,
}

impl FileSink {
    /// A sink that opens its file when it is told to.
    pub fn new(options: FileOptions) -> Self {
        let position = options.start;
        let is_given = matches!(options.target, Target::Open(_));
        Self {
            options,
            file: None,
            is_given,
            position,
        }
    }

    fn file(&mut self, syscall: &'static str) -> Result<&mut File> {
        let closed = || Error::system(syscall)(io::Error::from_raw_os_error(platform::BAD_DESCRIPTOR));
        self.file.as_mut().ok_or_else(closed)
    }
}

impl Sink for FileSink {
    fn open(&mut self) -> Result<Option<i32>> {
        let target = std::mem::replace(&mut self.options.target, Target::nothing());
        let file = match target {
            Target::Open(file) => file,
            Target::Path { path, flags, mode } => {
                platform::open(&path, flags, mode).map_err(Error::system("open"))?
            }
        };
        let descriptor = platform::descriptor(&file);
        self.file = Some(file);
        Ok(descriptor)
    }

    fn write(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let position = self.position;
        let file = self.file("write")?;
        let written = loop {
            let result = match (position, pieces.first()) {
                (Some(position), Some(piece)) => platform::write_at(file, piece, position),
                _ => file.write_vectored(pieces),
            };
            match result {
                Ok(0) => return Err(Error::system("write")(io::ErrorKind::WriteZero.into())),
                Ok(n) => break n,
                // A signal came, or a descriptor that does not block has no room yet: neither is an error to Node.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => platform::wait_writable(file)?,
                Err(error) => return Err(Error::system("write")(error)),
            }
        };
        self.position = position.map(|position| position + written as u64);
        Ok(written)
    }

    fn finish(&mut self) -> Result<()> {
        if self.options.sync {
            self.file("fsync")?.sync_all().map_err(Error::system("fsync"))?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        match self.file.take() {
            Some(file) if self.options.ownership == Ownership::Borrowed => {
                platform::leave_open(file);
                Ok(())
            }
            Some(file) => platform::close(file).map_err(Error::system("close")),
            None => Ok(()),
        }
    }
}

impl Drop for FileSink {
    fn drop(&mut self) {
        if self.is_given {
            if let Some(file) = self.file.take() {
                platform::leave_open(file);
            }
            if let Target::Open(file) = std::mem::replace(&mut self.options.target, Target::nothing()) {
                platform::leave_open(file);
            }
        }
    }
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
