//! One block: gathered by the stream, compressed by whoever runs its [`Compression`], and waited for by its [`Ticket`].

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::codec::{Body, Check, Config, Flush, Wrapper};
use crate::error::{Error, Result};
use crate::sync::{Mutex, WakerSlot, lock};

use super::workers::Job;

/// What a block is made of: bytes to compress, and bytes before them that it may refer to.
pub(super) struct Block {
    bytes: Vec<u8>,
    /// How many of the bytes came before.
    history: usize,
}

impl Block {
    /// An empty block behind `history`, with room for `size` bytes.
    pub(super) fn new(history: &[u8], size: usize) -> Result<Self> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(history.len() + size)?;
        bytes.extend_from_slice(history);
        Ok(Self {
            history: bytes.len(),
            bytes,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.history
    }

    pub(super) fn gather(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The last `window` bytes: what the next block may refer to.
    pub(super) fn window(&self, window: usize) -> &[u8] {
        &self.bytes[self.bytes.len().saturating_sub(window)..]
    }

    fn history(&self) -> &[u8] {
        &self.bytes[..self.history]
    }

    fn data(&self) -> &[u8] {
        &self.bytes[self.history..]
    }
}

/// What came of a block.
pub(super) struct Compressed {
    pub(super) bytes: Vec<u8>,
    pub(super) check: Check,
}

/// A block on its way, seen by its stream and by who compresses it.
struct Place {
    state: Mutex<State>,
    stream: WakerSlot,
}

enum State {
    Waiting(Block),
    UnderWay,
    Done(Result<Compressed>),
    /// The stream is gone, or has taken the result.
    Left,
}

/// The stream's claim to what comes of a block. Dropped, it gives up the block.
pub(super) struct Ticket(Arc<Place>);

impl Ticket {
    /// Ready when there is a result to take.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.stream.register(cx.waker());
        if matches!(*lock(&self.0.state), State::Done(_)) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// The result, once.
    pub(super) fn take(&self) -> Option<Result<Compressed>> {
        let mut state = lock(&self.0.state);
        if !matches!(*state, State::Done(_)) {
            return None;
        }
        match std::mem::replace(&mut *state, State::Left) {
            State::Done(result) => Some(result),
            _ => None,
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let left = std::mem::replace(&mut *lock(&self.0.state), State::Left);
        // Outside the lock: it may be a block's memory.
        drop(left);
    }
}

/// The work on one block.
pub(super) struct Compression {
    place: Arc<Place>,
    wrapper: Wrapper,
    config: Config,
    end: Flush,
    work: Option<Work>,
}

/// A block that is being compressed.
struct Work {
    block: Block,
    body: Body,
    read: usize,
    bytes: Vec<u8>,
}

impl Compression {
    /// The work on `block`, up to a flush at its end, and the claim to what comes of it. The check will be `wrapper`'s.
    pub(super) fn new(block: Block, end: Flush, wrapper: Wrapper, config: Config) -> (Self, Ticket) {
        let place = Arc::new(Place {
            state: Mutex::new(State::Waiting(block)),
            stream: WakerSlot::new(),
        });
        let ticket = Ticket(Arc::clone(&place));
        let compression = Self {
            place,
            wrapper,
            config,
            end,
            work: None,
        };
        (compression, ticket)
    }

    /// The block, taken over; `None` if nobody wants it any more.
    fn begin(&self) -> Option<Work> {
        let mut state = lock(&self.place.state);
        match std::mem::replace(&mut *state, State::UnderWay) {
            State::Waiting(block) => Some(Work {
                body: Body::new(self.config, Some(Arc::from(block.history()))),
                bytes: Vec::new(),
                read: 0,
                block,
            }),
            other => {
                *state = other;
                None
            }
        }
    }

    fn is_wanted(&self) -> bool {
        !matches!(*lock(&self.place.state), State::Left)
    }

    /// Hands over the result, if it is wanted.
    fn complete(&self, result: Result<Compressed>) {
        let mut state = lock(&self.place.state);
        let unwanted = if matches!(*state, State::Left) {
            Some(result)
        } else {
            *state = State::Done(result);
            None
        };
        drop(state);
        drop(unwanted);
        self.place.stream.wake();
    }
}

impl Job for Compression {
    fn step(&mut self) -> bool {
        let work = match self.work.take() {
            Some(work) => self.is_wanted().then_some(work),
            None => self.begin(),
        };
        let Some(mut work) = work else { return true };
        match work.advance(self.end) {
            Ok(false) => {
                self.work = Some(work);
                return false;
            }
            Ok(true) => {
                let mut check = self.wrapper.check();
                check.update(work.block.data());
                let bytes = work.bytes;
                self.complete(Ok(Compressed { bytes, check }));
            }
            Err(error) => self.complete(Err(error)),
        }
        true
    }
}

impl Drop for Compression {
    /// Without a result yet, it panicked or was dropped before its turn.
    fn drop(&mut self) {
        if matches!(*lock(&self.place.state), State::Waiting(_) | State::UnderWay) {
            self.complete(Err(Error::Panic));
        }
    }
}

impl Work {
    /// Compresses the next part. True behind the last, and the flush.
    fn advance(&mut self, end: Flush) -> Result<bool> {
        if self.read == 0 {
            // What comes of most data; more makes room for itself.
            self.bytes.try_reserve_exact(self.block.len() / 2)?;
        }
        let rest = &self.block.data()[self.read..];
        self.read += self.body.feed(rest, &mut self.bytes)?;
        if self.read < self.block.len() {
            return Ok(false);
        }
        self.body.flush(end, &mut self.bytes)?;
        Ok(true)
    }
}
