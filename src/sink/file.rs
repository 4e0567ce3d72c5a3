//! The file sink: opens as `fs.open` does, writes where `fs.createWriteStream` writes, and closes with its error heard.

use std::fs::File;
use std::io::{self, IoSlice};

use crate::error::{Error, Result};
use crate::file::{Descriptor, Ownership, Target, sync, sync_data, wait_writable, write, write_at};

use super::Sink;

/// When a file's bytes are brought to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syncing {
    /// When the system likes.
    Never,
    /// By the time that `finish` succeeds.
    AtEnd,
    /// By the time that they are taken; the name of a file that was created too.
    EveryWrite,
}

/// What to write to, and how.
#[derive(Debug)]
pub struct FileOptions {
    /// The file.
    pub target: Target,
    /// Offset in bytes of the first byte written; `None`: where the descriptor stands, or the end with `O_APPEND`.
    pub start: Option<u64>,
    /// When the bytes have to be on the disk.
    pub sync: Syncing,
    /// Who closes the descriptor.
    pub ownership: Ownership,
}

/// Writes to a file.
#[derive(Debug)]
pub struct FileSink {
    descriptor: Descriptor,
    /// Where the next byte goes, when the caller chose it.
    position: Option<u64>,
    sync: Syncing,
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
        let written = match position {
            Some(position) => write_all_at(file, pieces, position),
            None => patiently(file, |file| write(file, pieces)),
        }?;
        self.position = position.map(|position| position + written as u64);
        if self.sync == Syncing::EveryWrite {
            // What this fails for is not taken, and is never tried again: the system may have dropped it by then, and
            // would report a success.
            sync_data(file).map_err(Error::system("fdatasync"))?;
        }
        Ok(written)
    }

    fn finish(&mut self) -> Result<()> {
        if self.sync != Syncing::Never {
            sync(self.descriptor.file("fsync")?).map_err(Error::system("fsync"))?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        self.descriptor.commit()
    }

    fn close(&mut self) -> Result<()> {
        self.descriptor.close()
    }
}

/// Writes the pieces in turn, up to the first that stays short. What was written before an error counts: who writes on
/// meets it again.
fn write_all_at(file: &mut File, pieces: &[IoSlice<'_>], position: u64) -> Result<usize> {
    let mut written = 0;
    for piece in pieces {
        match patiently(file, |file| write_at(file, piece, position + written as u64)) {
            Ok(n) => {
                written += n;
                if n < piece.len() {
                    break;
                }
            }
            Err(_) if written > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

/// Calls again for what is no error to Node: a signal came, or a descriptor that does not block has no room yet.
fn patiently(file: &mut File, mut write: impl FnMut(&mut File) -> io::Result<usize>) -> Result<usize> {
    loop {
        match write(file) {
            Ok(0) => return Err(Error::system("write")(io::ErrorKind::WriteZero.into())),
            Ok(n) => return Ok(n),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_writable(file)?,
            Err(error) => return Err(Error::system("write")(error)),
        }
    }
}
