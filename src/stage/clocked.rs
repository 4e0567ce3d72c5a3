//! A stage with a clock: tells it when a turn begins, when it ends, and when the stage is woken.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::pressure::Clock;

/// Runs `stage` by `clock`.
pub async fn clocked(clock: Arc<Clock>, stage: impl Future<Output = ()> + Send + 'static) {
    Clocked {
        clock,
        stage: Box::pin(stage),
        waker: None,
    }
    .await;
}

struct Clocked {
    clock: Arc<Clock>,
    stage: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// The task's waker, and the one that the stage is given in its place.
    waker: Option<(Waker, Waker)>,
}

/// Tells the clock before it wakes the stage.
struct Woken {
    clock: Arc<Clock>,
    task: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.clock.wake();
        self.task.wake_by_ref();
    }
}

impl Clocked {
    fn waker(&mut self, task: &Waker) -> Waker {
        match &self.waker {
            Some((known, ours)) if known.will_wake(task) => ours.clone(),
            _ => {
                let ours = Waker::from(Arc::new(Woken {
                    clock: Arc::clone(&self.clock),
                    task: task.clone(),
                }));
                self.waker = Some((task.clone(), ours.clone()));
                ours
            }
        }
    }
}

impl Future for Clocked {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = self.waker(cx.waker());
        self.clock.begin_turn();
        let polled = self.stage.as_mut().poll(&mut Context::from_waker(&waker));
        match polled {
            Poll::Ready(()) => self.clock.stop(),
            Poll::Pending => self.clock.end_turn(),
        }
        polled
    }
}
