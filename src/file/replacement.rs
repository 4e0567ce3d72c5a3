//! A file that is to replace another: written beside it, under a name that nobody can guess, and given its name once it
//! is complete. Whatever happens before leaves the other file as it was. Calls block.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::platform::{self, Folder};
use crate::error::{Error, Result};
use crate::sync::{Mutex, lock};

#[cfg(windows)]
use super::windows::{EEXIST, EINVAL, EISDIR, ENOENT, O_CREAT, O_EXCL, O_WRONLY};
#[cfg(unix)]
use nix::libc::{EEXIST, EINVAL, EISDIR, ENOENT, O_CREAT, O_EXCL, O_WRONLY};

/// What to replace, and by what.
#[derive(Debug)]
pub struct Replace {
    /// The file that is written in the end. One that exists keeps its permissions and, where the process may give them,
    /// its owner and group. A symbolic link is followed, unless it leads nowhere: then it is replaced itself.
    pub path: PathBuf,
    /// What the new file is called until then, in the same folder.
    pub temporary: PathBuf,
    /// Permission bits of a file that did not exist, less the umask.
    pub mode: u32,
    /// Fails where the file exists: at the beginning, and if it came to be meanwhile at the end.
    pub exclusive: bool,
}

/// A file on its way to its name. Dropped before, it is removed.
#[derive(Debug)]
pub(super) struct Replacement {
    temporary: PathBuf,
    target: PathBuf,
    folder: Folder,
    exclusive: bool,
    is_committed: bool,
}

/// The files of the process that are on their way.
fn unfinished() -> &'static Mutex<Vec<PathBuf>> {
    static FILES: OnceLock<Mutex<Vec<PathBuf>>> = OnceLock::new();
    FILES.get_or_init(Mutex::default)
}

/// Removes the files that are on their way, for a process that exits: its threads end without a word.
pub fn remove_unfinished() {
    for path in lock(unfinished()).drain(..) {
        let _ = fs::remove_file(path);
    }
}

impl Replacement {
    /// Creates the file, open for writing.
    pub(super) fn create(options: Replace) -> Result<(Self, File)> {
        let replaced = look_up(&options).map_err(Error::system("open"))?;
        let old = fs::metadata(&replaced.path).ok();
        let mode = if old.is_some() { 0o600 } else { options.mode };
        let temporary = replaced.folder.join(&options.temporary);
        let folder = Folder::open(&replaced.folder).map_err(Error::system("open"))?;
        let file = platform::open(&temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
        let file = file.map_err(Error::system("open"))?;
        lock(unfinished()).push(temporary.clone());
        let created = Self {
            temporary,
            target: replaced.path,
            folder,
            exclusive: options.exclusive,
            is_committed: false,
        };
        if let Some(old) = old {
            platform::resemble(&file, &old).map_err(Error::system("fchmod"))?;
        }
        Ok((created, file))
    }

    /// Gives the file, which is complete and on the disk, its name there. One that fails at the last step, when the name
    /// has been given but may not be on the disk, leaves the new file.
    pub(super) fn commit(&mut self) -> Result<()> {
        if self.exclusive {
            fs::hard_link(&self.temporary, &self.target).map_err(Error::system("link"))?;
            // The name is given; a second one does no harm.
            let _ = fs::remove_file(&self.temporary);
        } else {
            platform::rename(&self.temporary, &self.target).map_err(Error::system("rename"))?;
        }
        self.is_committed = true;
        self.folder.sync().map_err(Error::system("fsync"))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        lock(unfinished()).retain(|path| *path != self.temporary);
        if !self.is_committed {
            // Where it cannot be removed there is nobody to tell who could do better.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

struct Replaced {
    folder: PathBuf,
    path: PathBuf,
}

/// Where the file is, links followed, and whether it may be replaced at all.
fn look_up(options: &Replace) -> io::Result<Replaced> {
    let path = &options.path;
    let refuse = |errno| Err(io::Error::from_raw_os_error(errno));
    if options.exclusive && path.symlink_metadata().is_ok() {
        return refuse(EEXIST);
    }
    let path = match fs::canonicalize(path) {
        Ok(path) => path,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return new_file(path),
        Err(error) => return Err(error),
    };
    let kind = fs::metadata(&path)?;
    if kind.is_dir() {
        return refuse(EISDIR);
    }
    if !kind.is_file() {
        // To replace a device or a pipe would be a disaster.
        return refuse(EINVAL);
    }
    platform::may_write(&path)?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_path_buf();
    Ok(Replaced { folder, path })
}

/// Where a file will be that does not exist, or that a link leads to which leads nowhere.
fn new_file(path: &Path) -> io::Result<Replaced> {
    let refuse = |errno| Err(io::Error::from_raw_os_error(errno));
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return refuse(ENOENT);
    };
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return refuse(EISDIR);
    }
    let here = Path::new(".");
    let folder = fs::canonicalize(if folder.as_os_str().is_empty() {
        here
    } else {
        folder
    })?;
    let path = folder.join(name);
    Ok(Replaced { folder, path })
}
