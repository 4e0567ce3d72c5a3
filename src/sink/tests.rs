//! What the file sink promises besides, and what it makes of a system that fails.

mod faults;
mod replacing;

use std::fs;
use std::io::IoSlice;
use std::path::{Path, PathBuf};

use nix::libc;

use super::{FileOptions, FileSink, Sink, Syncing};
use crate::error::{Error, Result};
use crate::file::faults::{Call, Fault, Faults};
use crate::file::scratch::Folder;
use crate::file::{Ownership, Replace, Target};

const OLD: &[u8] = b"what was there";
const NEW: &[u8] = b"what is to be there";

fn sink(target: Target, start: Option<u64>, sync: Syncing) -> FileSink {
    FileSink::new(FileOptions {
        target,
        start,
        sync,
        ownership: Ownership::Owned,
    })
}

fn from(path: &Path, start: Option<u64>, sync: Syncing) -> FileSink {
    let target = Target::Path {
        path: path.into(),
        flags: libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC,
        mode: 0o600,
        is_named: sync == Syncing::EveryWrite,
    };
    sink(target, start, sync)
}

fn by_path(path: &Path, sync: Syncing) -> FileSink {
    from(path, None, sync)
}

/// Hands over all of the bytes, as a stage does: a failure is the last call but the close.
fn write(sink: &mut FileSink, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        let (front, back) = bytes.split_at(bytes.len() / 2);
        let taken = sink.write(&[IoSlice::new(front), IoSlice::new(back)])?;
        bytes = &bytes[taken..];
    }
    Ok(())
}

/// Ends it as a stage does.
fn finish(sink: &mut FileSink) -> Result<()> {
    sink.finish()?;
    sink.commit()
}

/// Name of the call and number of an error.
fn told(error: Error) -> (&'static str, Option<i32>) {
    let Error::System { syscall, source } = error else {
        panic!("{error:?}");
    };
    (syscall, source.raw_os_error())
}
