//! The file sink: opens as `fs.open` does, writes where `fs.createWriteStream` writes, and closes with its error heard.

use std::io::{self, IoSlice, Write};

use crate::error::{Error, Result};
use crate::file::{Descriptor, Ownership, Target, wait_writable, write_at};

use super::Sink;

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

/// Writes to a file.
#[derive(Debug)]
pub struct FileSink {
    descriptor: Descriptor,
    /// Where the next byte goes, when the caller chose it.
    position: Option<u64>,
    sync: bool,
}

impl FileSink {
    /// A sink that opens its file when it is told to.
    pub fn new(options: FileOptions) -> Self {
        Self {
            descriptor: Descriptor::new(options.target, options.ownership),
            position: options.start,
            sync: options.sync,
        }
    }
}

impl Sink for FileSink {
    fn open(&mut self) -> Result<Option<i32>> {
        self.descriptor.open()
    }

    fn write(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let position = self.position;
        let file = self.descriptor.file("write")?;
        let written = loop {
            let result = match (position, pieces.first()) {
                (Some(position), Some(piece)) => write_at(file, piece, position),
                _ => file.write_vectored(pieces),
            };
            match result {
                Ok(0) => return Err(Error::system("write")(io::ErrorKind::WriteZero.into())),
                Ok(n) => break n,
                // A signal came, or a descriptor that does not block has no room yet: neither is an error to Node.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_writable(file)?,
                Err(error) => return Err(Error::system("write")(error)),
            }
        };
        self.position = position.map(|position| position + written as u64);
        Ok(written)
    }

    fn finish(&mut self) -> Result<()> {
        if self.sync {
            let file = self.descriptor.file("fsync")?;
            file.sync_all().map_err(Error::system("fsync"))?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        self.descriptor.close()
    }
}
