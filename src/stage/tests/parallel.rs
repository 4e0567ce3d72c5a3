//! A stage whose codec computes on other threads too.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::codec::{Codec, Format, Output, Settings, Whole, open};
use crate::error::Error;
use crate::parallel::{self, Executor, Job, Workers};
use crate::stage::{run_codec, workers};

const MIB: usize = 1 << 20;

/// Jobs that wait until the test runs them.
#[derive(Clone, Default)]
struct Jobs(Arc<Mutex<VecDeque<Box<dyn Job>>>>);

impl Executor for Jobs {
    fn run(&self, job: Box<dyn Job>) {
        self.0.lock().unwrap().push_back(job);
    }
}

impl Jobs {
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn run_all(&self) {
        while let Some(mut job) = { self.0.lock().unwrap().pop_front() } {
            while !job.step() {}
        }
    }
}

struct Line {
    sender: Sender<Command>,
    receiver: Receiver<()>,
    watch: Watch,
}

fn line(level: i32, workers: Arc<Workers>) -> Line {
    let settings = Settings {
        level,
        ..Settings::default()
    };
    let codec: Box<dyn Codec> = parallel::open(Format::Gzip, &settings, Some(workers)).unwrap();
    let (sender, from_program) = channel(marks(64 * 1024, 32 * 1024));
    let (to_reader, receiver) = channel(marks(MIB, MIB / 2));
    let watch = Watch::start(|observer| run_codec(codec, None, from_program, to_reader, observer));
    Line {
        sender,
        receiver,
        watch,
    }
}

/// A stage whose jobs wait for the test.
fn held_line() -> (Line, Jobs) {
    let jobs = Jobs::default();
    (line(6, Workers::new(Box::new(jobs.clone()), 4)), jobs)
}

/// Compresses `data` through a stage; the reader keeps up.
fn packed(data: &[u8], level: i32) -> Vec<u8> {
    let Line {
        mut sender,
        mut receiver,
        watch,
    } = line(level, workers().unwrap());
    let out = thread::scope(|scope| {
        scope.spawn(move || {
            send(&mut sender, data);
            sender.end();
            // Until the stage has all of it.
            wait(|cx| sender.poll_room(cx)).ok();
        });
        read(&mut receiver, usize::MAX).0
    });
    assert!(matches!(watch.next(), Report::Finished));
    out
}

/// What `codec` makes of `data` on this thread.
fn whole(codec: Box<dyn Codec>, data: &[u8]) -> Vec<u8> {
    let mut output = Output::new(&mut []);
    Whole::new(codec).process(data, None, &mut output).unwrap();
    output.parts().flatten().copied().collect()
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let decoder = open(Format::Gunzip, &Settings::default()).unwrap();
    whole(decoder, packed)
}

#[test]
fn streams_that_share_the_workers_give_the_bytes_of_one_alone() {
    let data = text(120_000);
    assert!(data.len() > 4 * MIB);
    let codec = parallel::open(Format::Gzip, &Settings::default(), None).unwrap();
    let alone = whole(codec, &data);
    assert!(unpacked(&alone) == data);
    thread::scope(|scope| {
        let streams = [(); 8].map(|()| scope.spawn(|| packed(&data, 6)));
        for stream in streams {
            assert!(stream.join().unwrap() == alone);
        }
    });
}

#[test]
fn what_comes_of_blocks_comes_without_more_input_and_until_then_the_stage_is_at_work() {
    let (mut line, jobs) = held_line();
    send(&mut line.sender, &text(20_000)[..MIB / 2 + 1]);
    line.sender.publish();
    until(|| jobs.len() == 1 && line.sender.buffered() == Bytes::ZERO);
    // It could only say that it is parked now; it waits for the job.
    thread::sleep(Duration::from_millis(20));
    assert!(!line.sender.receiver_is_starving());
    let (mut before, nothing) = (vec![0; MIB], &mut Context::from_waker(Waker::noop()));
    let lead = line.receiver.read(&mut before);
    assert!(lead > 0 && line.receiver.poll_readable(nothing).is_pending());
    while !matches!(line.watch.reports.try_recv(), Err(TryRecvError::Empty)) {}
    jobs.run_all();
    let (block, _) = read(&mut line.receiver, 1);
    assert_eq!(block.len(), 1);
    line.watch.wait_until_parked();
    assert!(line.sender.receiver_is_starving());
}

#[test]
fn a_stage_that_waits_for_its_blocks_is_told_that_it_is_given_up() {
    for fill in [false, true] {
        let (mut line, jobs) = held_line();
        let data = text(120_000);
        if fill {
            // Until it takes no more, and waits for a block.
            let mut sent = 0;
            while sent < data.len() {
                match line.sender.poll_room(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(room) => {
                        let room = room.unwrap().min(data.len() - sent);
                        line.sender.write(&data[sent..sent + room]);
                        sent += room;
                    }
                    Poll::Pending if jobs.len() == 6 => break,
                    Poll::Pending => thread::sleep(Duration::from_millis(1)),
                }
                line.receiver.read(&mut vec![0; MIB]);
            }
            assert!(sent < data.len());
        } else {
            send(&mut line.sender, &data[..MIB]);
            until(|| jobs.len() > 0);
        }
        line.sender.abort();
        line.watch.wait_until_gone();
        assert!(line.watch.is_silent());
        // Nobody wants them any more.
        assert!(jobs.0.lock().unwrap().iter_mut().all(|job| job.step()));
    }
}

#[test]
fn a_job_that_is_lost_fails_the_stage() {
    let (mut line, jobs) = held_line();
    send(&mut line.sender, &text(20_000)[..MIB / 2 + 1]);
    line.sender.end();
    until(|| jobs.len() == 2);
    drop(jobs.0.lock().unwrap().pop_front());
    assert!(matches!(line.watch.next(), Report::Failed(Error::Panic)));
    // What came before it can still be read.
    let (out, last) = read(&mut line.receiver, usize::MAX);
    assert!(!out.is_empty() && last == Some(Readable::End));
}

#[test]
fn a_long_job_does_not_hold_up_a_thousand_small_ones() {
    let done = &AtomicBool::new(false);
    let data = &text(40_000);
    thread::scope(|scope| {
        let long = (0..2).map(|_| {
            let Line {
                mut sender,
                mut receiver,
                watch,
            } = line(9, workers().unwrap());
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    send(&mut sender, data);
                }
                sender.end();
                watch
            });
            scope.spawn(move || drop(read(&mut receiver, usize::MAX)));
        });
        long.for_each(drop);
        for _ in 0..1000 {
            let small = &data[..4096];
            assert!(packed(small, 6).len() < 2000);
        }
        // Each was done while the long ones, which have no end before this, were at work.
        done.store(true, Ordering::Relaxed);
    });
}
