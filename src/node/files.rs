//! Files as `lib/` names them, and as sinks and sources take them.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Once;

use napi::bindgen_prelude::{Either, Uint8Array};
use napi::{Error, Result, Status};
use napi_derive::napi;

use crate::file::{Ownership, Replace, Target};
use crate::{sink, source};

/// A file to write to or to read from.
#[napi(object)]
pub struct FileTarget {
    /// The path's bytes, or its characters where paths are characters (Windows).
    pub path: Option<Either<Uint8Array, String>>,
    pub flags: i32,
    pub mode: u32,
    /// A descriptor that is open already; not on Windows.
    pub fd: Option<i32>,
    /// Bytes from the beginning.
    pub start: Option<f64>,
    /// The last byte read, from the beginning; where there is no `start`, from where the descriptor stands.
    pub end: Option<f64>,
    /// `fsync` before `'finish'`.
    pub flush: Option<bool>,
    /// Before the callback of each write too.
    pub durable: Option<bool>,
    /// The name that the file has, beside `path`, until it is complete and replaces what is there.
    pub temporary: Option<String>,
    /// Whether it must not replace anything.
    pub exclusive: Option<bool>,
    /// Whether somebody else closes the descriptor.
    pub borrowed: bool,
}

impl FileTarget {
    pub(super) fn sink(self) -> Result<sink::FileOptions> {
        Ok(sink::FileOptions {
            start: position(self.start),
            sync: self.sync(),
            ownership: self.ownership(),
            target: self.target()?,
        })
    }

    fn sync(&self) -> sink::Syncing {
        if self.durable.unwrap_or(false) {
            sink::Syncing::EveryWrite
        } else if self.flush.unwrap_or(false) || self.temporary.is_some() {
            sink::Syncing::AtEnd
        } else {
            sink::Syncing::Never
        }
    }

    pub(super) fn source(self) -> Result<source::FileOptions> {
        Ok(source::FileOptions {
            start: position(self.start),
            end: position(self.end),
            ownership: self.ownership(),
            target: self.target()?,
        })
    }

    fn ownership(&self) -> Ownership {
        if self.borrowed {
            Ownership::Borrowed
        } else {
            Ownership::Owned
        }
    }

    fn target(self) -> Result<Target> {
        if let Some(fd) = self.fd {
            return Ok(Target::Open(borrow_descriptor(fd)?));
        }
        let path = native_path(self.path.ok_or(Error::from_status(Status::InvalidArg))?)?;
        if self.temporary.is_some() {
            go_with_process();
        }
        Ok(match self.temporary {
            Some(temporary) => Target::Replace(Replace {
                path,
                temporary: temporary.into(),
                mode: self.mode,
                exclusive: self.exclusive.unwrap_or(false),
            }),
            None => Target::Path {
                is_named: self.durable.unwrap_or(false),
                path,
                flags: self.flags,
                mode: self.mode,
            },
        })
    }
}

/// Has files that are not complete go with the process. Behind the last line of JavaScript, and when its workers are gone.
fn go_with_process() {
    extern "C" fn remove() {
        crate::file::remove_unfinished();
    }
    unsafe extern "C" {
        fn atexit(function: extern "C" fn()) -> i32;
    }
    static ONCE: Once = Once::new();
    // SAFETY: it is C's own, and what it is given stays: the addon is never unloaded. `remove` does not panic, takes no lock
    // that is held while anything else runs, and calls nothing that may not be called as a process ends.
    ONCE.call_once(|| {
        let _ = unsafe { atexit(remove) };
    });
}

fn position(position: Option<f64>) -> Option<u64> {
    // The cast saturates: what lies behind the largest file is its end.
    position.map(|position| position as u64)
}

#[cfg(unix)]
fn native_path(path: Either<Uint8Array, String>) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(match path {
        Either::A(bytes) => std::ffi::OsString::from_vec(bytes.to_vec()).into(),
        Either::B(characters) => characters.into(),
    })
}

#[cfg(not(unix))]
fn native_path(path: Either<Uint8Array, String>) -> Result<PathBuf> {
    match path {
        Either::A(bytes) => String::from_utf8(bytes.to_vec())
            .map(PathBuf::from)
            .map_err(|_| Error::from_status(Status::InvalidArg)),
        Either::B(characters) => Ok(characters.into()),
    }
}

#[cfg(unix)]
fn borrow_descriptor(fd: i32) -> Result<File> {
    use std::os::fd::FromRawFd;
    if fd < 0 {
        return Err(Error::from_status(Status::InvalidArg));
    }
    // SAFETY: the program says that the descriptor is open and for this stream to use, as it does to `fs`. Whether the
    // stream may close it is `auto_close`'s to say; one that is not open gives EBADF.
    Ok(unsafe { File::from_raw_fd(fd) })
}

#[cfg(not(unix))]
fn borrow_descriptor(_fd: i32) -> Result<File> {
    Err(Error::new(
        Status::InvalidArg,
        "a descriptor of the C runtime is not a handle",
    ))
}
