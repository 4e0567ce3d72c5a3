//! How much may be on its way, and what becomes of it when somebody fails or leaves.

use std::num::NonZeroUsize;

use super::driver::*;
use crate::codec::{Codec, Format, Settings};
use crate::error::Error;
use crate::parallel::Workers;
use crate::parallel::encoder::{AHEAD, BLOCK, LEAD};

/// Feeds until the codec takes no more, though nobody works for it. Returns how much it took.
fn fill(codec: &mut dyn Codec) -> usize {
    let data = mixed(BLOCK);
    let mut output = vec![0; BLOCK];
    let mut taken = 0;
    loop {
        let step = codec.feed(&data, &mut output).unwrap();
        taken += step.consumed;
        if step.consumed + step.produced == 0 {
            return taken;
        }
    }
}

#[test]
fn a_stream_takes_no_more_than_its_threads_can_use() {
    for (threads, option) in [
        (2, None),
        (4, None),
        (4, NonZeroUsize::new(2)),
        (2, NonZeroUsize::new(9)),
    ] {
        let settings = Settings {
            threads: option,
            ..Settings::default()
        };
        let mut driver = Driver::new(Format::Gzip, &settings, threads, Turn::First);
        let used = option.map_or(threads, |option| option.get().min(threads));
        // All of them, and one that is gathered.
        assert_eq!(fill(driver.codec.as_mut()), LEAD + (used + AHEAD + 1) * BLOCK);
        assert_eq!(driver.jobs.len(), used + AHEAD);
    }
}

#[test]
fn all_streams_together_have_so_many_blocks_and_no_more() {
    let jobs = Jobs::default();
    let workers = Workers::new(Box::new(jobs.clone()), 2);
    let all = workers.free();
    let settings = Settings::default();
    let stream = || {
        Driver::with(
            Format::Gzip,
            &settings,
            2,
            Turn::First,
            jobs.clone(),
            workers.clone(),
        )
    };
    let mut waiting: Vec<Driver> = (0..2).map(|_| stream()).collect();
    waiting
        .iter_mut()
        .for_each(|driver| assert!(fill(driver.codec.as_mut()) > LEAD));
    assert_eq!((workers.free(), jobs.len() as u64), (0, all));
    // One more does its work by itself.
    let data = mixed(LEAD + 2 * BLOCK);
    let mut alone_at_work = stream();
    alone_at_work.feed(&data).unwrap();
    alone_at_work.finish().unwrap();
    assert!(alone_at_work.out == alone(Format::Gzip, &settings, &data));
    assert_eq!(jobs.len() as u64, all);
    // The others can still go on, and give back what they had.
    for driver in &mut waiting {
        driver.finish().unwrap();
    }
    assert_eq!(workers.free(), all);
}

#[test]
fn a_stream_that_leaves_frees_its_blocks_at_once() {
    let jobs = Jobs::default();
    let workers = Workers::new(Box::new(jobs.clone()), 4);
    let all = workers.free();
    let mut driver = Driver::with(
        Format::Gzip,
        &Settings::default(),
        4,
        Turn::First,
        jobs.clone(),
        workers.clone(),
    );
    fill(driver.codec.as_mut());
    let parts = 3;
    (0..parts).for_each(|_| assert!(jobs.part(&mut Turn::First, 1)));
    let left = jobs.len();
    drop(driver);
    assert_eq!(workers.free(), all);
    // Those that are under way end with the part that they are in, the others with the first.
    (0..left).for_each(|_| assert!(jobs.part(&mut Turn::First, 1)));
    assert_eq!(jobs.len(), 0);
}

#[test]
fn a_job_that_is_lost_fails_its_stream_alone() {
    let jobs = Jobs::default();
    let workers = Workers::new(Box::new(jobs.clone()), 4);
    let data = mixed(LEAD + 3 * BLOCK);
    let stream = || {
        Driver::with(
            Format::Gzip,
            &Settings::default(),
            4,
            Turn::Last,
            jobs.clone(),
            workers.clone(),
        )
    };
    let mut unlucky = stream();
    unlucky.feed(&data).unwrap();
    jobs.lose_one();
    assert!(matches!(unlucky.finish(), Err(Error::Panic)));
    drop(unlucky);
    while jobs.part(&mut Turn::First, 1) {}
    let mut other = stream();
    other.feed(&data).unwrap();
    other.finish().unwrap();
    assert!(unpacked(Format::Gzip, &Settings::default(), &other.out) == data);
    assert_eq!(jobs.len(), 0);
}

#[test]
fn output_that_is_not_taken_holds_its_permit() {
    let jobs = Jobs::default();
    let workers = Workers::new(Box::new(jobs.clone()), 2);
    let all = workers.free();
    let mut driver = Driver::with(
        Format::Gzip,
        &Settings::default(),
        2,
        Turn::First,
        jobs.clone(),
        workers.clone(),
    );
    fill(driver.codec.as_mut());
    while jobs.part(&mut Turn::First, 1) {}
    assert_eq!(workers.free(), all - (2 + AHEAD) as u64);
    driver.codec.feed(&[], &mut [0]).unwrap();
    // One byte of the first is taken, and the next block has gone to the workers.
    assert_eq!(workers.free(), all - (2 + AHEAD + 1) as u64);
    driver.finish().unwrap();
    assert_eq!(workers.free(), all);
}
