//! Brotli by several threads: one stream of segments, each of which refers to no more than a part of what is before it.
//!
//! The threads are the stream's own, and end with it. What is made of the data depends on it, the settings and the flushes
//! alone. A step waits for the threads where nothing else is left to do: see [`Codec::blocks`].

use mbrotli::compressor::parallel::{
    ParallelCompressor, ParallelConfig, ParallelEncoderSessionOwned, ParallelEncoderStatus as Status,
    SegmentSize, TaskCount,
};
use mbrotli::{EncoderConfig, Operation};
use std::thread;

use super::brotli_encode::{FAILED_TO_START, failed};
use super::{Codec, Flush, Step};
use crate::error::{Error, Result};

/// Segments that may be on their way beyond the one for each thread, so that none waits.
const AHEAD: usize = 1;

/// Compresses into one brotli stream.
pub(super) struct Threaded {
    config: EncoderConfig,
    threads: usize,
    state: State,
}

enum State {
    /// Nothing was fed. Holds no memory, as does `Ended`.
    Fresh,
    Open(Box<ParallelEncoderSessionOwned>),
    Ended,
}

impl Threaded {
    pub(super) fn new(config: EncoderConfig, threads: usize) -> Self {
        Self {
            config,
            threads,
            state: State::Fresh,
        }
    }

    fn start(&self) -> Result<ParallelEncoderSessionOwned> {
        // 4 MiB: see docs/scaling.md.
        let config = ParallelConfig::from(SegmentSize::DEFAULT);
        let window = TaskCount::try_from(self.threads + AHEAD).map_err(|_| FAILED_TO_START)?;
        let (session, queue) = ParallelCompressor::new(self.config, config)
            .map_err(|_| FAILED_TO_START)?
            .into_session(window)
            .map_err(|_| FAILED_TO_START)?;
        for thread in 0..self.threads {
            let tasks = queue.clone().into_iter();
            let spawned = thread::Builder::new()
                .name("sluice-brotli".into())
                .spawn(|| tasks.for_each(|task| task.run()));
            // One is enough.
            if spawned.is_err() && thread == 0 {
                return Err(Error::OutOfMemory);
            }
        }
        Ok(session)
    }

    /// Operates until `output` is full, or there is nothing more to do.
    fn run(&mut self, input: &[u8], output: &mut [u8], operation: Operation) -> Result<Step> {
        if matches!(self.state, State::Fresh) {
            self.state = State::Open(Box::new(self.start()?));
        }
        let State::Open(session) = &mut self.state else {
            return if input.is_empty() {
                Ok(Step::DONE)
            } else {
                Err(failed())
            };
        };
        let mut step = Step {
            consumed: 0,
            produced: 0,
            done: false,
        };
        loop {
            let (rest, room) = (&input[step.consumed..], &mut output[step.produced..]);
            let progress = session.process(rest, room, operation).map_err(|_| failed())?;
            step.consumed += progress.consumed;
            step.produced += progress.produced;
            match progress.status {
                Status::NeedsInput => step.done = true,
                // What has been taken comes with the next input, or with the end.
                Status::Pending if operation == Operation::Process => {
                    step.done = step.consumed == input.len()
                }
                Status::NeedsOutput | Status::Pending => {}
                Status::Finished => {
                    self.state = State::Ended;
                    step.done = true;
                    return Ok(step);
                }
            }
            if step.done || step.consumed + step.produced > 0 {
                return Ok(step);
            }
            session.wait().map_err(|_| failed())?;
        }
    }
}

impl Codec for Threaded {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        self.run(input, output, Operation::Process)
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        match kind {
            Flush::None => Ok(Step::DONE),
            _ => self.run(&[], output, Operation::Flush),
        }
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        self.run(&[], output, Operation::Finish)
    }

    fn reset(&mut self) -> Result<()> {
        self.state = State::Fresh;
        Ok(())
    }

    fn blocks(&self) -> bool {
        true
    }
}
