//! A sink that fails or panics in any of its calls: told once, closed once, and no credit lost.

use std::io;

use super::sink::{Call, Line, MockSink};
use super::*;
use crate::error::Error;
use crate::stage::Pace;

/// A stage whose sink fails or panics at the second `call`, or the first where there is one alone.
fn failing(failing: Call, panics: bool) -> Line {
    let mut writes = 0;
    let sink = MockSink::new(4, move |call| {
        writes += usize::from(call == Call::Write);
        if call != failing || (call == Call::Write && writes < 2) {
            return Ok(());
        }
        assert!(!panics, "a bug in a sink");
        Err(Error::system("mock")(io::Error::from_raw_os_error(28)))
    });
    let mut line = Line::new(sink, Pace::UNLIMITED);
    line.sender.write(b"0123456789");
    line.sender.end();
    if failing != Call::Open {
        assert!(matches!(line.watch.next(), Report::Opened(_)));
    }
    line
}

fn is_mock(error: &Error) -> bool {
    matches!(error, Error::System { syscall: "mock", .. }) && error.errno() == Some(28)
}

#[test]
fn a_failure_is_told_once_and_only_the_close_follows() {
    for (call, consumed) in [
        (Call::Open, 0),
        (Call::Write, 4),
        (Call::Finish, 10),
        (Call::Commit, 10),
    ] {
        let mut line = failing(call, false);
        let Report::Failed(error) = line.watch.next() else {
            panic!("{call:?}: not told");
        };
        assert!(is_mock(&error));
        thread::sleep(Duration::from_millis(5));
        assert!(line.watch.is_silent(), "nothing follows until it is given up");
        assert_eq!(line.calls().last(), Some(&call));
        assert!(line.close().is_none());
        assert_eq!(line.calls()[line.calls().len() - 2..], [call, Call::Close]);
        assert_eq!(
            line.sender.consumed(),
            Bytes::new(consumed),
            "{call:?}: what was taken is consumed"
        );
    }
}

#[test]
fn a_sink_that_failed_is_let_go_when_its_sender_leaves() {
    let Line { sender, watch, diary } = failing(Call::Write, false);
    drop(sender);
    assert!(matches!(watch.next(), Report::Failed(_)));
    assert!(matches!(watch.next(), Report::Closed(None)));
    watch.wait_until_gone();
    assert_eq!(diary.lock().unwrap().calls.last(), Some(&Call::Drop));
}

#[test]
fn a_close_that_fails_is_told_with_its_error() {
    let mut line = failing(Call::Close, false);
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(is_mock(&line.close().unwrap()));
}

#[test]
fn a_sink_that_panics_fails_its_stream_alone() {
    for call in [Call::Open, Call::Write, Call::Finish, Call::Commit] {
        let mut line = failing(call, true);
        assert!(
            matches!(line.watch.next(), Report::Failed(Error::Panic)),
            "{call:?}"
        );
        line.close();
        assert!(!line.calls().contains(&Call::Close), "it is in an unknown state");
    }
    let mut line = failing(Call::Close, true);
    assert!(matches!(line.watch.next(), Report::Finished));
    assert!(matches!(line.close(), Some(Error::Panic)));
}
