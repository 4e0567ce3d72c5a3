//! The codec stage: bytes, back-pressure, flushes, and every way in which it stops.

use super::*;
use crate::codec::{Codec, Flush, Format, Settings, Step, open};
use crate::error::{Error, Result};
use crate::stage::run_codec;

struct Line {
    sender: Sender<Command>,
    receiver: Receiver<()>,
    watch: Watch,
}

/// A stage around `codec`, its input and output of these marks.
fn line(codec: Box<dyn Codec>, input: Marks, output: Marks) -> Line {
    let (sender, from_program) = channel(input);
    let (to_reader, receiver) = channel(output);
    let watch = Watch::start(|observer| run_codec(codec, None, from_program, to_reader, observer));
    Line {
        sender,
        receiver,
        watch,
    }
}

fn codec(format: Format) -> Box<dyn Codec> {
    open(format, &Settings::default()).unwrap()
}

/// All that a stage makes of `bytes`.
fn through(format: Format, bytes: &[u8], marks: Marks) -> Vec<u8> {
    let Line {
        mut sender,
        mut receiver,
        watch,
    } = line(codec(format), marks, marks);
    let out = thread::scope(|scope| {
        scope.spawn(move || {
            send(&mut sender, bytes);
            sender.end();
        });
        let (out, last) = read(&mut receiver, usize::MAX);
        assert_eq!(last, Some(Readable::End));
        out
    });
    assert!(matches!(watch.next(), Report::Finished));
    let snapshot = receiver.snapshot();
    assert!(snapshot.peak <= marks.high().get());
    assert_eq!((snapshot.consumed, snapshot.buffered), (out.len() as u64, 0));
    drop(receiver);
    watch.wait_until_gone();
    assert!(watch.is_silent());
    out
}

#[test]
fn bytes_come_back_through_two_stages_at_any_marks() {
    for (high, low, lines) in [
        (1, 0, 20),
        (7, 7, 200),
        (16 * 1024, 8 * 1024, 20_000),
        (1 << 20, 0, 20_000),
    ] {
        let text = text(lines);
        let packed = through(Format::Gzip, &text, marks(high, low));
        assert!(packed.len() < text.len() / 2);
        assert!(
            through(Format::Gunzip, &packed, marks(high, low)) == text,
            "{high} {low}"
        );
    }
}

#[test]
fn a_reader_that_stops_stops_consumption_and_memory_stays_within_the_marks() {
    const SIZE: usize = 32 << 20;
    const HIGH: usize = 64 * 1024;
    let bomb = through(Format::Gzip, &vec![0; SIZE], marks(1 << 20, 0));
    assert!(bomb.len() < SIZE / 900);

    let mut line = line(codec(Format::Gunzip), marks(1024, 512), marks(HIGH, HIGH / 2));
    // As a program that ignores what write() returns.
    line.sender.write(&bomb);
    line.sender.end();
    until(|| line.receiver.sender_is_waiting());
    let before = line.sender.consumed();
    assert!(before.get() < 1024, "a few bytes fill the buffer");
    thread::sleep(Duration::from_millis(20));
    assert_eq!(
        line.sender.consumed(),
        before,
        "nothing is consumed while nobody reads"
    );
    assert!(!line.sender.has_room());

    let mut total = 0;
    loop {
        let (bytes, last) = read(&mut line.receiver, 10_000);
        assert!(bytes.iter().all(|byte| *byte == 0));
        assert!(line.receiver.snapshot().peak <= HIGH as u64);
        total += bytes.len();
        if last.is_some() {
            break;
        }
    }
    assert_eq!(total, SIZE);
    assert!(matches!(line.watch.next(), Report::Finished));
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
}

#[test]
fn a_flush_is_done_when_all_before_it_can_be_read() {
    let mut line = line(codec(Format::Gzip), marks(1 << 20, 0), marks(1 << 20, 0));
    let mut decoder = codec(Format::Gunzip);
    let mut decoded = Vec::new();
    for part in text(300).chunks(5000) {
        line.sender.write(part);
        line.sender.command(Command::Flush(Flush::Sync));
        assert!(matches!(line.watch.next(), Report::Done { .. }));
        let Readable::Bytes(n) = wait(|cx| line.receiver.poll_readable(cx)) else {
            panic!("nothing to read after a flush");
        };
        let (packed, _) = read(&mut line.receiver, n);
        let mut out = vec![0; 8192];
        let step = decoder.feed(&packed, &mut out).unwrap();
        assert!(step.done);
        decoded.extend_from_slice(&out[..step.produced]);
    }
    assert!(decoded == text(300));
}

#[test]
fn a_command_is_done_at_the_position_of_its_output() {
    let mut line = line(codec(Format::Gzip), marks(1 << 20, 0), marks(1 << 20, 0));
    for part in text(300).chunks(5000) {
        line.sender.write(part);
        line.sender.command(Command::Flush(Flush::Sync));
        let Report::Done { produced } = line.watch.next() else {
            panic!("a flush is done");
        };
        assert_eq!(produced, line.receiver.snapshot().accepted);
    }
}

#[test]
fn whoever_waits_for_bytes_to_be_consumed_finds_what_came_of_them() {
    struct Reader(Mutex<Option<Receiver<()>>>, Outbox<Poll<Readable>>);
    impl Wake for Reader {
        fn wake(self: Arc<Self>) {
            let mut receiver = self.0.lock().unwrap();
            let polled = receiver
                .as_mut()
                .unwrap()
                .poll_readable(&mut Context::from_waker(Waker::noop()));
            self.1.send(polled).unwrap();
        }
    }
    let text = text(1000);
    let packed = through(Format::DeflateRaw, &text, marks(1 << 20, 0));
    let line = line(codec(Format::InflateRaw), marks(1 << 20, 0), marks(1 << 20, 0));
    let mut sender = line.sender;
    let (outbox, inbox) = mailbox();
    let reader = Arc::new(Reader(Mutex::new(Some(line.receiver)), outbox));
    let waker = Waker::from(Arc::clone(&reader));
    sender.write(&packed);
    assert!(sender.wake_when_consumed(Bytes::from(packed.len()), &waker));
    sender.publish();
    let polled = inbox.recv_timeout(PATIENCE).unwrap();
    assert_eq!(polled, Poll::Ready(Readable::Bytes(text.len())));
    reader.0.lock().unwrap().take();
}

#[test]
fn bytes_behind_the_end_end_the_output_and_are_reported() {
    let text = text(100);
    let mut packed = through(Format::Deflate, &text, marks(1 << 20, 0));
    packed.extend_from_slice(b"more");
    let mut line = line(codec(Format::Inflate), marks(1 << 20, 0), marks(1 << 20, 0));
    line.sender.write(&packed);
    line.sender.publish();
    assert!(matches!(line.watch.next(), Report::Trailing(4)));
    let (out, last) = read(&mut line.receiver, usize::MAX);
    assert!(out == text);
    assert_eq!(last, Some(Readable::End));
    line.sender.write(b"and more");
    line.sender.publish();
    assert!(matches!(line.watch.next(), Report::Trailing(8)));
    line.sender.end();
    assert!(matches!(line.watch.next(), Report::Finished));
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
}

#[test]
fn whoever_reads_the_end_finds_what_is_behind_it_consumed_and_reported() {
    /// Keeps the stage where it wakes the reader, until the test has looked.
    struct Halt(Mutex<Outbox<()>>, Mutex<Inbox<()>>);
    impl Wake for Halt {
        fn wake(self: Arc<Self>) {
            let _ = self.0.lock().unwrap().send(());
            let _ = self.1.lock().unwrap().recv();
        }
    }
    let text = text(100);
    let packed = through(Format::Deflate, &text, marks(1 << 20, 0));
    let mut line = line(codec(Format::Inflate), marks(1 << 20, 0), marks(1 << 20, 0));
    line.sender.write(&packed);
    line.sender.publish();
    assert!(read(&mut line.receiver, text.len()).0 == text);
    let ((halted, is_halted), (go_on, goes_on)) = (mailbox(), mailbox());
    let waker = Waker::from(Arc::new(Halt(Mutex::new(halted), Mutex::new(goes_on))));
    let polled = line.receiver.poll_readable(&mut Context::from_waker(&waker));
    assert_eq!(polled, Poll::Pending);
    line.sender.write(b"more");
    line.sender.publish();
    is_halted.recv_timeout(PATIENCE).unwrap();
    assert_eq!(line.receiver.readable(), Some(Readable::End));
    assert_eq!(line.sender.consumed(), line.sender.accepted());
    assert!(matches!(line.watch.next(), Report::Trailing(4)));
    drop(go_on);
}

#[test]
fn what_was_decoded_before_an_error_is_read_before_it() {
    let text = text(1000);
    let mut packed = through(Format::Gzip, &text, marks(1 << 20, 0));
    let crc = packed.len() - 8;
    packed[crc] ^= 1;
    for room in [1000, 1 << 20] {
        let mut line = line(codec(Format::Gunzip), marks(1 << 20, 0), marks(room, 0));
        line.sender.write(&packed);
        line.sender.end();
        let (out, last) = read(&mut line.receiver, usize::MAX);
        assert!(out == text);
        assert_eq!(last, Some(Readable::End));
        assert!(matches!(
            line.watch.next(),
            Report::Failed(Error::Data("incorrect data check"))
        ));
        line.watch.wait_until_gone();
        assert!(line.watch.is_silent(), "told once, and not called finished");
        assert_eq!(line.sender.buffered(), Bytes::ZERO);
    }
}

#[test]
fn input_that_ends_too_early_is_a_failure() {
    let packed = through(Format::Gzip, b"hello", marks(100, 0));
    let mut line = line(codec(Format::Gunzip), marks(100, 0), marks(100, 0));
    line.sender.write(&packed[..packed.len() - 1]);
    line.sender.end();
    assert_eq!(
        read(&mut line.receiver, usize::MAX),
        (b"hello".to_vec(), Some(Readable::End))
    );
    assert!(matches!(line.watch.next(), Report::Failed(Error::UnexpectedEnd)));
}

/// Bytes that nobody reads until the stage has no room left.
fn stuck() -> Line {
    let mut line = line(codec(Format::DeflateRaw), marks(1024, 0), marks(16, 0));
    line.sender.write(&text(1000));
    line.sender.publish();
    line.sender.command(Command::Flush(Flush::Sync));
    until(|| line.receiver.sender_is_waiting());
    line
}

#[test]
fn an_abort_stops_a_stage_that_waits_for_room() {
    let mut line = stuck();
    line.sender.abort();
    line.watch.wait_until_gone();
    assert_eq!(read(&mut line.receiver, usize::MAX).1, Some(Readable::Aborted));
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
    assert!(line.watch.is_silent(), "whoever gave up need not be told");
}

#[test]
fn an_abort_stops_a_stage_that_waits_for_input() {
    let mut line = line(codec(Format::Gzip), marks(100, 0), marks(100, 0));
    line.watch.wait_until_parked();
    line.sender.abort();
    line.watch.wait_until_gone();
    assert_eq!(read(&mut line.receiver, usize::MAX).1, Some(Readable::Aborted));
    assert!(line.watch.is_silent());
}

#[test]
fn a_reader_that_leaves_stops_a_stage_that_waits_for_room() {
    let line = stuck();
    drop(line.receiver);
    line.watch.wait_until_gone();
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
    assert!(line.watch.is_silent());
}

/// Never done; each step takes a while.
struct Endless;

impl Codec for Endless {
    fn feed(&mut self, _: &[u8], output: &mut [u8]) -> Result<Step> {
        thread::sleep(Duration::from_millis(1));
        Ok(Step {
            consumed: 0,
            produced: output.len().min(1),
            done: false,
        })
    }

    fn flush(&mut self, _: Flush, _: &mut [u8]) -> Result<Step> {
        panic!("a bug in a codec")
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        self.feed(&[], output)
    }

    fn reset(&mut self) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_leaves_stops_a_stage_that_works() {
    let mut line = line(Box::new(Endless), marks(100, 0), marks(1 << 20, 0));
    line.sender.write(b"a");
    line.sender.publish();
    until(|| line.receiver.snapshot().accepted > 0);
    drop(line.receiver);
    line.watch.wait_until_gone();
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
}

#[test]
fn a_stage_that_works_lets_others_use_its_thread() {
    let (mut sender, from_program) = channel(marks(100, 0));
    let (to_reader, _receiver) = channel(marks(1 << 20, 0));
    let (outbox, reports) = mailbox();
    let observer = Arc::new(Reporter(Mutex::new(outbox)));
    sender.write(b"a");
    sender.end();
    let mut stage = Box::pin(run_codec(
        Box::new(Endless),
        None,
        from_program,
        to_reader,
        observer,
    ));
    let (rings, waker) = super::parking::bell();
    for turn in 1..=3 {
        let begin = Instant::now();
        assert!(stage.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(begin.elapsed() < PATIENCE / 4);
        assert_eq!(rings(), turn, "it asks to go on");
    }
    assert!(
        matches!(reports.try_recv(), Err(TryRecvError::Empty)),
        "it is not parked"
    );
}

#[test]
fn a_codec_that_panics_fails_its_stream_alone() {
    let mut line = line(Box::new(Endless), marks(100, 0), marks(100, 0));
    line.sender.command(Command::Flush(Flush::Sync));
    line.sender.write(b"behind");
    line.sender.publish();
    assert!(matches!(line.watch.next(), Report::Failed(Error::Panic)));
    assert!(matches!(line.watch.next(), Report::Closed(None)));
    assert_eq!(read(&mut line.receiver, usize::MAX).1, Some(Readable::Aborted));
    line.watch.wait_until_gone();
    assert_eq!(line.sender.buffered(), Bytes::ZERO);
    assert_eq!(
        through(
            Format::Gunzip,
            &through(Format::Gzip, b"a", marks(9, 0)),
            marks(9, 0)
        ),
        b"a"
    );
}
