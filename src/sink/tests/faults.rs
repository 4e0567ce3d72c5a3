//! A system that fails, or does less than it is asked for.

use std::os::unix::fs::symlink;

use super::*;

fn every(fault: Fault, times: usize) -> Vec<Option<Fault>> {
    vec![Some(fault); times]
}

#[test]
fn short_writes_are_gone_on_with() {
    let folder = Folder::new();
    let path = folder.join("file");
    for start in [None, Some(0)] {
        let shorts = (1..6).map(|most| Some(Fault::Short(most))).collect();
        let faults = Faults::of([(Call::Write, shorts)]);
        let mut sink = from(&path, start, Syncing::Never);
        sink.open().unwrap();
        write(&mut sink, NEW).unwrap();
        sink.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), NEW);
        assert!(faults.count(Call::Write) > 5);
    }
}

#[test]
fn a_signal_and_a_lack_of_room_are_no_errors() {
    let folder = Folder::new();
    let path = folder.join("file");
    for errno in [libc::EINTR, libc::EAGAIN] {
        let _faults = Faults::of([(Call::Write, every(Fault::Errno(errno), 3))]);
        let mut sink = by_path(&path, Syncing::Never);
        sink.open().unwrap();
        write(&mut sink, NEW).unwrap();
        assert_eq!(fs::read(&path).unwrap(), NEW);
    }
}

#[test]
fn a_write_that_fails_says_with_what() {
    let folder = Folder::new();
    let path = folder.join("file");
    for errno in [libc::EIO, libc::ENOSPC, libc::EFBIG, libc::EDQUOT] {
        let script = vec![Some(Fault::Short(5)), Some(Fault::Errno(errno))];
        let _faults = Faults::of([(Call::Write, script)]);
        let mut sink = by_path(&path, Syncing::AtEnd);
        sink.open().unwrap();
        let error = write(&mut sink, NEW).unwrap_err();
        assert_eq!(told(error), ("write", Some(errno)));
        sink.close().unwrap();
        assert_eq!(fs::read(&path).unwrap(), &NEW[..5], "what was taken is there");
    }
}

#[test]
fn what_was_written_at_a_position_before_an_error_counts() {
    let folder = Folder::new();
    let path = folder.join("file");
    let script = vec![None, Some(Fault::Errno(libc::EIO)), Some(Fault::Errno(libc::EIO))];
    let _faults = Faults::of([(Call::Write, script)]);
    let mut sink = from(&path, Some(0), Syncing::Never);
    sink.open().unwrap();
    let pieces = [IoSlice::new(b"first"), IoSlice::new(b"second")];
    assert_eq!(sink.write(&pieces).unwrap(), 5);
    let error = sink.write(&pieces[1..]).unwrap_err();
    assert_eq!(told(error), ("write", Some(libc::EIO)));
}

#[test]
fn bytes_that_have_to_be_on_the_disk_are_not_taken_before_they_are() {
    let folder = Folder::new();
    let path = folder.join("file");
    let faults = Faults::of([(Call::Sync, vec![None, Some(Fault::Errno(libc::EIO))])]);
    let mut sink = by_path(&path, Syncing::EveryWrite);
    sink.open().unwrap();
    assert_eq!(
        faults.calls(),
        [Call::Open, Call::Open, Call::SyncFolder],
        "its name is there first"
    );
    assert_eq!(sink.write(&[IoSlice::new(b"taken")]).unwrap(), 5);
    let error = sink.write(&[IoSlice::new(b"not taken")]).unwrap_err();
    assert_eq!(told(error), ("fdatasync", Some(libc::EIO)));
    sink.close().unwrap();
    assert_eq!(faults.count(Call::Sync), 2, "it is not tried again");
}

#[test]
fn the_name_of_a_file_that_is_there_is_not_brought_to_the_disk_again() {
    let folder = Folder::new();
    let path = folder.join("file");
    fs::write(&path, OLD).unwrap();
    let faults = Faults::of([]);
    by_path(&path, Syncing::EveryWrite).open().unwrap();
    assert_eq!(faults.calls(), [Call::Open]);
}

#[test]
fn a_file_whose_name_could_not_be_brought_to_the_disk_is_not_created() {
    let folder = Folder::new();
    let link = folder.join("link");
    symlink("link", &link).unwrap();
    for (path, errno) in [(folder.join("none/file"), libc::ENOENT), (link, libc::ELOOP)] {
        let mut sink = by_path(&path, Syncing::EveryWrite);
        assert_eq!(told(sink.open().unwrap_err()), ("open", Some(errno)));
    }
}

#[test]
fn the_name_behind_a_link_is_brought_to_the_disk_where_it_is() {
    let [folder, elsewhere] = [Folder::new(), Folder::new()];
    let link = folder.join("link");
    symlink(elsewhere.join("file"), &link).unwrap();
    let faults = Faults::of([]);
    let mut sink = by_path(&link, Syncing::EveryWrite);
    sink.open().unwrap();
    write(&mut sink, NEW).unwrap();
    assert_eq!(faults.count(Call::SyncFolder), 1);
    assert_eq!(fs::read(elsewhere.join("file")).unwrap(), NEW);
    assert!(link.is_symlink());
}

#[test]
fn an_end_that_cannot_be_brought_to_the_disk_fails() {
    let folder = Folder::new();
    for sync in [Syncing::AtEnd, Syncing::EveryWrite] {
        let _faults = Faults::of([(Call::Sync, every(Fault::Errno(libc::EIO), 1))]);
        let mut sink = by_path(&folder.join("file"), sync);
        sink.open().unwrap();
        assert_eq!(told(sink.finish().unwrap_err()), ("fsync", Some(libc::EIO)));
    }
}

#[test]
fn a_close_that_fails_is_told_unless_a_signal_came() {
    let folder = Folder::new();
    for (errno, expected) in [(libc::EIO, Some(("close", Some(libc::EIO)))), (libc::EINTR, None)] {
        let faults = Faults::of([(Call::Close, every(Fault::Errno(errno), 1))]);
        let mut sink = by_path(&folder.join("file"), Syncing::Never);
        sink.open().unwrap();
        assert_eq!(sink.close().err().map(told), expected);
        sink.close().unwrap();
        assert_eq!(
            faults.count(Call::Close),
            1,
            "its number may be another file's by now"
        );
    }
}
