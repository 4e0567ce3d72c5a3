//! The brotli encoder of a stream that was given threads: begins as the serial one, and goes on in segments.
//!
//! ```text
//!          LEAD bytes fed             segment full: a thread for it, gather the next
//!  ┌──────┐ ──────────────▶ ┌──────────┐ ───┐
//!  │ Lead │                 │ Segments │    │
//!  └──────┘                 └──────────┘ ◀──┘
//! ```
//!
//! Where the segments begin and end depends on the data and the flushes alone: the same bytes come out whatever the number
//! of threads. Where nothing else is left to do, a step waits for them: see [`Codec::blocks`].

use super::brotli_encode::{Encoder, failed};
use super::brotli_segment::{Compressor, HISTORY, SEGMENT, Segment};
use super::{Codec, Flush, Ready, Settings, Step};
use crate::error::{Error, Result};
use crate::sync::{Mutex, lock};
use mbrotli::EncoderConfig;
use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// Bytes that a stream compresses without cutting, from its beginning or its last flush: a small stream, or one that
/// flushes often from its beginning on, is the serial encoder's. Behind that there is no way back to it, and a flush of a
/// few bytes takes milliseconds.
pub(super) const LEAD: usize = SEGMENT;

/// Segments that a stream may have with its threads beyond the one for each: as it is handed out, the next one is there.
const AHEAD: usize = 1;

/// What ends a stream behind a segment: an empty last block.
const END: u8 = 3;

/// Compresses into one brotli stream.
pub(super) struct Threads {
    config: EncoderConfig,
    threads: usize,
    serial: Encoder,
    part: Part,
    /// The segments on their way, in order.
    queue: VecDeque<JoinHandle<Result<Vec<u8>>>>,
    /// What threads that are done have left for others: no more than run at once.
    spare: Arc<Mutex<Vec<Compressor>>>,
    /// What came of the first.
    ready: Ready,
}

/// Which part of the stream comes next.
enum Part {
    Lead(Lead),
    Segments(Segment),
    Ended,
}

/// The part that is not cut.
#[derive(Default)]
struct Lead {
    /// Bytes fed since the beginning, or the last flush.
    fed: usize,
    /// The last bytes of all, which the first segment refers to.
    last: Vec<u8>,
    /// The flush at the end is under way.
    ending: bool,
}

impl Lead {
    fn keep(&mut self, bytes: &[u8]) {
        self.fed += bytes.len();
        let bytes = &bytes[bytes.len().saturating_sub(HISTORY)..];
        let all = self.last.len() + bytes.len();
        if all > 2 * HISTORY {
            self.last.drain(..all - HISTORY);
        }
        self.last.extend_from_slice(bytes);
    }
}

/// Opens the encoder for these settings: one with threads, if they ask for that and it serves them.
pub(super) fn open(settings: &Settings) -> Result<Box<dyn Codec>> {
    let serial = Encoder::new(settings)?;
    Ok(match (settings.own_threads(), serial.segments()) {
        (Some(threads), Some(config)) => Box::new(Threads {
            config,
            threads,
            serial,
            part: Part::Lead(Lead::default()),
            queue: VecDeque::new(),
            spare: Arc::default(),
            ready: Ready::default(),
        }),
        _ => Box::new(serial),
    })
}

impl Threads {
    /// Whether another segment may be submitted now.
    fn has_room(&self) -> bool {
        let running = self.queue.iter().filter(|thread| !thread.is_finished());
        self.queue.len() < self.threads + AHEAD && running.count() < self.threads
    }

    /// Starts a thread for the segment that is gathered.
    fn submit(&mut self) -> Result<()> {
        let Part::Segments(gathered) = &mut self.part else {
            return Ok(());
        };
        let segment = gathered.take()?;
        let (config, spare) = (self.config, Arc::clone(&self.spare));
        let run = move || {
            let kept = lock(&spare).pop();
            let mut compressor = kept.map_or_else(|| Compressor::new(config), Ok)?;
            let bytes = compressor.compress(segment)?;
            lock(&spare).push(compressor);
            Ok(bytes)
        };
        let thread = thread::Builder::new().name("sluice-segment".into()).spawn(run);
        self.queue
            .push_back(thread.map_err(Error::system("pthread_create"))?);
        Ok(())
    }

    /// Waits for the first thread.
    fn wait(&mut self) -> Result<()> {
        if let Some(thread) = self.queue.pop_front() {
            self.ready = thread.join().map_err(|_| Error::Panic)??.into();
        }
        Ok(())
    }

    /// Moves what fits into `output` of what has come of the segments, in their order. Returns how much that was.
    fn hand_out(&mut self, output: &mut [u8]) -> Result<usize> {
        let mut produced = 0;
        loop {
            produced += self.ready.hand_out(&mut output[produced..]);
            let is_next_ready = self.queue.front().is_some_and(JoinHandle::is_finished);
            if !self.ready.is_empty() || !is_next_ready {
                return Ok(produced);
            }
            self.wait()?;
        }
    }

    /// Hands out all that comes of what was fed, and waits for it, though not in a step that has something to hand out.
    fn bring_out(&mut self, output: &mut [u8]) -> Result<Step> {
        let mut step = Step {
            consumed: 0,
            produced: 0,
            done: false,
        };
        loop {
            step.produced += self.hand_out(&mut output[step.produced..])?;
            if !self.ready.is_empty() {
                return Ok(step);
            }
            let is_gathered = matches!(&self.part, Part::Segments(segment) if segment.len() > 0);
            if is_gathered && self.has_room() {
                self.submit()?;
            } else if self.queue.is_empty() {
                return Ok(Step { done: true, ..step });
            } else if step.produced > 0 {
                return Ok(step);
            } else {
                self.wait()?;
            }
        }
    }

    /// Feeds the part that is not cut. True at its end, when all of it is out.
    fn lead(&mut self, input: &[u8], output: &mut [u8]) -> Result<(Step, bool)> {
        let Part::Lead(lead) = &mut self.part else {
            return Ok((Step::DONE, true));
        };
        let mut step = Step::DONE;
        if !lead.ending {
            let part = &input[..input.len().min(LEAD - lead.fed)];
            step = self.serial.feed(part, output)?;
            lead.keep(&part[..step.consumed]);
            if lead.fed < LEAD || !step.done {
                return Ok((step, false));
            }
            lead.ending = true;
        }
        let mut ended = false;
        if step.produced < output.len() {
            let flush = self.serial.flush(Flush::Sync, &mut output[step.produced..])?;
            step.produced += flush.produced;
            ended = flush.done;
        }
        Ok((Step { done: false, ..step }, ended))
    }

    /// Goes on in segments.
    fn cut(&mut self) -> Result<()> {
        if let Part::Lead(lead) = &self.part {
            self.part = Part::Segments(Segment::behind(&lead.last)?);
            // Its memory is not needed any more.
            self.serial.reset()?;
        }
        Ok(())
    }

    fn join(&mut self) {
        for thread in self.queue.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Codec for Threads {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let mut step = Step {
            consumed: 0,
            produced: 0,
            done: false,
        };
        loop {
            let rest = &input[step.consumed..];
            let room = &mut output[step.produced..];
            match &mut self.part {
                Part::Lead(_) => {
                    if room.is_empty() {
                        return Ok(step);
                    }
                    let (did, ended) = self.lead(rest, room)?;
                    step.consumed += did.consumed;
                    step.produced += did.produced;
                    step.done = did.done;
                    if !ended {
                        return Ok(step);
                    }
                    self.cut()?;
                }
                Part::Segments(segment) if segment.len() < SEGMENT && !rest.is_empty() => {
                    step.consumed += segment.gather(rest);
                }
                Part::Segments(segment) => {
                    let is_full = segment.len() == SEGMENT;
                    step.produced += self.hand_out(room)?;
                    if !is_full {
                        step.done = self.ready.is_empty();
                        return Ok(step);
                    }
                    if self.has_room() {
                        self.submit()?;
                    } else if step.consumed + step.produced > 0 {
                        return Ok(step);
                    } else {
                        self.wait()?;
                    }
                }
                Part::Ended if rest.is_empty() => return Ok(Step::DONE),
                Part::Ended => return Err(failed()),
            }
        }
    }

    fn announce(&mut self, bytes: u64) {
        self.serial.announce(bytes);
    }

    fn flush(&mut self, kind: Flush, output: &mut [u8]) -> Result<Step> {
        match &mut self.part {
            _ if kind == Flush::None => Ok(Step::DONE),
            Part::Lead(lead) => {
                let step = self.serial.flush(kind, output)?;
                if step.done {
                    lead.fed = 0;
                }
                Ok(step)
            }
            Part::Segments(_) | Part::Ended => self.bring_out(output),
        }
    }

    fn finish(&mut self, output: &mut [u8]) -> Result<Step> {
        let mut step = match &self.part {
            Part::Lead(_) => self.serial.finish(output)?,
            Part::Segments(_) | Part::Ended => self.bring_out(output)?,
        };
        if step.done {
            if let Part::Segments(_) = self.part {
                self.ready = vec![END].into();
                step.produced += self.hand_out(&mut output[step.produced..])?;
                step.done = self.ready.is_empty();
            }
            self.part = Part::Ended;
            lock(&self.spare).clear();
        }
        Ok(step)
    }

    fn reset(&mut self) -> Result<()> {
        // Waits for what they are doing.
        self.join();
        lock(&self.spare).clear();
        self.ready = Ready::default();
        self.part = Part::Lead(Lead::default());
        self.serial.reset()
    }

    fn blocks(&self) -> bool {
        true
    }
}

impl Drop for Threads {
    /// Whoever waits for the stream's end finds its memory free.
    fn drop(&mut self) {
        self.join();
    }
}
