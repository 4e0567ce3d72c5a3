//! The splice: moves what waits in one channel into the next, in the place of the one's receiver and the other's sender.
//!
//! Both stay where they are, but rest while there is a splice: neither may take, send, or wait. Slabs move whole. Their
//! bytes leave the one buffer when they have been accepted into the other, so they are in one of the two at any time.

use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::channel::Shared;
use super::credit::{Bytes, Permit};
use super::queue::{Message, Parcel, Queue, Wait};
use super::receiver::{Readable, Receiver, find};
use super::sender::Sender;

/// Moves parcels from the channel that carries commands `A` into the one that carries commands `B`.
#[derive(Debug)]
pub struct Splice<A, B> {
    from: Arc<Shared<A>>,
    to: Arc<Shared<B>>,
    /// The next channel was full, and has not been down at its low mark since: as after a `write()` that was `false`.
    stalled: bool,
    /// Bytes moved in all.
    moved: u64,
}

/// Why a splice moves nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Nothing more will come.
    End,
    /// Nobody takes it any more.
    Closed,
}

impl<A, B> Splice<A, B> {
    /// Joins the two. Nothing of what was sent before may be left unpublished.
    pub fn new(from: &mut Receiver<A>, to: &mut Sender<B>) -> Self {
        debug_assert!(to.is_clean(), "what is sent before a splice goes before it");
        from.put_front_back();
        let mut splice = Self {
            from: Arc::clone(&from.shared),
            to: Arc::clone(&to.shared),
            stalled: false,
            moved: 0,
        };
        splice.heed_mark();
        splice
    }

    /// Moves what there is room for. Pending, it wakes the task when there is more to move, or room again.
    pub fn poll_move(&mut self, cx: &mut Context<'_>) -> Poll<Over> {
        loop {
            if !self.is_open() {
                return Poll::Ready(Over::Closed);
            }
            if self.stalled {
                ready!(self.poll_drained(cx));
                continue;
            }
            let parcels = match ready!(self.poll_take(cx)) {
                Ok(parcels) => parcels,
                Err(over) => return Poll::Ready(over),
            };
            self.send(parcels);
            self.heed_mark();
        }
    }

    /// Bytes moved in all.
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// Whether the next channel was full, and has not been down at its low mark since.
    pub fn is_stalled(&self) -> bool {
        self.stalled
    }

    fn is_open(&self) -> bool {
        self.to.queue().state.accepts()
    }

    /// Stops where a `write()` would have returned `false`.
    fn heed_mark(&mut self) {
        let gate = &self.to.gate;
        if !gate.has_room() && gate.buffered() > Bytes::ZERO {
            self.stalled = true;
            gate.counters.count_stop();
        }
    }

    /// Ready when the next channel is down at its low mark and has room, or nobody takes anything out of it any more.
    fn poll_drained(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let gate = &self.to.gate;
        gate.sender.register(cx.waker());
        // Where the low mark is on the high one, there is no room yet at it.
        let armed = gate.wake_at(gate.room_position(Bytes::from(1)));
        // A receiver that left before the registration woke nobody.
        if armed && self.is_open() {
            return Poll::Pending;
        }
        if !armed {
            self.stalled = false;
            gate.counters.count_drain();
        }
        Poll::Ready(())
    }

    /// Takes whole parcels until the room is filled: the last one may pass the mark, as the last of a writer does.
    fn poll_take(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<Parcel>, Over>> {
        let gate = &self.to.gate;
        let room = gate.marks().high().checked_sub(gate.buffered());
        let room = room.unwrap_or_default().get().max(1);
        let mut queue = self.from.queue();
        match find(0, &mut queue) {
            None => {
                queue.wait(cx.waker(), Wait::Starving);
                Poll::Pending
            }
            Some(Readable::Bytes(_)) => Poll::Ready(Ok(take(&mut queue, room))),
            Some(Readable::End | Readable::Aborted) => Poll::Ready(Err(Over::End)),
        }
    }

    /// Hands parcels over; where nobody takes them any more they go back to where they were.
    fn send(&mut self, mut parcels: Vec<Parcel>) {
        let total = parcels.iter().map(|parcel| parcel.bytes().len()).sum::<usize>();
        let mut consumed = Vec::with_capacity(parcels.len());
        let served;
        let wake = {
            let mut queue = self.to.queue();
            if !queue.state.accepts() {
                drop(queue);
                return self.put_back(parcels);
            }
            served = self.move_credit(&mut parcels, total);
            self.to.gate.accept(Bytes::from(total));
            for parcel in parcels {
                let (slab, permit) = parcel.into_parts();
                consumed.push(permit);
                let bytes = Bytes::from(slab.filled().len());
                let permit = Permit::new(Arc::clone(&self.to.gate), bytes);
                queue.push(Message::Data(Parcel::new(slab, permit)));
            }
            queue.feed()
        };
        self.moved += total as u64;
        served.into_iter().chain(wake).for_each(Waker::wake);
        for mut permit in consumed {
            permit.consume(permit.left());
        }
    }

    /// Moves the budget's credit for the parcels with them. Who is to be woken.
    fn move_credit(&self, parcels: &mut [Parcel], total: usize) -> Vec<Waker> {
        let total = Bytes::from(total).get();
        let charge = parcels.iter_mut().map(Parcel::take_charge).sum();
        match (&self.from.gate.account, &self.to.gate.account) {
            (Some(from), Some(to)) => from.exchange(charge, to, total),
            (Some(from), None) => {
                from.give_back(charge);
                Vec::new()
            }
            (None, Some(to)) => {
                to.overdraw(total, 0);
                Vec::new()
            }
            (None, None) => Vec::new(),
        }
    }

    fn put_back(&self, parcels: Vec<Parcel>) {
        for parcel in parcels.into_iter().rev() {
            let refused = self.from.queue().unpop(parcel);
            drop(refused);
        }
    }
}

impl<A, B> Drop for Splice<A, B> {
    /// Takes back what it asked of both channels: from now on their own ends wait.
    fn drop(&mut self) {
        self.to.gate.withdraw();
        let waker = self.from.queue().rouse();
        drop(waker);
    }
}

/// Takes parcels until they are `room` bytes or more.
fn take<C>(queue: &mut Queue<C>, room: u64) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    let mut total = 0;
    while total < room {
        let Some(parcel) = queue.pop_data() else { break };
        total += parcel.bytes().len() as u64;
        parcels.push(parcel);
    }
    parcels
}
