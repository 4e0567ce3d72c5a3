//! A file that is to replace another: written beside it, under a name that nobody can guess, and given its name once it
//! is complete. Whatever happens before leaves the other file as it was. Calls block.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::place::Place;
use super::platform::{self, Status};
use super::unfinished::Unfinished;
use crate::error::{Error, Result};

#[cfg(windows)]
use super::windows::{EEXIST, EINVAL, EISDIR, ENOENT, O_CREAT, O_EXCL, O_WRONLY};
#[cfg(unix)]
use nix::libc::{EEXIST, EINVAL, EISDIR, ENOENT, O_CREAT, O_EXCL, O_WRONLY};

/// How often to look for a file that is there and has no name. It may have come or gone between two looks; or it never has
/// one, as behind a link of `/proc`, and nothing there can be replaced.
const LOOKS: usize = 5;

/// What to replace, and by what.
#[derive(Debug)]
pub struct Replace {
    /// The file that is written in the end. One that exists keeps its permissions and, where the process may give them,
    /// its owner and group. A symbolic link is followed, unless it leads nowhere: then it is replaced itself.
    pub path: PathBuf,
    /// What the new file is called until then, in the same folder.
    pub temporary: OsString,
    /// Permission bits of a file that did not exist, less the umask.
    pub mode: u32,
    /// Fails where the file exists: at the beginning, and if it came to be meanwhile at the end.
    pub exclusive: bool,
}

/// A file on its way to its name. Dropped before, it is removed.
#[derive(Debug)]
pub(super) struct Replacement {
    place: Arc<Place>,
    temporary: Unfinished,
    exclusive: bool,
}

impl Replacement {
    /// Creates the file, open for writing.
    pub(super) fn create(options: Replace) -> Result<(Self, File)> {
        let (place, old) = look_up(&options).map_err(Error::system("open"))?;
        let place = Arc::new(place);
        let mode = if old.is_some() { 0o600 } else { options.mode };
        let flags = O_WRONLY | O_CREAT | O_EXCL;
        let open = |name: &OsString| place.folder.open_file(name, flags, mode);
        let created = Unfinished::create(&place, options.temporary, open);
        let (temporary, file) = created.map_err(Error::system("open"))?;
        if let Some(old) = old {
            platform::resemble(&file, &old).map_err(Error::system("fchmod"))?;
        }
        let replacement = Self {
            place,
            temporary,
            exclusive: options.exclusive,
        };
        Ok((replacement, file))
    }

    /// Gives the file, which is complete and on the disk, its name there. One that fails at the last step, when the name
    /// has been given but may not be on the disk, leaves the new file.
    pub(super) fn commit(&mut self) -> Result<()> {
        let Place { folder, name } = &*self.place;
        let temporary = self.temporary.name();
        if self.exclusive {
            folder.link(temporary, name).map_err(Error::system("link"))?;
            // The name is given; a second one does no harm.
            let _ = folder.remove(temporary);
        } else {
            // To replace a device or a pipe would be a disaster; a folder the system does not replace.
            if folder.is_special(name) {
                return Err(Error::system("rename")(io::Error::from_raw_os_error(EINVAL)));
            }
            folder.rename(temporary, name).map_err(Error::system("rename"))?;
        }
        self.temporary.complete();
        folder.sync().map_err(Error::system("fsync"))
    }
}

/// Where the file is to be, the file that is there, and whether that may be replaced at all.
fn look_up(options: &Replace) -> io::Result<(Place, Option<Status>)> {
    let path = &options.path;
    let refuse = |errno| Err(io::Error::from_raw_os_error(errno));
    if options.exclusive && path.symlink_metadata().is_ok() {
        return refuse(EEXIST);
    }
    for _ in 0..LOOKS {
        let old = match fs::metadata(path) {
            Ok(old) => old,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Place::of(path)?, None)),
            Err(error) => return Err(error),
        };
        if old.is_dir() {
            return refuse(EISDIR);
        }
        if !old.is_file() {
            return refuse(EINVAL);
        }
        match platform::may_write(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            may => may?,
        }
        let place = Place::behind_links(path)?;
        if let Some(old) = place.folder.file(&place.name)? {
            return Ok((place, Some(old)));
        }
    }
    refuse(ENOENT)
}
