//! The one error of the core: what kind it is, its stable code, and what it concerns.
//!
//! A code, once published, never changes: programs match on it. The JS side turns an [`Error`] into a real
//! JS `Error` with Node's fields (`code`, `errno`, `syscall`, `path`).

use std::borrow::Cow;
use std::collections::TryReserveError;
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
    /// Bytes were given to an encoder that had written its end (zlib's `Z_BUF_ERROR`, -5).
    Ended,
    /// The compressed data needs a preset dictionary that was not given (zlib's `Z_NEED_DICT`, 2).
    NeedDictionary,
    /// The compressed data needs another preset dictionary than was given (zlib's `Z_NEED_DICT`, 2).
    BadDictionary,
    /// The codec was asked for what it cannot do (zlib's `Z_STREAM_ERROR`, -2).
    Codec(&'static str),
    /// Brotli or zstd failed, in words of their own.
    Engine {
        /// The stable code that Node gives, such as `ZSTD_error_prefix_unknown`.
        code: Cow<'static, str>,
        /// The library's number.
        errno: i32,
        /// Node's message.
        message: Cow<'static, str>,
    },
    /// A codec refused its settings (Node's `ERR_ZLIB_INITIALIZATION_FAILED`).
    Initialization(&'static str),
    /// Bytes follow the end of the data, and were not to.
    TrailingGarbage,
    /// More would be produced than the limit of so many bytes.
    TooLarge(u64),
    /// The system refused memory that a stream can be without (Node's `ERR_MEMORY_ALLOCATION_FAILED`).
    OutOfMemory,
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
    pub fn code(&self) -> &str {
        match self {
            Self::Data(_) => "Z_DATA_ERROR",
            Self::UnexpectedEnd | Self::Ended => "Z_BUF_ERROR",
            Self::NeedDictionary | Self::BadDictionary => "Z_NEED_DICT",
            Self::Codec(_) => "Z_STREAM_ERROR",
            Self::Engine { code, .. } => code,
            Self::Initialization(_) => "ERR_ZLIB_INITIALIZATION_FAILED",
            Self::TrailingGarbage => "ERR_TRAILING_JUNK_AFTER_STREAM_END",
            Self::TooLarge(_) => "ERR_BUFFER_TOO_LARGE",
            Self::OutOfMemory => "ERR_MEMORY_ALLOCATION_FAILED",
            Self::System { source, .. } => system_code(source.kind()),
            Self::Panic => "ERR_INTERNAL_ASSERTION",
        }
    }

    /// zlib's return code, or the operating system's `errno`; Windows has none.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::Data(_) => Some(-3),
            Self::UnexpectedEnd | Self::Ended => Some(-5),
            Self::NeedDictionary | Self::BadDictionary => Some(2),
            Self::Codec(_) => Some(-2),
            Self::Engine { errno, .. } => Some(*errno),
            Self::System { source, .. } => source.raw_os_error().filter(|_| cfg!(unix)),
            Self::Initialization(_)
            | Self::TrailingGarbage
            | Self::TooLarge(_)
            | Self::OutOfMemory
            | Self::Panic => None,
        }
    }
}

/// The name that libuv gives to an error of this kind.
pub(crate) fn system_code(kind: io::ErrorKind) -> &'static str {
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
        io::ErrorKind::WouldBlock => "EAGAIN",
        io::ErrorKind::OutOfMemory => "ENOMEM",
        _ => "EIO",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data(message) | Self::Codec(message) | Self::Initialization(message) => {
                f.write_str(message)
            }
            Self::Engine { message, .. } => f.write_str(message),
            Self::TrailingGarbage => {
                f.write_str("Trailing junk found after the end of the compressed stream")
            }
            Self::TooLarge(limit) => write!(f, "Cannot create a Buffer larger than {limit} bytes"),
            Self::UnexpectedEnd => f.write_str("unexpected end of file"),
            Self::Ended => f.write_str("buffer error"),
            Self::NeedDictionary => f.write_str("Missing dictionary"),
            Self::BadDictionary => f.write_str("Bad dictionary"),
            Self::OutOfMemory => f.write_str("Failed to allocate memory"),
            Self::System { syscall, source } => write!(f, "{source}, {syscall}"),
            Self::Panic => f.write_str("a stage panicked"),
        }
    }
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::OutOfMemory
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
