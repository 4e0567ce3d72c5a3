//! The files of the process that are on their way to their names. They go with their streams; with the process, whose
//! threads end without a word, they go by [`remove_unfinished`].

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::sync::{Mutex, lock};

/// How long the end of the process waits for files that are being created.
const PATIENCE: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
struct Files {
    created: Vec<(Arc<Place>, OsString)>,
    /// How many are being created.
    coming: usize,
    /// No more are to be created.
    is_closed: bool,
}

fn files() -> &'static Mutex<Files> {
    static FILES: OnceLock<Mutex<Files>> = OnceLock::new();
    FILES.get_or_init(Mutex::default)
}

/// A file that is removed when this is dropped, unless it is complete.
#[derive(Debug)]
pub(super) struct Unfinished {
    place: Arc<Place>,
    name: OsString,
    is_complete: bool,
}

impl Unfinished {
    /// Creates the file `name` in the folder of `place`, by `open`.
    pub(super) fn create(
        place: &Arc<Place>,
        name: OsString,
        open: impl FnOnce(&OsString) -> io::Result<File>,
    ) -> io::Result<(Self, File)> {
        {
            let mut files = lock(files());
            if files.is_closed {
                return Err(io::ErrorKind::Interrupted.into());
            }
            files.coming += 1;
        }
        let opened = open(&name);
        let mut files = lock(files());
        files.coming -= 1;
        let file = opened?;
        files.created.push((Arc::clone(place), name.clone()));
        let unfinished = Self {
            place: Arc::clone(place),
            name,
            is_complete: false,
        };
        Ok((unfinished, file))
    }

    pub(super) fn name(&self) -> &OsStr {
        &self.name
    }

    /// It has another name now.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        lock(files())
            .created
            .retain(|(place, name)| *name != self.name || !Arc::ptr_eq(place, &self.place));
        if !self.is_complete {
            // Where it cannot be removed there is nobody to tell who could do better.
            let _ = self.place.folder.remove(&self.name);
        }
    }
}

/// Removes the files that are on their way, and lets no more be created: the process ends.
pub fn remove_unfinished() {
    let begin = Instant::now();
    let created = loop {
        let mut files = lock(files());
        files.is_closed = true;
        if files.coming == 0 || begin.elapsed() > PATIENCE {
            break std::mem::take(&mut files.created);
        }
        drop(files);
        thread::sleep(Duration::from_millis(1));
    };
    for (place, name) in created {
        let _ = place.folder.remove(&name);
    }
}
