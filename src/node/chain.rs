//! Chains: streams that are linked one to the next, and hold the event loop together.
//!
//! What a stage works on in a chain comes from the stage before it, and goes to the one behind, so none of them waits for
//! the program while another works. Either all are held or none: from when one of them has something to do until all
//! are found parked. The last one to park rings, and the JS thread looks.

use std::sync::Arc;

use crate::flow::Probe;
use crate::link::Link;
use crate::stage::Command;

use super::chime::Chime;

/// A link between streams: from what a stage produces to what another one is given.
pub(super) type StreamLink = Link<(), Command>;

/// Where a stream is in a chain. Out of one, it has none of these.
#[derive(Debug, Default)]
pub(super) struct Place {
    before: Option<Neighbour>,
    after: Option<Neighbour>,
    stage: Option<Waits>,
}

/// The stream at the other end of a link.
#[derive(Debug, Clone)]
struct Neighbour {
    chime: Arc<Chime>,
    link: Arc<StreamLink>,
}

/// What a stage may wait for.
#[derive(Debug)]
pub(super) struct Waits {
    pub(super) input: Probe<Command>,
    pub(super) output: Option<Probe<()>>,
}

impl Place {
    pub(super) fn is_parked(&self) -> bool {
        let Some(stage) = &self.stage else { return false };
        let waits_for_room = |output: &Probe<()>| output.sender_is_waiting();
        stage.input.receiver_is_starving() || stage.output.as_ref().is_some_and(waits_for_room)
    }

    /// Forgets the probes too, when no neighbour is left: through its wakers a channel knows the chime.
    fn leave(&mut self) {
        if self.before.is_none() && self.after.is_none() {
            self.stage = None;
        }
    }
}

/// Enters a link between two streams.
pub(super) fn join(from: (&Arc<Chime>, Waits), to: (&Arc<Chime>, Waits), link: &Arc<StreamLink>) {
    let neighbour = |chime: &Arc<Chime>| {
        Some(Neighbour {
            chime: Arc::clone(chime),
            link: Arc::clone(link),
        })
    };
    let mut place = from.0.place();
    place.after = neighbour(to.0);
    place.stage = Some(from.1);
    drop(place);
    let mut place = to.0.place();
    place.before = neighbour(from.0);
    place.stage = Some(to.1);
}

/// Forgets the link between two streams.
pub(super) fn part(from: &Chime, to: &Chime) {
    let mut place = from.place();
    let after = place.after.take();
    place.leave();
    drop(place);
    let mut place = to.place();
    let before = place.before.take();
    place.leave();
    drop(place);
    drop((after, before));
}

/// The direction in which one walks.
type Next = fn(&Place) -> &Option<Neighbour>;

const BEFORE: Next = |place| &place.before;
const AFTER: Next = |place| &place.after;

/// The streams before `chime`, or behind it, the nearest first.
fn walk(chime: &Chime, next: Next) -> impl Iterator<Item = Neighbour> {
    let step = move |chime: &Chime| next(&chime.place()).clone();
    std::iter::successors(step(chime), move |neighbour| step(&neighbour.chime))
}

/// All the other streams of the chain that `chime` is in.
fn others(chime: &Chime) -> impl Iterator<Item = Neighbour> {
    walk(chime, BEFORE).chain(walk(chime, AFTER))
}

/// Calls `each` for the others of the chain.
pub(super) fn each_other(chime: &Chime, mut each: impl FnMut(&Chime)) {
    others(chime).for_each(|other| each(&other.chime));
}

/// Whether `other` can be reached from `chime` downstream.
pub(super) fn leads_to(chime: &Chime, other: &Chime) -> bool {
    chime.id == other.id || walk(chime, AFTER).any(|next| next.chime.id == other.id)
}

/// Whether all the others are parked, each when it was looked at: the last of them to park finds it so.
pub(super) fn others_are_parked(chime: &Chime) -> bool {
    others(chime).all(|other| other.chime.is_parked())
}

/// Whether the whole chain is parked at one moment, and has nothing to say; `self_rests` looks at `chime` itself. For the
/// JS thread, on which links are made and taken apart.
pub(super) fn rests(chime: &Chime, self_rests: impl FnOnce() -> bool) -> bool {
    let moved = || others(chime).map(|other| other.link.moved()).collect::<Vec<_>>();
    let before = moved();
    // In this order: what a stage said before it parked is seen when it is seen to be parked. That no bytes were moved
    // meanwhile says that none of those that were found parked has been woken by another.
    self_rests()
        && others(chime).all(|other| other.chime.is_parked() && !other.chime.has_events())
        && before == moved()
}
