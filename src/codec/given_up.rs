//! What was given up while threads are still at work on it. It goes when they are done, and takes memory until then.

use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, lock};

/// How many there may be in the process when another one is begun: so whoever begins and gives up, over and over, has no more
/// memory than that.
const MOST: usize = 2;

static LEFT: Mutex<Left> = Mutex::new(Left {
    count: 0,
    waiting: Vec::new(),
});

struct Left {
    count: usize,
    /// Those that would begin another one.
    waiting: Vec<Waker>,
}

/// Drops `frame`, which waits for its threads. They need nothing that anybody else holds, so that ends.
pub(super) fn give_up<T>(frame: T) {
    lock(&LEFT).count += 1;
    drop(frame);
    let waiting = {
        let mut left = lock(&LEFT);
        left.count -= 1;
        std::mem::take(&mut left.waiting)
    };
    for waker in waiting {
        waker.wake();
    }
}

/// Ready when another one may be begun; wakes the task then.
pub(super) fn poll_room(cx: &mut Context<'_>) -> Poll<()> {
    let mut left = lock(&LEFT);
    if left.count < MOST {
        return Poll::Ready(());
    }
    let waker = cx.waker();
    if !left.waiting.iter().any(|known| known.will_wake(waker)) {
        left.waiting.push(waker.clone());
    }
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
    use std::task::Wake;
    use std::thread;

    /// Says that it is being dropped, and is until it is told.
    struct Slow(SyncSender<()>, Receiver<()>);

    impl Drop for Slow {
        fn drop(&mut self) {
            let _ = self.0.send(());
            let _ = self.1.recv();
        }
    }

    struct Woken(SyncSender<()>);

    impl Wake for Woken {
        fn wake(self: std::sync::Arc<Self>) {
            let _ = self.0.try_send(());
        }
    }

    #[test]
    fn who_begins_waits_for_those_that_were_given_up() {
        let (dropping, begun) = sync_channel(MOST);
        let ends: Vec<_> = (0..MOST)
            .map(|_| {
                let (end, ended) = channel();
                let slow = Slow(dropping.clone(), ended);
                thread::spawn(|| give_up(slow));
                end
            })
            .collect();
        for _ in 0..MOST {
            begun.recv().unwrap();
        }
        let (sender, woken) = sync_channel(1);
        let waker = Waker::from(std::sync::Arc::new(Woken(sender)));
        assert!(poll_room(&mut Context::from_waker(&waker)).is_pending());
        drop(ends);
        // Others may give up, too, meanwhile.
        while poll_room(&mut Context::from_waker(&waker)).is_pending() {
            woken.recv().unwrap();
        }
    }
}
