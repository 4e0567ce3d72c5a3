//! The one error of the core: what kind it is, its stable code, and what it concerns.
//!
//! A code, once published, never changes: programs match on it. The JS side turns an [`Error`] into a real
//! JS `Error` with Node's fields (`code`, `errno`, `syscall`, `path`).

use std::fmt;
use std::io;

/// Why a stage, a codec or a sink failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The compressed data is malformed (zlib's `Z_DATA_ERROR`, -3). Holds zlib's message.
    Data(&'static str),
    /// The compressed data ends too early (zlib's `Z_BUF_ERROR`, -5).
    UnexpectedEnd,
    /// The compressed data needs a preset dictionary that was not given (zlib's `Z_NEED_DICT`, 2).
    NeedDictionary,
    /// The codec was asked for what it cannot do (zlib's `Z_STREAM_ERROR`, -2).
    Codec(&'static str),
    /// A system call failed.
    System {
        /// The call as Node names it: `open`, `write`, `fsync`, `close`.
        syscall: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// A stage panicked: a bug in this crate, kept to the stream that met it.
    Panic,
}

/// The result of anything in the core that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The error of the system call named `syscall`.
    pub fn system(syscall: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { syscall, source }
    }

    /// The stable code, as in the JS property `code`. That of an [`Error::System`] is named after [`Error::errno`] on
    /// the JS side; here stands what to call it where it has none.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Data(_) => "Z_DATA_ERROR",
            Self::UnexpectedEnd => "Z_BUF_ERROR",
            Self::NeedDictionary => "Z_NEED_DICT",
            Self::Codec(_) => "Z_STREAM_ERROR",
            Self::System { source, .. } => system_code(source.kind()),
            Self::Panic => "ERR_INTERNAL_ASSERTION",
        }
    }

    /// zlib's return code, or the operating system's `errno`; Windows has none.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::Data(_) => Some(-3),
            Self::UnexpectedEnd => Some(-5),
            Self::NeedDictionary => Some(2),
            Self::Codec(_) => Some(-2),
            Self::System { source, .. } => source.raw_os_error().filter(|_| cfg!(unix)),
            Self::Panic => None,
        }
    }
}

/// The name that libuv gives to an error of this kind.
fn system_code(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "ENOENT",
        io::ErrorKind::PermissionDenied => "EPERM",
        io::ErrorKind::AlreadyExists => "EEXIST",
        io::ErrorKind::IsADirectory => "EISDIR",
        io::ErrorKind::NotADirectory => "ENOTDIR",
        io::ErrorKind::ReadOnlyFilesystem => "EROFS",
        io::ErrorKind::StorageFull => "ENOSPC",
        io::ErrorKind::FileTooLarge => "EFBIG",
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::ResourceBusy => "EBUSY",
        io::ErrorKind::InvalidInput => "EINVAL",
        _ => "EIO",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(message) | Self::Codec(message) => f.write_str(message),
            Self::UnexpectedEnd => f.write_str("unexpected end of file"),
            Self::NeedDictionary => f.write_str("Missing dictionary"),
            Self::System { syscall, source } => write!(f, "{source}, {syscall}"),
            Self::Panic => f.write_str("a stage panicked"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System { source, .. } => Some(source),
            _ => None,
        }
    }
}
