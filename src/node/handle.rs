//! The handle of one stream: the JS thread's end of its channels.
//!
//! It owns the sender that `write()` fills and, where there is something to read, the receiver that `read()` empties.
//! The sender of a stream that is only read carries no bytes, just what the program asks of the stage. Whether `'drain'`
//! is due, whether the stream holds the event loop, and when to ring for a callback are decided here and nowhere else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::flow::{Budget, Bytes, Readable, Receiver, Sender, Snapshot};
use crate::stage::{Command, Wanted};

use super::bell::Bell;
use super::chain;
use super::chime::{Chime, event, read_waker, room_waker};
use super::link::Tie;
use super::raw;

/// What a stream is estimated to keep outside V8's heap, for the garbage collector: a codec's state and a few slabs.
const OUTSIDE: i64 = 256 * 1024;

/// What bounds a stream, beyond its marks.
#[derive(Debug)]
pub(super) struct Limit {
    /// Bytes.
    pub(super) hard: f64,
    /// Whether a write that passes it is refused; and one that the budget has no credit for, after a `false`.
    pub(super) enforced: bool,
    /// What the stream's bytes count to.
    pub(super) budget: Arc<Budget>,
}

/// What `write()` is to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// `true`.
    Yes,
    /// `true`, and JS is to publish at the end of this turn.
    YesAndSchedule,
    /// `false`.
    No,
}

/// The JS thread's end of a stream.
pub struct Handle {
    pub(super) bell: Rc<Bell>,
    pub(super) chime: Arc<Chime>,
    pub(super) input: RefCell<Sender<Command>>,
    /// Gone after a destroy, and never there on a Writable.
    pub(super) output: RefCell<Option<Receiver<()>>>,
    /// The readable side as it was when the stream was destroyed.
    last_output: Cell<Option<Snapshot>>,
    pub(super) limit: Limit,
    /// Of a stage on a thread of its own.
    pub(super) wanted: Cell<Option<Wanted>>,
    /// Whether a sink or a source has to be closed, so that the end of the stage is worth waiting for.
    closes: bool,
    room: Waker,
    pub(super) readable: Waker,
    /// Whether strings may be decoded as UTF-8.
    pub(super) utf8: Cell<bool>,
    /// How large a chunk has to be for the codec to be told.
    pub(super) announced_from: usize,
    /// What queues behind every write.
    pub(super) after_write: Option<Command>,
    /// Commands queued in all.
    commands: Cell<u32>,
    /// Bytes accepted and commands queued when the program last heard of the stage, or read from it.
    heard: Cell<(Bytes, u32)>,
    pub(super) corked: Cell<bool>,
    /// Whether JS has been asked to publish at the end of the turn.
    scheduled: Cell<bool>,
    /// `write()` has returned `false`, and no `'drain'` has followed.
    pub(super) need_drain: Cell<bool>,
    /// The position that the oldest waiting callback of a `write()` waits for.
    callback_at: Cell<Option<Bytes>>,
    /// The link that brings the input, and the one that takes the output.
    pub(super) incoming: RefCell<Option<Rc<Tie>>>,
    pub(super) outgoing: RefCell<Option<Rc<Tie>>>,
}

impl Handle {
    pub(super) fn new(
        bell: Rc<Bell>,
        chime: Arc<Chime>,
        input: Sender<Command>,
        output: Option<Receiver<()>>,
        closes: bool,
        limit: Limit,
        after_write: Option<Command>,
    ) -> Self {
        raw::adjust_external_memory(bell.env, OUTSIDE);
        let (room, readable) = (room_waker(&chime), read_waker(&chime));
        Self {
            bell,
            chime,
            input: RefCell::new(input),
            output: RefCell::new(output),
            last_output: Cell::new(None),
            wanted: Cell::new(None),
            limit,
            closes,
            room,
            readable,
            utf8: Cell::new(true),
            announced_from: usize::MAX,
            after_write,
            commands: Cell::new(0),
            heard: Cell::default(),
            corked: Cell::new(false),
            scheduled: Cell::new(false),
            need_drain: Cell::new(false),
            callback_at: Cell::new(None),
            incoming: RefCell::new(None),
            outgoing: RefCell::new(None),
        }
    }

    /// After bytes were accepted into `input`: whether there is room for more.
    #[inline]
    pub(super) fn accepted(&self, input: &mut Sender<Command>) -> Room {
        if let Some(command) = self.after_write {
            self.hold();
            self.queue(input, command);
        }
        if input.invites() {
            if self.scheduled.replace(true) {
                return Room::Yes;
            }
            self.hold();
            return Room::YesAndSchedule;
        }
        // Node returns true for an empty write to an empty stream whose mark is 0.
        if input.buffered() == Bytes::ZERO {
            return Room::Yes;
        }
        input.count_stop();
        self.need_drain.set(true);
        self.hold();
        input.publish();
        self.arm(input);
        // Full slabs went to the stage before this held: it may have parked unheard.
        self.settle_hold_with(input);
        Room::No
    }

    pub(super) fn publish(&self) {
        self.scheduled.set(false);
        self.hold();
        self.input.borrow_mut().publish();
        self.settle_hold();
    }

    pub(super) fn cork(&self) {
        self.corked.set(true);
        self.input.borrow_mut().cork();
    }

    pub(super) fn uncork(&self) {
        self.corked.set(false);
        self.hold();
        self.input.borrow_mut().uncork();
        self.settle_hold();
    }

    pub(super) fn command(&self, command: Command) {
        self.hold();
        self.queue(&mut self.input.borrow_mut(), command);
        self.settle_hold();
    }

    pub(super) fn queue(&self, input: &mut Sender<Command>, command: Command) {
        input.command(command);
        self.commands.set(self.commands.get().wrapping_add(1));
    }

    /// Commands queued in all, modulo 2^32.
    pub(super) fn commands(&self) -> u32 {
        self.commands.get()
    }

    pub(super) fn end(&self) {
        self.corked.set(false);
        self.hold();
        self.input.borrow_mut().end();
        self.settle_hold();
    }

    /// Whether what was written or asked for since the program last heard of the stage is not done. In Node, where a
    /// program hears of a write when it is done, it would be under way.
    fn is_under_way(&self) -> bool {
        let input = self.input.borrow();
        let (accepted, commands) = self.heard.get();
        // Of a command that is done the program hears at once; of bytes it may never, where it waits for nothing.
        self.commands() != commands || (input.accepted() != accepted && input.buffered() > Bytes::ZERO)
    }

    /// Queues a fresh start, unless something is under way. In Node it is done within the call, so behind it nothing is.
    pub(super) fn reset(&self) -> bool {
        if self.is_under_way() {
            return false;
        }
        self.command(Command::Reset);
        self.hear(&self.input.borrow());
        true
    }

    fn hear(&self, input: &Sender<Command>) {
        self.heard.set((input.accepted(), self.commands()));
    }

    /// Takes back what is not consumed.
    pub(super) fn reclaim(&self) -> Vec<u8> {
        self.hold();
        let bytes = self.input.borrow_mut().reclaim();
        self.settle_hold();
        bytes
    }

    /// Gives up. For a sink and a source, its `CLOSED` follows.
    pub(super) fn destroy(&self) {
        self.cut();
        if self.closes {
            self.chime.expect_close();
            // One that broke down may have said so already.
            if !self.chime.rests() {
                self.hold();
            }
        }
        self.input.borrow_mut().abort();
        if let Some(output) = self.output.borrow_mut().take() {
            self.last_output.set(Some(output.snapshot()));
        }
        self.wanted.take();
        if !self.closes {
            self.chime.disregard();
            self.unhold();
        }
    }

    /// Whether `'drain'` is due: the buffer is low, and there is credit for the next write. Asks to be told when it, or
    /// the callback that waits for `callback_at`, will be.
    pub(super) fn settle(&self, callback_at: Option<Bytes>) -> bool {
        self.callback_at.set(callback_at);
        let input = self.input.borrow();
        self.hear(&input);
        let drained = self.awaits_drain(&input) && input.is_low() && input.poll_credit(&self.room);
        if drained {
            self.need_drain.set(false);
            input.count_drain();
        }
        self.arm(&input);
        drop(input);
        self.settle_hold();
        drained
    }

    /// Asks to be told when the input is consumed up to `callback_at`, where no older callback waits.
    pub(super) fn watch(&self, callback_at: Bytes) {
        self.callback_at.set(Some(callback_at));
        self.arm(&self.input.borrow());
    }

    /// Asks to be rung at the first position that matters.
    pub(super) fn arm(&self, input: &Sender<Command>) {
        let is_low = input.is_low();
        let drain_at = (self.awaits_drain(input) && !is_low).then(|| input.low_position());
        let credit_came = self.awaits_drain(input) && is_low && input.poll_credit(&self.room);
        let position = drain_at.into_iter().chain(self.callback_at.get()).min();
        if credit_came || position.is_some_and(|position| !input.wake_when_consumed(position, &self.room)) {
            self.hold();
            self.chime.ring(event::ROOM);
        }
    }

    fn awaits_drain(&self, input: &Sender<Command>) -> bool {
        self.need_drain.get() && input.is_open()
    }

    /// Bytes that can be read now; `None` when nothing more will come. With 0 the stream is rung when that changes,
    /// unless it is `until` that ends them: only what was produced when that many commands were done.
    pub(super) fn available(&self, until: Option<u32>) -> Option<usize> {
        let mut output = self.output.borrow_mut();
        let output = output.as_mut()?;
        if self.is_linked() {
            // The link waits, not the stream.
            return match output.readable() {
                Some(Readable::Bytes(n)) => Some(n),
                Some(Readable::End | Readable::Aborted) => None,
                None => Some(0),
            };
        }
        let polled = output.poll_readable(&mut Context::from_waker(&self.readable));
        // Asked for after the bytes: what of them came behind the command came after its mark.
        let mark = self.chime.produced_when_done(until.unwrap_or(u32::MAX));
        match polled {
            Poll::Ready(Readable::Bytes(n)) => Some(match mark {
                Some(mark) => n.min(mark.saturating_sub(output.consumed().get()) as usize),
                None => n,
            }),
            Poll::Ready(Readable::End | Readable::Aborted) => None,
            Poll::Pending => Some(0),
        }
    }

    pub(super) fn read(&self, target: &mut [u8]) -> usize {
        self.hold();
        self.hear(&self.input.borrow());
        let n = self
            .output
            .borrow_mut()
            .as_mut()
            .map_or(0, |output| output.read(target));
        self.settle_hold();
        n
    }

    /// Bytes that wait to be read.
    pub(super) fn unread(&self) -> u64 {
        self.output
            .borrow()
            .as_ref()
            .map_or(0, |output| output.snapshot().buffered)
    }

    pub(super) fn input_snapshot(&self) -> Snapshot {
        self.input.borrow().snapshot()
    }

    pub(super) fn output_snapshot(&self) -> Option<Snapshot> {
        self.output
            .borrow()
            .as_ref()
            .map(Receiver::snapshot)
            .or(self.last_output.get())
    }

    /// Whether the program writes on although it was told to stop, and the budget has no credit for `length` bytes.
    pub(super) fn is_overspent(&self, input: &Sender<Command>, length: usize) -> bool {
        self.need_drain.get() && !input.has_credit(length)
    }

    /// Whether one of the buffers waits for its turn of the budget.
    pub(super) fn awaits_credit(&self) -> bool {
        let output = self.output.borrow();
        let output = output.as_ref();
        self.input.borrow().awaits_credit() || output.is_some_and(Receiver::sender_awaits_credit)
    }

    pub(super) fn needs_drain(&self) -> bool {
        self.need_drain.get() || self.is_stalled()
    }

    /// Holds the event loop and the stream, with those that it is linked to, until all their stages are found parked.
    pub(super) fn hold(&self) {
        if !self.chime.is_held() {
            self.hold_all();
        }
    }

    pub(super) fn hold_all(&self) {
        let hold = |chime: &Chime| {
            if !chime.is_held() {
                chime.set_held(true);
                self.bell.hold(chime.id);
            }
        };
        hold(&self.chime);
        chain::each_other(&self.chime, hold);
    }

    fn unhold(&self) {
        let unhold = |chime: &Chime| {
            if chime.is_held() {
                chime.set_held(false);
                self.bell.unhold(chime.id);
            }
        };
        unhold(&self.chime);
        chain::each_other(&self.chime, unhold);
    }

    /// Lets go when the stage waits for the program, and the program has heard all that the stage had to say.
    /// Otherwise the stage, which parks after this looked, rings.
    pub(super) fn settle_hold(&self) {
        self.settle_hold_with(&self.input.borrow());
    }

    fn settle_hold_with(&self, input: &Sender<Command>) {
        // In this order: what the stage said before it parked is seen when it is seen to be parked.
        let rests = || self.is_parked(input) && !self.chime.has_events();
        if self.chime.is_held() && chain::rests(&self.chime, rests) {
            self.unhold();
        }
    }

    fn is_parked(&self, input: &Sender<Command>) -> bool {
        if self.chime.rests() {
            return true;
        }
        let nothing_to_publish = input.is_clean() || self.corked.get();
        let starving = nothing_to_publish && input.receiver_is_starving();
        starving
            || self
                .output
                .borrow()
                .as_ref()
                .is_some_and(Receiver::sender_is_waiting)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.cut();
        // Collected, the stream has nothing to do any more; torn down with its environment, it may: it stops there.
        self.input.get_mut().abandon();
        self.bell.leave(self.chime.id);
        raw::adjust_external_memory(self.bell.env, -OUTSIDE);
    }
}
