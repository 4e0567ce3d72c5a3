//! The blocks of one stream that are on their way, in order, and what came of the first of them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::codec::{Check, Ready};
use crate::error::Result;

use super::block::{Compression, Ticket};
use super::workers::{Job, Permit, Workers};

pub(super) struct Pipeline {
    /// Without them the stream compresses all by itself.
    workers: Option<Arc<Workers>>,
    /// The most blocks on their way.
    most: usize,
    queue: VecDeque<(Ticket, Option<Permit>)>,
    /// The last of the queue, if the stream compresses it by itself.
    own: Option<Compression>,
    /// What came of the first.
    ready: Ready,
    /// The permit of what is ready.
    held: Option<Permit>,
}

impl Pipeline {
    pub(super) fn new(workers: Option<Arc<Workers>>, most: usize) -> Self {
        Self {
            workers,
            most,
            queue: VecDeque::new(),
            own: None,
            ready: Ready::default(),
            held: None,
        }
    }

    /// The same, with all given up that is on its way.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.workers.take(), self.most);
    }

    /// Whether all is handed out.
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.ready.is_empty()
    }

    /// Whether something is ready that did not fit into the output.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Whether another block may be submitted now.
    pub(super) fn has_room(&self) -> bool {
        self.own.is_none() && self.queue.len() < self.most
    }

    /// Hands a block to the workers; without a permit the stream compresses it by itself, part by part.
    pub(super) fn submit(&mut self, (compression, ticket): (Compression, Ticket)) {
        let workers = self.workers.as_ref();
        let permit = match workers.and_then(|workers| Some((workers, workers.permit()?))) {
            Some((workers, permit)) => {
                workers.run(Box::new(compression));
                Some(permit)
            }
            None => {
                self.own = Some(compression);
                None
            }
        };
        self.queue.push_back((ticket, permit));
    }

    /// Does a part of what the stream compresses by itself. False if there is nothing of that kind to do.
    pub(super) fn work(&mut self) -> bool {
        let is_at_work = self.own.is_some();
        self.own.take_if(|compression| compression.step());
        is_at_work
    }

    /// Moves what fits into `output` of what has come of the blocks, in their order, and counts each of them into
    /// `check`. Returns how much that was.
    pub(super) fn hand_out(&mut self, output: &mut [u8], check: &mut Check) -> Result<usize> {
        let mut produced = 0;
        loop {
            produced += self.ready.hand_out(&mut output[produced..]);
            if !self.ready.is_empty() {
                return Ok(produced);
            }
            self.held = None;
            let Some(compressed) = self.queue.front().and_then(|(ticket, _)| ticket.take()) else {
                return Ok(produced);
            };
            let compressed = compressed?;
            check.append(&compressed.check);
            self.ready = compressed.bytes.into();
            self.held = self.queue.pop_front().and_then(|(_, permit)| permit);
        }
    }

    /// See [`crate::codec::Codec::poll_work`].
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.own.is_some() || self.has_ready() {
            return Poll::Ready(true);
        }
        match self.queue.front() {
            Some((ticket, _)) => ticket.poll(cx).map(|()| true),
            None => Poll::Ready(false),
        }
    }
}
