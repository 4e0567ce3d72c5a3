//! Opening streams: options in, a running stage and its handle out. `lib/` has validated the options as Node would.

use std::fs::File;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, JsValue, Object, Uint8Array};
use napi::{Error, Result, Status};
use napi_derive::napi;

use crate::file::{Ownership, Target};
use crate::flow::{self, Bytes, Marks};
use crate::sink::{DropAll, FileOptions, FileSink, Sink};
use crate::stage::{self, Observer, Pace};

use super::bell::Bell;
use super::codec_options::{self, CodecOptions};
use super::failure::Failure;
use super::handle::{Handle, Limit};
use super::reference::{Native, Ref};

/// The marks of a stream's writable side, in bytes, and its limit.
#[napi(object)]
pub struct Flow {
    pub high_water_mark: f64,
    pub low_water_mark: f64,
    pub hard_limit: f64,
    /// Whether a write past the limit is refused.
    pub refuse: bool,
}

/// A file to write to.
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
    /// `fsync` before `'finish'`.
    pub flush: bool,
    /// Whether somebody else closes the descriptor.
    pub borrowed: bool,
}

/// The pace of a slow sink.
#[napi(object)]
pub struct PaceOptions {
    pub bytes_per_second: f64,
    /// Milliseconds.
    pub latency: f64,
}

/// Opens a codec's stage for `stream`. `finish` is the kind of flush at the end; the readable side's mark is in bytes.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_codec(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    flow: Flow,
    options: CodecOptions,
    finish: u32,
    readable_high_water_mark: f64,
) -> Result<Either<Native<Handle>, Failure>> {
    let codec = match codec_options::open_codec(options)? {
        Ok(codec) => codec,
        Err(error) => return Ok(Either::B(Failure::of(&error))),
    };
    let at_end = codec_options::flush_kind(finish)?;
    let chime = bell.enter(stream.raw())?;
    let (input, from_program) = flow::channel(marks(&flow));
    // A mark of 0 would leave no room for the byte that a reader asks for.
    let high = readable_high_water_mark.max(1.0);
    let (to_reader, output) = flow::channel(Marks::new(bytes(high), bytes((high / 2.0).floor())));
    let observer = Arc::clone(&chime) as Arc<dyn Observer>;
    let handle = Handle::new(Rc::clone(&bell), chime, input, Some(output), limit(&flow));
    stage::spawn(stage::run_codec(codec, at_end, from_program, to_reader, observer)).map_err(internal)?;
    Ok(Either::A(Native::new(handle)))
}

/// Opens a sink's stage for `stream`: a file, or nothing at all, at a pace or as fast as it can.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_sink(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    flow: Flow,
    file: Option<FileTarget>,
    pace: Option<PaceOptions>,
) -> Result<Native<Handle>> {
    let sink: Box<dyn Sink> = match file {
        Some(file) => Box::new(FileSink::new(file_options(file)?)),
        None => Box::new(DropAll),
    };
    let pace = pace.map_or(Pace::UNLIMITED, |pace| Pace {
        bytes_per_second: pace.bytes_per_second,
        latency: Duration::try_from_secs_f64(pace.latency / 1000.0).unwrap_or(Duration::MAX),
    });
    let chime = bell.enter(stream.raw())?;
    let (input, from_program) = flow::channel(marks(&flow));
    let observer = Arc::clone(&chime) as Arc<dyn Observer>;
    let handle = Handle::new(Rc::clone(&bell), chime, input, None, limit(&flow));
    stage::spawn(stage::run_sink(sink, pace, from_program, observer)).map_err(internal)?;
    // Until it is open it works; that it is, or failed, is always told. A stage that did not start works on nothing.
    handle.hold();
    Ok(Native::new(handle))
}

fn bytes(n: f64) -> Bytes {
    // The cast saturates: an infinite mark is the largest.
    Bytes::new(n as u64)
}

fn marks(flow: &Flow) -> Marks {
    Marks::new(bytes(flow.high_water_mark), bytes(flow.low_water_mark))
}

fn limit(flow: &Flow) -> Limit {
    Limit {
        hard: flow.hard_limit,
        enforced: flow.refuse,
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(Status::GenericFailure, error.to_string())
}

fn file_options(file: FileTarget) -> Result<FileOptions> {
    let (flags, mode) = (file.flags, file.mode);
    let target = match (file.fd, file.path) {
        (Some(fd), _) => Target::Open(borrow_descriptor(fd)?),
        (None, Some(path)) => Target::Path {
            path: native_path(path)?,
            flags,
            mode,
        },
        (None, None) => return Err(Error::from_status(Status::InvalidArg)),
    };
    let start = file.start.map(|start| start as u64);
    let ownership = if file.borrowed {
        Ownership::Borrowed
    } else {
        Ownership::Owned
    };
    Ok(FileOptions {
        target,
        start,
        sync: file.flush,
        ownership,
    })
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
    // sink may close it is `auto_close`'s to say; one that is not open gives EBADF.
    Ok(unsafe { File::from_raw_fd(fd) })
}

#[cfg(not(unix))]
fn borrow_descriptor(_fd: i32) -> Result<File> {
    Err(Error::new(
        Status::InvalidArg,
        "a descriptor of the C runtime is not a handle",
    ))
}
