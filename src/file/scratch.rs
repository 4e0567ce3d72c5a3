//! A folder of its own for each test, and a way to see what became of a descriptor.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "sluice-file-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Which file a descriptor stands for; `None` when it is not open.
pub(crate) type Identity = Option<(u64, u64)>;

#[cfg(unix)]
pub(crate) fn identity(descriptor: i32) -> Identity {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(format!("/dev/fd/{descriptor}")).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity(_: i32) -> Identity {
    None
}

/// When a descriptor is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// There is none.
    None,
    /// By `close`, or when its owner is dropped.
    AtDrop,
    /// By `close` alone.
    AtClose,
    Never,
}

/// What an `open` returned, and which file that was.
pub(crate) struct Opened(Option<(i32, Identity)>);

impl Opened {
    pub(crate) fn of(descriptor: Option<i32>) -> Self {
        Self(descriptor.map(|descriptor| (descriptor, identity(descriptor))))
    }

    /// Another test may have the descriptor's number by now, but not its file.
    pub(crate) fn assert_open(&self, name: &str, expected: bool) {
        if let Some((descriptor, before)) = self.0 {
            let is_open = before.is_some() && identity(descriptor) == before;
            assert_eq!(is_open, expected, "{name}");
        }
    }
}
