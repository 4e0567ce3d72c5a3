//! A file in the place of another: the old one whole, or the new one whole, and nothing left over.

use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use super::*;

/// A folder with a file that is to be replaced.
struct Place {
    folder: Folder,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = Folder::new();
        let path = folder.join("file");
        fs::write(&path, OLD).unwrap();
        Self { folder, path }
    }

    fn replace(&self, path: &Path, exclusive: bool) -> FileSink {
        let replace = Replace {
            path: path.into(),
            temporary: "unguessable".into(),
            mode: 0o640,
            exclusive,
        };
        sink(Target::Replace(replace), None, Syncing::AtEnd)
    }

    fn sink(&self) -> FileSink {
        self.replace(&self.path, false)
    }

    fn assert_holds(&self, contents: &[u8]) {
        assert_eq!(fs::read(&self.path).unwrap(), contents);
        let names: Vec<_> = fs::read_dir(self.folder.join(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["file"], "nothing is left over");
    }
}

#[test]
fn the_old_file_is_whole_until_the_new_one_is() {
    let place = Place::new();
    let mut sink = place.sink();
    sink.open().unwrap();
    write(&mut sink, NEW).unwrap();
    assert_eq!(fs::read(&place.path).unwrap(), OLD);
    finish(&mut sink).unwrap();
    place.assert_holds(NEW);
    sink.close().unwrap();
    place.assert_holds(NEW);
}

#[test]
fn the_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_end() {
    let place = Place::new();
    let faults = Faults::of([]);
    let mut sink = place.sink();
    sink.open().unwrap();
    sink.write(&[IoSlice::new(NEW)]).unwrap();
    finish(&mut sink).unwrap();
    let expected = [
        Call::Open,
        Call::Write,
        Call::Sync,
        Call::Rename,
        Call::SyncFolder,
    ];
    assert_eq!(faults.calls(), expected);
}

#[test]
fn one_that_is_closed_or_dropped_before_it_is_complete_was_never_there() {
    let place = Place::new();
    for close in [true, false] {
        let mut sink = place.sink();
        sink.open().unwrap();
        write(&mut sink, NEW).unwrap();
        if close {
            sink.close().unwrap();
            place.assert_holds(OLD);
        }
        drop(sink);
        place.assert_holds(OLD);
    }
}

#[test]
fn one_that_cannot_be_brought_to_the_disk_or_named_leaves_the_old_file() {
    for (call, name) in [(Call::Sync, "fsync"), (Call::Rename, "rename")] {
        let place = Place::new();
        let faults = Faults::of([(call, vec![Some(Fault::Errno(libc::EIO))])]);
        let mut sink = place.sink();
        sink.open().unwrap();
        write(&mut sink, NEW).unwrap();
        assert_eq!(told(finish(&mut sink).unwrap_err()), (name, Some(libc::EIO)));
        sink.close().unwrap();
        place.assert_holds(OLD);
        assert_eq!(faults.count(call), 1, "it is not tried again");
    }
}

#[test]
fn a_name_that_may_not_be_on_the_disk_is_an_error_and_stays() {
    let place = Place::new();
    let _faults = Faults::of([(Call::SyncFolder, vec![Some(Fault::Errno(libc::EIO))])]);
    let mut sink = place.sink();
    sink.open().unwrap();
    write(&mut sink, NEW).unwrap();
    assert_eq!(told(finish(&mut sink).unwrap_err()), ("fsync", Some(libc::EIO)));
    sink.close().unwrap();
    place.assert_holds(NEW);
}

fn run(mut sink: FileSink) {
    sink.open().unwrap();
    write(&mut sink, NEW).unwrap();
    finish(&mut sink).unwrap();
    sink.close().unwrap();
}

#[test]
fn the_permissions_of_the_old_file_stay_and_a_new_one_has_those_asked_for_less_the_umask() {
    let place = Place::new();
    fs::set_permissions(&place.path, fs::Permissions::from_mode(0o6604)).unwrap();
    let before = fs::metadata(&place.path).unwrap();
    run(place.sink());
    let after = fs::metadata(&place.path).unwrap();
    assert_ne!(after.ino(), before.ino());
    let seen = |of: &fs::Metadata| (of.mode(), of.uid(), of.gid());
    assert_eq!(seen(&after), seen(&before));

    let new = place.folder.join("new");
    run(place.replace(&new, false));
    assert_eq!(fs::metadata(new).unwrap().mode() & 0o737, 0o600);
}

#[test]
fn it_has_the_permissions_before_it_has_a_byte() {
    let place = Place::new();
    fs::set_permissions(&place.path, fs::Permissions::from_mode(0o400)).unwrap();
    let mut sink = place.sink();
    sink.open().unwrap();
    let mode = fs::metadata(place.folder.join("unguessable")).unwrap().mode();
    assert_eq!(mode & 0o777, 0o400);
}

#[test]
fn a_link_is_followed_and_one_that_leads_nowhere_is_replaced() {
    let place = Place::new();
    let elsewhere = Folder::new();
    let link = elsewhere.join("link");
    symlink(&place.path, &link).unwrap();
    run(place.replace(&link, false));
    assert!(link.is_symlink());
    place.assert_holds(NEW);

    let broken = elsewhere.join("broken");
    symlink(elsewhere.join("nowhere"), &broken).unwrap();
    run(place.replace(&broken, false));
    assert!(!broken.is_symlink());
    assert_eq!(fs::read(broken).unwrap(), NEW);
    assert!(!elsewhere.join("nowhere").exists());
}

#[test]
fn nothing_but_a_file_is_replaced_whenever_it_comes() {
    let place = Place::new();
    let pipe = place.folder.join("pipe");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    for name in ["pipe", ""] {
        let mut sink = place.replace(&place.folder.join(name), false);
        let errno = if name.is_empty() {
            libc::EISDIR
        } else {
            libc::EINVAL
        };
        assert_eq!(told(sink.open().unwrap_err()), ("open", Some(errno)));
    }
    fs::remove_file(&pipe).unwrap();
    let mut sink = place.replace(&pipe, false);
    sink.open().unwrap();
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    assert_eq!(
        told(finish(&mut sink).unwrap_err()),
        ("rename", Some(libc::EINVAL))
    );
    sink.close().unwrap();
    fs::remove_file(&pipe).unwrap();
    place.assert_holds(OLD);
}

/// As `/dev/stdout` leads to `pipe:[1]`, which no folder has.
#[cfg(target_os = "linux")]
#[test]
fn a_link_to_what_has_no_name_is_no_link_that_leads_nowhere() {
    let place = Place::new();
    let (reader, _writer) = std::io::pipe().unwrap();
    let gone = fs::File::open(&place.path).unwrap();
    fs::remove_file(&place.path).unwrap();
    let link = place.folder.join("link");
    for (number, errno) in [
        (reader.as_raw_fd(), libc::EINVAL),
        (gone.as_raw_fd(), libc::ENOENT),
    ] {
        symlink(format!("/proc/self/fd/{number}"), &link).unwrap();
        let mut sink = place.replace(&link, false);
        assert_eq!(told(sink.open().unwrap_err()), ("open", Some(errno)));
        assert!(link.is_symlink());
        fs::remove_file(&link).unwrap();
    }
}

#[test]
fn a_path_that_ends_in_no_name_is_refused_as_open_refuses_it() {
    let place = Place::new();
    for (end, errno) in [
        ("new/", libc::EISDIR),
        ("new/.", libc::ENOENT),
        ("new/./", libc::ENOENT),
        ("new/..", libc::ENOENT),
        ("file/", libc::ENOTDIR),
        ("..", libc::EISDIR),
    ] {
        let path = PathBuf::from(format!("{}/{end}", place.folder.join("").display()));
        let mut sink = place.replace(&path, false);
        assert_eq!(told(sink.open().unwrap_err()), ("open", Some(errno)), "{end}");
    }
    place.assert_holds(OLD);
}

#[test]
fn what_happens_to_the_folder_meanwhile_changes_nothing() {
    let place = Place::new();
    let folder = place.folder.join("before");
    fs::create_dir(&folder).unwrap();
    for is_finished in [true, false] {
        let mut sink = place.replace(&folder.join("new"), false);
        sink.open().unwrap();
        write(&mut sink, NEW).unwrap();
        let moved = place.folder.join("after");
        fs::rename(&folder, &moved).unwrap();
        if is_finished {
            finish(&mut sink).unwrap();
            assert_eq!(fs::read(moved.join("new")).unwrap(), NEW);
            fs::remove_file(moved.join("new")).unwrap();
        }
        sink.close().unwrap();
        assert_eq!(fs::read_dir(&moved).unwrap().count(), 0, "nothing is left over");
        fs::rename(&moved, &folder).unwrap();
    }
}

#[test]
fn what_must_not_be_there_is_refused_at_the_beginning_and_at_the_end() {
    let place = Place::new();
    let there = Some(libc::EEXIST);
    let mut sink = place.replace(&place.path, true);
    assert_eq!(told(sink.open().unwrap_err()), ("open", there));
    place.assert_holds(OLD);

    fs::remove_file(&place.path).unwrap();
    let mut sink = place.replace(&place.path, true);
    sink.open().unwrap();
    write(&mut sink, NEW).unwrap();
    fs::write(&place.path, OLD).unwrap();
    assert_eq!(told(finish(&mut sink).unwrap_err()), ("link", there));
    sink.close().unwrap();
    place.assert_holds(OLD);

    fs::remove_file(&place.path).unwrap();
    run(place.replace(&place.path, true));
    place.assert_holds(NEW);
}

#[test]
fn whoever_waits_under_the_name_is_not_written_to() {
    let place = Place::new();
    let trap = Folder::new();
    fs::write(trap.join("secret"), OLD).unwrap();
    symlink(trap.join("secret"), place.folder.join("unguessable")).unwrap();
    let mut sink = place.sink();
    assert_eq!(told(sink.open().unwrap_err()), ("open", Some(libc::EEXIST)));
    sink.close().unwrap();
    assert_eq!(fs::read(trap.join("secret")).unwrap(), OLD);
    assert!(
        place.folder.join("unguessable").is_symlink(),
        "what is somebody else's stays"
    );
}
