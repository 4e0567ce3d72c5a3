//! Drives a parallel codec as a stage does, and runs its jobs as a test wants them run.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use crate::codec::{Codec, Flush, Format, Output, Settings, Step, Strategy, Whole};
use crate::error::Result;
use crate::parallel::{Executor, Job, Workers, open};

/// Who of those that wait is the next to do a part of its work.
#[derive(Debug, Clone, Copy)]
pub enum Turn {
    First,
    Last,
    Random(u64),
}

/// Jobs that nobody runs until the test does.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<VecDeque<Box<dyn Job>>>>);

impl Executor for Jobs {
    fn run(&self, job: Box<dyn Job>) {
        self.0.lock().unwrap().push_back(job);
    }
}

impl Jobs {
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Drops the first, as a thread that panics in it does.
    pub fn lose_one(&self) {
        let lost = self.0.lock().unwrap().pop_front();
        assert!(lost.is_some());
    }

    /// Has one of the first `threads` do a part. False if there is none.
    pub fn part(&self, turn: &mut Turn, threads: usize) -> bool {
        let mut jobs = self.0.lock().unwrap();
        let Some(last) = jobs.len().min(threads).checked_sub(1) else {
            return false;
        };
        let index = match turn {
            Turn::First => 0,
            Turn::Last => last,
            Turn::Random(seed) => {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (*seed >> 33) as usize % (last + 1)
            }
        };
        if jobs[index].step() {
            jobs.remove(index);
        }
        true
    }
}

/// Counts how often it was woken.
#[derive(Default)]
struct Bell(AtomicU32);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

pub struct Driver {
    pub codec: Box<dyn Codec>,
    pub jobs: Jobs,
    pub out: Vec<u8>,
    threads: usize,
    turn: Turn,
    /// Bytes in an output slice.
    pub slice: usize,
}

impl Driver {
    pub fn new(format: Format, settings: &Settings, threads: usize, turn: Turn) -> Self {
        let jobs = Jobs::default();
        let workers = Workers::new(Box::new(jobs.clone()), threads);
        Self::with(format, settings, threads, turn, jobs, workers)
    }

    /// A stream that shares the workers of others.
    pub fn with(
        format: Format,
        settings: &Settings,
        threads: usize,
        turn: Turn,
        jobs: Jobs,
        workers: Arc<Workers>,
    ) -> Self {
        Self {
            codec: open(format, settings, Some(workers)).unwrap(),
            jobs,
            out: Vec::new(),
            threads,
            turn,
            slice: 16 * 1024,
        }
    }

    pub fn feed(&mut self, mut input: &[u8]) -> Result<()> {
        self.repeat(|codec, output| {
            let step = codec.feed(input, output)?;
            input = &input[step.consumed..];
            assert!(!step.done || input.is_empty(), "done with input left");
            Ok(step)
        })
    }

    pub fn flush(&mut self, kind: Flush) -> Result<()> {
        self.repeat(|codec, output| codec.flush(kind, output))
    }

    pub fn params(&mut self, level: i32, strategy: Strategy) -> Result<()> {
        self.repeat(|codec, output| codec.params(level, strategy, output))
    }

    pub fn finish(&mut self) -> Result<()> {
        self.repeat(|codec, output| codec.finish(output))
    }

    fn repeat(&mut self, mut operation: impl FnMut(&mut dyn Codec, &mut [u8]) -> Result<Step>) -> Result<()> {
        let mut slice = vec![0xaa; self.slice];
        loop {
            let step = operation(self.codec.as_mut(), &mut slice)?;
            self.out.extend_from_slice(&slice[..step.produced]);
            if step.done {
                return Ok(());
            }
            if step.consumed + step.produced == 0 {
                self.wait();
            }
        }
    }

    /// Runs jobs until the codec says that it can go on, which it says to the waker too.
    fn wait(&mut self) {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        let mut waited = false;
        loop {
            match self.codec.poll_work(&mut Context::from_waker(&waker)) {
                Poll::Ready(work) => {
                    assert!(work, "not done, and nothing to wait for");
                    assert!(!waited || bell.0.load(Ordering::Relaxed) > 0, "not woken");
                    return;
                }
                Poll::Pending => waited = true,
            }
            bell.0.store(0, Ordering::Relaxed);
            assert!(self.jobs.part(&mut self.turn, self.threads), "nobody is at work");
        }
    }
}

/// All that comes of `input`.
pub fn process(codec: &mut Whole, input: &[u8], flush: Option<Flush>) -> Vec<u8> {
    let mut output = Output::new(&mut []);
    codec.process(input, flush, &mut output).unwrap();
    output.parts().flatten().copied().collect()
}

/// What one thread makes of `data`.
pub fn alone(format: Format, settings: &Settings, data: &[u8]) -> Vec<u8> {
    process(&mut Whole::new(open(format, settings, None).unwrap()), data, None)
}

/// What the serial encoder makes of it.
pub fn serial(format: Format, settings: &Settings, data: &[u8]) -> Vec<u8> {
    let codec = crate::codec::open(format, settings).unwrap();
    process(&mut Whole::new(codec), data, None)
}

pub const ENCODERS: [Format; 3] = [Format::Gzip, Format::Deflate, Format::DeflateRaw];

/// What `packed` holds.
pub fn unpacked(encoder: Format, settings: &Settings, packed: &[u8]) -> Vec<u8> {
    let decoder = match encoder {
        Format::Gzip => Format::Gunzip,
        Format::Deflate => Format::Inflate,
        _ => Format::InflateRaw,
    };
    let settings = Settings {
        reject_trailing: true,
        ..settings.clone()
    };
    let mut codec = Whole::new(crate::codec::open(decoder, &settings).unwrap());
    process(&mut codec, packed, None)
}

/// Text, noise and zeros, with what came long before among it. Deterministic.
pub fn mixed(size: usize) -> Vec<u8> {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut data = Vec::with_capacity(size + 512);
    while data.len() < size {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        match seed % 8 {
            0 => data.extend(seed.to_le_bytes()),
            1 => data.extend(b"the credit that it held returns "),
            2 => data.extend(std::iter::repeat_n(0, (seed >> 58) as usize)),
            3 if data.len() > 40_000 => {
                let from = data.len() - 1 - (seed >> 20) as usize % 33_000;
                data.extend_from_within(from..(from + (seed >> 54) as usize % 400).min(data.len()));
            }
            _ => data.extend(format!("{:x} bytes, ", seed >> 50).as_bytes()),
        }
    }
    data.truncate(size);
    data
}
