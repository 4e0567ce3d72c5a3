//! The parallel encoder, whose jobs are done in the order that the fuzzer chooses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use arbitrary::{Result, Unstructured};
use sluice::codec::{Codec, Flush, Format, Output, Settings, Step, Whole};
use sluice::parallel::{Executor, Job, Workers, open};

use crate::drive::End;
use crate::reference::{self, Wrap};

/// More than this is cut into blocks.
const UNCUT: usize = 256 * 1024;

/// Jobs that wait until somebody does a part of one.
#[derive(Clone, Default)]
struct Jobs(Arc<Mutex<VecDeque<Box<dyn Job>>>>);

impl Executor for Jobs {
    fn run(&self, job: Box<dyn Job>) {
        self.0.lock().expect("no job panics").push_back(job);
    }
}

impl Jobs {
    /// Does a part of the job at this place in line, or in a shorter line of the last.
    fn part(&self, place: usize) {
        let mut jobs = self.0.lock().expect("no job panics");
        let index = place.min(jobs.len().checked_sub(1).expect("somebody is at work"));
        if jobs[index].step() {
            jobs.remove(index);
        }
    }
}

/// Cuts, orders, flushes: one thread alone makes the same bytes, and zlib reads them.
pub fn parallel(data: &[u8]) {
    // Whatever the fuzzer leaves open is nothing.
    let _ = check(&mut Unstructured::new(data));
}

fn check(choices: &mut Unstructured<'_>) -> Result<()> {
    let (format, wrap) = *choices.choose(&[
        (Format::Gzip, Wrap::Gzip),
        (Format::Deflate, Wrap::Zlib),
        (Format::DeflateRaw, Wrap::Raw),
    ])?;
    let settings = Settings {
        level: choices.int_in_range(1..=6)?,
        ..Settings::default()
    };
    let threads = choices.int_in_range(1..=4)?;
    let order: Vec<usize> = (0..8)
        .map(|_| choices.int_in_range(0..=3))
        .collect::<Result<_>>()?;
    let flush_at = choices.int_in_range(0..=4 * UNCUT)?;
    let length = choices.int_in_range(UNCUT..=4 * UNCUT - 1)?;
    let seed = choices.bytes(choices.len())?;
    let data = expand(seed, length);
    let parts = data.split_at(flush_at.min(data.len()));

    let packed = together(format, &settings, threads, &order, parts);
    assert!(
        packed == alone(format, &settings, parts),
        "other bytes with other threads"
    );
    // The reference stops at less than two of the largest blocks.
    let (outcome, _) = reference::inflate(wrap, &packed);
    assert!(outcome.end != End::Failed && outcome.bytes == data[..outcome.bytes.len()]);
    assert!(outcome.end == End::TooLarge || outcome.bytes.len() == data.len());
    Ok(())
}

/// Bytes that compress, but not to nothing: the seed over and over again, each time a little different.
pub(crate) fn expand(seed: &[u8], length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut data = Vec::with_capacity(length + seed.len() + 1);
    while data.len() < length {
        let begin = data.len();
        data.extend_from_slice(seed);
        data.push(0);
        for _ in 0..=seed.len() / 8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = begin + (state >> 33) as usize % (data.len() - begin);
            data[place] = (state >> 56) as u8;
        }
    }
    data.truncate(length);
    data
}

fn together(
    format: Format,
    settings: &Settings,
    threads: usize,
    order: &[usize],
    (before, behind): (&[u8], &[u8]),
) -> Vec<u8> {
    let jobs = Jobs::default();
    let workers = Workers::new(Box::new(jobs.clone()), threads);
    let mut codec = open(format, settings, Some(workers)).expect("good settings");
    let mut out = Vec::new();
    let mut turn = 0;
    let mut repeat = |mut step: Box<dyn FnMut(&mut dyn Codec, &mut [u8]) -> Step + '_>| {
        let mut slice = vec![0; 16 * 1024];
        loop {
            let did = step(codec.as_mut(), &mut slice);
            out.extend_from_slice(&slice[..did.produced]);
            if did.done {
                return;
            }
            if did.consumed + did.produced > 0 {
                continue;
            }
            while let Poll::Pending = codec.poll_work(&mut Context::from_waker(Waker::noop())) {
                jobs.part(order[turn % order.len()].min(threads - 1));
                turn += 1;
            }
        }
    };
    for (mut input, ends) in [(before, false), (behind, true)] {
        repeat(Box::new(|codec, output| {
            let step = codec.feed(input, output).expect("any bytes");
            input = &input[step.consumed..];
            step
        }));
        repeat(Box::new(move |codec, output| {
            let step = if ends {
                codec.finish(output)
            } else {
                codec.flush(Flush::Sync, output)
            };
            step.expect("a flush or an end")
        }));
    }
    out
}

fn alone(format: Format, settings: &Settings, (before, behind): (&[u8], &[u8])) -> Vec<u8> {
    let mut codec = Whole::new(open(format, settings, None).expect("good settings"));
    let mut output = Output::new(&mut []);
    let flushed = codec.process(before, Some(Flush::Sync), &mut output);
    flushed.expect("any bytes");
    codec.process(behind, None, &mut output).expect("any bytes");
    output.parts().flatten().copied().collect()
}
