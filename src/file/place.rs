//! Where a file is: its folder, which is held open, and its name there. What is done by these goes to the same folder,
//! wherever that or the process moves meanwhile. Calls block.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf, is_separator};

use super::platform::Folder;

#[cfg(windows)]
use super::windows::{EISDIR, ELOOP, ENOENT};
#[cfg(unix)]
use nix::libc::{EISDIR, ELOOP, ENOENT};

/// As many as Linux follows.
const MOST_LINKS: usize = 40;

#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: Folder,
    pub(super) name: OsString,
}

impl Place {
    /// That of `path` itself, be it a link.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let (folder, name) = split(path).map_err(io::Error::from_raw_os_error)?;
        Ok(Self {
            folder: Folder::open(folder)?,
            name: name.to_os_string(),
        })
    }

    /// That of the file which opening `path` would open or create.
    pub(super) fn behind_links(path: &Path) -> io::Result<Self> {
        Self::of(&follow(path)?)
    }
}

/// `path`, or where the link leads that it is.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match path.symlink_metadata() {
            Ok(kind) if kind.is_symlink() => {
                let folder = path.parent().unwrap_or(Path::new(""));
                path = folder.join(fs::read_link(&path)?);
            }
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from_raw_os_error(ELOOP))
}

/// The path of the folder, and the name. Fails with the number that open(2) has for a file that cannot be there.
fn split(path: &Path) -> Result<(&Path, &OsStr), i32> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut names = bytes.rsplit(|&byte| is_separator(char::from(byte)));
    let mut last = names.next();
    let is_folder = last.is_some_and(<[u8]>::is_empty);
    while last.is_some_and(<[u8]>::is_empty) {
        last = names.next();
    }
    match (path.parent(), path.file_name()) {
        _ if matches!(last, Some(b"." | b"..")) => Err(ENOENT),
        (Some(_), Some(_)) if is_folder => Err(EISDIR),
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => Ok((Path::new("."), name)),
        (Some(folder), Some(name)) => Ok((folder, name)),
        _ => Err(ENOENT),
    }
}
