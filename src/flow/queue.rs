//! The queue: what is on its way, in order. It knows nothing of marks.

use std::collections::VecDeque;
use std::task::Waker;

use super::credit::{Bytes, Permit};
use super::slab::Slab;
use super::state::State;

/// Bytes on their way, with the permit that gives their credit back.
#[derive(Debug)]
pub struct Parcel {
    slab: Slab,
    permit: Permit,
}

impl Parcel {
    pub(super) fn new(slab: Slab, permit: Permit) -> Self {
        Self { slab, permit }
    }

    /// Takes the budget's credit away, to be given back elsewhere.
    pub(super) fn take_charge(&mut self) -> u64 {
        self.permit.take_charge()
    }

    /// The slab, to travel on under another permit.
    pub(super) fn into_parts(self) -> (Slab, Permit) {
        (self.slab, self.permit)
    }

    /// What is not consumed yet.
    pub fn bytes(&self) -> &[u8] {
        self.slab.filled()
    }

    /// Marks the first `n` bytes as consumed; at most what is left.
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.slab.filled().len());
        self.slab.advance(n);
        self.permit.consume(Bytes::from(n));
    }

    /// Whether consuming `n` bytes wakes the sender.
    pub fn wakes_when_consumed(&self, n: usize) -> bool {
        self.permit.wakes_when_consumed(Bytes::from(n))
    }

    /// Takes over all of `next`, if there is space for it in this slab.
    fn absorb(&mut self, next: &mut Self) -> bool {
        let bytes = next.slab.filled();
        let Some(space) = self.slab.spare().get_mut(..bytes.len()) else {
            return false;
        };
        space.copy_from_slice(bytes);
        self.slab.fill(bytes.len());
        self.permit.absorb(&mut next.permit);
        true
    }

    /// Whether all is consumed.
    pub fn is_empty(&self) -> bool {
        self.slab.filled().is_empty()
    }
}

/// What travels through a channel: bytes, the commands of whoever uses it, and the end.
#[derive(Debug)]
pub enum Message<C> {
    /// Bytes; never empty.
    Data(Parcel),
    /// A command that holds its place among the bytes.
    Command(C),
    /// Nothing follows.
    End,
}

/// What a receiver waits for whose waker is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// That the sender gives up, and nothing else.
    ForAbort,
    /// A message. Meanwhile something comes of what it has received.
    AtWork,
    /// A message, without which nothing more comes.
    Starving,
}

/// What the two ends share under one lock.
#[derive(Debug)]
pub(super) struct Queue<C> {
    messages: VecDeque<Message<C>>,
    /// Bytes in `messages`.
    bytes: usize,
    pub(super) state: State,
    waker: Option<Waker>,
    waits: Wait,
    /// The sender is gone without having given up: nobody will tell the receiver anything any more.
    orphaned: bool,
}

impl<C> Queue<C> {
    pub(super) fn new() -> Self {
        Self {
            messages: VecDeque::new(),
            bytes: 0,
            state: State::new(),
            waker: None,
            waits: Wait::ForAbort,
            orphaned: false,
        }
    }

    /// Adds a message at the back. Bytes that fit into the slab of the parcel before them go there: however small the
    /// pieces that are published, what waits fills its slabs by half or more.
    pub(super) fn push(&mut self, mut message: Message<C>) {
        if let Message::Data(parcel) = &mut message {
            self.bytes += parcel.bytes().len();
            if let Some(Message::Data(last)) = self.messages.back_mut()
                && last.absorb(parcel)
            {
                return;
            }
        }
        self.messages.push_back(message);
    }

    pub(super) fn pop(&mut self) -> Option<Message<C>> {
        let message = self.messages.pop_front()?;
        match &message {
            Message::Data(parcel) => self.bytes -= parcel.bytes().len(),
            Message::Command(_) => {}
            // Nothing is pushed after the end, and it is popped once: the transition is legal.
            Message::End => drop(self.state.taken()),
        }
        Some(message)
    }

    /// Pops the next message if it is bytes.
    pub(super) fn pop_data(&mut self) -> Option<Parcel> {
        match self.messages.front() {
            Some(Message::Data(_)) => match self.pop() {
                Some(Message::Data(parcel)) => Some(parcel),
                _ => None,
            },
            _ => None,
        }
    }

    /// Drops the commands at the front.
    pub(super) fn skip_commands(&mut self) {
        while let Some(Message::Command(_)) = self.messages.front() {
            self.messages.pop_front();
        }
    }

    /// Puts a parcel back that was popped last. A sender that gave up wants it no more: it is returned, for the caller
    /// to drop outside the lock.
    pub(super) fn unpop(&mut self, parcel: Parcel) -> Option<Parcel> {
        if self.state.is_aborted() {
            return Some(parcel);
        }
        self.bytes += parcel.bytes().len();
        self.messages.push_front(Message::Data(parcel));
        None
    }

    /// Takes out all parcels, and leaves the commands and the end.
    pub(super) fn take_data(&mut self) -> Vec<Parcel> {
        self.bytes = 0;
        let (mut parcels, mut others) = (Vec::new(), VecDeque::new());
        for message in self.messages.drain(..) {
            match message {
                Message::Data(parcel) => parcels.push(parcel),
                other => others.push_back(other),
            }
        }
        self.messages = others;
        parcels
    }

    pub(super) fn front_is_data(&self) -> bool {
        matches!(self.messages.front(), Some(Message::Data(_)))
    }

    pub(super) fn front_is_end(&self) -> bool {
        matches!(self.messages.front(), Some(Message::End))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes everything out, for the caller to drop outside the lock.
    pub(super) fn clear(&mut self) -> VecDeque<Message<C>> {
        self.bytes = 0;
        std::mem::take(&mut self.messages)
    }

    pub(super) fn wait(&mut self, waker: &Waker, waits: Wait) {
        self.waits = waits;
        match self.waker.as_mut() {
            Some(old) => old.clone_from(waker),
            None => self.waker = Some(waker.clone()),
        }
    }

    /// The sender leaves; one that gave up before left nothing open. The waker of a receiver that waits for it, for the
    /// caller to wake outside the lock.
    pub(super) fn orphan(&mut self) -> Option<Waker> {
        self.orphaned |= !self.state.is_aborted();
        self.rouse()
    }

    pub(super) fn is_orphaned(&self) -> bool {
        self.orphaned
    }

    pub(super) fn is_starving(&self) -> bool {
        self.waits == Wait::Starving
    }

    /// The waker of a receiver that waits for a message, for the caller to wake outside the lock.
    pub(super) fn feed(&mut self) -> Option<Waker> {
        match self.waits {
            Wait::ForAbort => None,
            Wait::AtWork | Wait::Starving => self.rouse(),
        }
    }

    /// The waker of a receiver that waits for anything.
    pub(super) fn rouse(&mut self) -> Option<Waker> {
        self.waits = Wait::ForAbort;
        self.waker.take()
    }
}
