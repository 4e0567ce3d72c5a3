//! The file source: opens as `fs.open` does, and reads where `fs.createReadStream` reads.

use std::io::{self, IoSliceMut};

use crate::error::{Error, Result};
use crate::file::{Descriptor, Ownership, Target, read, read_at, wait_readable};

use super::Source;

/// What to read from, and how much of it.
#[derive(Debug)]
pub struct FileOptions {
    /// The file.
    pub target: Target,
    /// Offset in bytes of the first byte read; `None`: where the descriptor stands.
    pub start: Option<u64>,
    /// Offset in bytes of the last byte read, counted from where the descriptor stands when there is no `start`;
    /// `None`: the end of the file.
    pub end: Option<u64>,
    /// Who closes the descriptor.
    pub ownership: Ownership,
}

/// Reads from a file. It ends where a `read` finds nothing more: a file that grows meanwhile is read on.
#[derive(Debug)]
pub struct FileSource {
    descriptor: Descriptor,
    /// Where the next byte is, when the caller chose it.
    position: Option<u64>,
    /// Bytes up to the last one asked for.
    left: u64,
    is_regular: bool,
}

impl FileSource {
    /// A source that opens its file when it is told to.
    pub fn new(options: FileOptions) -> Self {
        let start = options.start.unwrap_or(0);
        let left = options.end.map(|end| end.saturating_add(1).saturating_sub(start));
        Self {
            descriptor: Descriptor::new(options.target, options.ownership),
            position: options.start,
            left: left.unwrap_or(u64::MAX),
            is_regular: false,
        }
    }
}

impl Source for FileSource {
    fn open(&mut self) -> Result<Option<i32>> {
        let number = self.descriptor.open()?;
        let metadata = self.descriptor.file("open")?.metadata();
        // A descriptor that is not open fails where `fs` has it fail, when it is read.
        self.is_regular = metadata.is_ok_and(|metadata| metadata.is_file());
        Ok(number)
    }

    fn read(&mut self, pieces: &mut [IoSliceMut<'_>]) -> Result<usize> {
        let mut pieces = within(pieces, self.left);
        if pieces.is_empty() {
            return Ok(0);
        }
        let file = self.descriptor.file("read")?;
        let n = loop {
            let result = match self.position {
                Some(position) => read_at(file, &mut pieces, position),
                None => read(file, &mut pieces),
            };
            match result {
                Ok(n) => break n,
                // A signal came, or a descriptor that does not block has nothing yet.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_readable(file)?,
                Err(error) => return Err(Error::system("read")(error)),
            }
        };
        self.position = self.position.map(|position| position + n as u64);
        self.left -= n as u64;
        Ok(n)
    }

    fn waits(&self) -> bool {
        !self.is_regular
    }

    fn close(&mut self) -> Result<()> {
        self.descriptor.close()
    }
}

/// The first `most` bytes of the pieces.
fn within<'a>(pieces: &'a mut [IoSliceMut<'_>], most: u64) -> Vec<IoSliceMut<'a>> {
    let mut left = usize::try_from(most).unwrap_or(usize::MAX);
    let mut clipped = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let n = piece.len().min(left);
        if n == 0 {
            break;
        }
        left -= n;
        clipped.push(IoSliceMut::new(&mut piece[..n]));
    }
    clipped
}
