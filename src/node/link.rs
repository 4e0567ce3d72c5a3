//! Linking two streams, and taking their link apart, on the JS thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use napi_derive::napi;

use crate::flow::{Receiver, Sender};
use crate::link::Link;
use crate::stage::Command;

use super::chain::{self, StreamLink, Waits};
use super::chime::{Chime, event};
use super::handle::Handle;
use super::reference::Ref;

/// A link, as both of its streams know it.
pub(super) struct Tie {
    link: Arc<StreamLink>,
    from: Arc<Chime>,
    to: Arc<Chime>,
}

impl Tie {
    pub(super) fn new(
        link: Arc<StreamLink>,
        from: (&Arc<Chime>, Waits),
        to: (&Arc<Chime>, Waits),
    ) -> Rc<Self> {
        let (from_chime, to_chime) = (Arc::clone(from.0), Arc::clone(to.0));
        chain::join(from, to, &link);
        Rc::new(Self {
            link,
            from: from_chime,
            to: to_chime,
        })
    }

    pub(super) fn is_live(&self) -> bool {
        self.link.is_live()
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.link.is_stalled()
    }

    /// Takes the link apart; whether the second stream has to wait for its low mark. What was a chain is two: each of
    /// them is to look whether it still has to hold the event loop.
    pub(super) fn cut(&self) -> bool {
        if !self.is_live() {
            return false;
        }
        let stalled = self.link.unlink();
        chain::part(&self.from, &self.to);
        for chime in [&self.from, &self.to] {
            if chime.is_held() {
                chime.ring(event::PARKED);
            }
        }
        stalled
    }
}

impl Handle {
    /// Links the output to the input of `to`, unless `to` has to see each write, or is at the end of another link. A
    /// budget's line is for streams to stand in: where there is a bound to keep, there is no link.
    fn link(&self, to: &Self) -> bool {
        let is_free = !self.is_linked() && !is_live(&to.incoming) && !chain::leads_to(&to.chime, &self.chime);
        let is_bound = self.limit.budget.is_bound() || to.limit.budget.is_bound();
        if !is_free || is_bound || to.sees_each_write() || !self.tie(to) {
            return false;
        }
        // As one from now on: all are held or none.
        self.hold_all();
        self.settle_hold();
        true
    }

    fn tie(&self, to: &Self) -> bool {
        let mut output = self.output.borrow_mut();
        let mut input = to.input.borrow_mut();
        let Some(output) = output.as_mut().filter(|_| input.is_open()) else {
            return false;
        };
        input.publish();
        let from = waits(&self.input.borrow(), Some(output));
        let behind = waits(&input, to.output.borrow().as_ref());
        let link = Link::new(output, &mut input, self.readable.clone());
        let tie = Tie::new(link, (&self.chime, from), (&to.chime, behind));
        *self.outgoing.borrow_mut() = Some(Rc::clone(&tie));
        *to.incoming.borrow_mut() = Some(tie);
        true
    }

    /// Whether what `write()` returns, or what follows each chunk, hangs on the chunks.
    fn sees_each_write(&self) -> bool {
        self.after_write.is_some() || self.limit.enforced || self.corked.get() || self.need_drain.get()
    }

    /// Takes the link to `to` apart. What it has filled is then as if a `write()` had: `'drain'` is due.
    fn unlink(&self, to: &Self) -> bool {
        let tie = self.outgoing.borrow_mut().take();
        let stalled = tie.is_some_and(|tie| tie.cut());
        if stalled {
            to.need_drain.set(true);
            to.hold();
            to.arm(&to.input.borrow());
            to.settle_hold();
        }
        stalled
    }

    /// Whether a link takes the output.
    pub(super) fn is_linked(&self) -> bool {
        is_live(&self.outgoing)
    }

    /// Whether the link that brings the input waits for room.
    pub(super) fn is_stalled(&self) -> bool {
        self.incoming
            .borrow()
            .as_ref()
            .is_some_and(|tie| tie.is_stalled())
    }

    /// Leaves its links.
    pub(super) fn cut(&self) {
        for tie in [&self.incoming, &self.outgoing] {
            if let Some(tie) = tie.borrow_mut().take() {
                tie.cut();
            }
        }
    }
}

fn is_live(tie: &RefCell<Option<Rc<Tie>>>) -> bool {
    tie.borrow().as_ref().is_some_and(|tie| tie.is_live())
}

fn waits(input: &Sender<Command>, output: Option<&Receiver<()>>) -> Waits {
    Waits {
        input: input.probe(),
        output: output.map(Receiver::probe),
    }
}

/// Lets the bytes of `source` go straight to `destination`. `false`: they have to be seen on the way.
#[napi(catch_unwind)]
pub fn link(
    #[napi(ts_arg_type = "object")] source: Ref<'_, Handle>,
    #[napi(ts_arg_type = "object")] destination: Ref<'_, Handle>,
) -> bool {
    source.link(&destination)
}

/// Ends `link`: nothing moves any more when it returns. Whether `destination` is full, so that a `'drain'` will come.
#[napi(catch_unwind)]
pub fn unlink(
    #[napi(ts_arg_type = "object")] source: Ref<'_, Handle>,
    #[napi(ts_arg_type = "object")] destination: Ref<'_, Handle>,
) -> bool {
    source.unlink(&destination)
}

/// Whether what comes through a link has filled the stream, and it has not been down at its low mark since.
#[napi(catch_unwind)]
pub fn stalled(#[napi(ts_arg_type = "object")] destination: Ref<'_, Handle>) -> bool {
    destination.is_stalled()
}
