//! The system's calls as tests have them: a script says which of this thread's calls fail, and how.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::path::Path;

use super::unix;

pub(super) use unix::{BAD_DESCRIPTOR, Status, descriptor, leave_open, may_write, resemble};
pub(crate) use unix::{wait_readable, wait_writable};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Open,
    Read,
    Write,
    Sync,
    SyncFolder,
    Close,
    Rename,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The call does nothing, and fails with this number.
    Errno(i32),
    /// The call moves at most so many bytes.
    Short(usize),
}

/// What befalls the calls of one kind in turn; `None` lets one pass, as all behind the last do.
type Script = (Call, std::vec::IntoIter<Option<Fault>>);

thread_local! {
    static SCRIPTS: RefCell<Vec<Script>> = const { RefCell::new(Vec::new()) };
    static CALLS: RefCell<Vec<Call>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, calls of this thread fail by its scripts.
pub(crate) struct Faults(());

impl Faults {
    pub(crate) fn of<const N: usize>(scripts: [(Call, Vec<Option<Fault>>); N]) -> Self {
        CALLS.take();
        SCRIPTS.set(
            scripts
                .into_iter()
                .map(|(call, faults)| (call, faults.into_iter()))
                .collect(),
        );
        Self(())
    }

    /// The calls that came, failed ones as well.
    pub(crate) fn calls(&self) -> Vec<Call> {
        CALLS.with_borrow(Clone::clone)
    }

    pub(crate) fn count(&self, wanted: Call) -> usize {
        self.calls().into_iter().filter(|call| *call == wanted).count()
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        SCRIPTS.take();
    }
}

/// Notes a call, and finds out what is to befall it.
fn next(call: Call) -> Option<Fault> {
    CALLS.with_borrow_mut(|calls| calls.push(call));
    SCRIPTS.with_borrow_mut(|scripts| {
        let (_, faults) = scripts.iter_mut().find(|(of, _)| *of == call)?;
        faults.next().flatten()
    })
}

/// Makes a call that moves up to `len` bytes; it is told how many it may move.
fn moved(call: Call, len: usize, act: impl FnOnce(usize) -> io::Result<usize>) -> io::Result<usize> {
    match next(call) {
        Some(Fault::Errno(errno)) => Err(io::Error::from_raw_os_error(errno)),
        Some(Fault::Short(most)) => act(most.min(len)),
        None => act(len),
    }
}

fn done<T>(call: Call, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    match next(call) {
        Some(Fault::Errno(errno)) => Err(io::Error::from_raw_os_error(errno)),
        _ => act(),
    }
}

pub(super) fn open(path: &Path, flags: i32, mode: u32) -> io::Result<File> {
    done(Call::Open, || unix::open(path, flags, mode))
}

pub(crate) fn write(file: &mut File, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
    let len = pieces.iter().map(|piece| piece.len()).sum();
    moved(Call::Write, len, |most| {
        if most == len {
            return unix::write(file, pieces);
        }
        let front: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
        unix::write(file, &[IoSlice::new(&front[..most])])
    })
}

pub(crate) fn write_at(file: &File, piece: &[u8], position: u64) -> io::Result<usize> {
    moved(Call::Write, piece.len(), |most| {
        unix::write_at(file, &piece[..most], position)
    })
}

pub(crate) fn read(file: &mut File, pieces: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
    let first = pieces.first().map_or(0, |piece| piece.len());
    moved(Call::Read, usize::MAX, |most| {
        if most > first {
            return unix::read(file, pieces);
        }
        unix::read(file, &mut [IoSliceMut::new(&mut pieces[0][..most])])
    })
}

pub(crate) fn read_at(file: &File, pieces: &mut [IoSliceMut<'_>], position: u64) -> io::Result<usize> {
    done(Call::Read, || unix::read_at(file, pieces, position))
}

pub(crate) fn sync_data(file: &File) -> io::Result<()> {
    done(Call::Sync, || unix::sync_data(file))
}

pub(crate) fn sync(file: &File) -> io::Result<()> {
    done(Call::Sync, || unix::sync(file))
}

#[derive(Debug)]
pub(super) struct Folder(unix::Folder);

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        unix::Folder::open(path).map(Self)
    }

    pub(super) fn open_file(&self, name: &OsStr, flags: i32, mode: u32) -> io::Result<File> {
        done(Call::Open, || self.0.open_file(name, flags, mode))
    }

    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        done(Call::Rename, || self.0.rename(from, to))
    }

    pub(super) fn link(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        self.0.link(from, to)
    }

    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        self.0.remove(name)
    }

    pub(super) fn file(&self, name: &OsStr) -> io::Result<Option<Status>> {
        self.0.file(name)
    }

    pub(super) fn is_special(&self, name: &OsStr) -> bool {
        self.0.is_special(name)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        done(Call::SyncFolder, || self.0.sync())
    }
}

/// One that fails closes all the same, as the system's does.
pub(super) fn close(file: File) -> io::Result<()> {
    let result = done(Call::Close, || Ok(()));
    unix::close(file).and(result)
}
