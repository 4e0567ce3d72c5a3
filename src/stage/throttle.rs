//! The throttle stage: a codec that changes nothing, and whose steps wait for what a shared rate allows.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::time::{Sleep, sleep_until};

use crate::codec::{Codec, Flush, Step};
use crate::error::Result;
use crate::flow::{Receiver, Sender};
use crate::pressure::Spending;

use super::codec::{Command, run_with};
use super::rate::{Due, Place, Rate};
use super::report::Observer;

/// Drives bytes from `input` to `output`, no faster than `rate` allows, until the end or until one of the channels is given
/// up.
pub async fn run(rate: Arc<Rate>, input: Receiver<Command>, output: Sender<()>, observer: Arc<dyn Observer>) {
    let throttle = Box::new(Throttle::new(rate));
    run_with(throttle, None, Spending::Throttle, input, output, observer).await;
}

/// A codec that changes nothing.
struct Throttle {
    rate: Arc<Rate>,
    /// Bytes that may pass now.
    allowed: usize,
    /// What it waits for, and how many bytes may pass then.
    awaited: Option<(Place, usize)>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Throttle {
    fn new(rate: Arc<Rate>) -> Self {
        Self {
            rate,
            allowed: 0,
            awaited: None,
            timer: None,
        }
    }

    /// How many of `wanted` bytes may pass now. If none may, `poll_work` waits for that.
    fn allow(&mut self, wanted: usize) -> usize {
        if self.allowed == 0 && self.awaited.is_none() && wanted > 0 {
            let now = Instant::now();
            let (place, bytes) = self.rate.take(wanted, now);
            match place.due(now, None) {
                Due::Now => self.allowed = bytes,
                Due::At(_) | Due::Never => self.awaited = Some((place, bytes)),
            }
        }
        wanted.min(self.allowed)
    }
}

impl Codec for Throttle {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let n = self.allow(input.len().min(output.len()));
        output[..n].copy_from_slice(&input[..n]);
        self.allowed -= n;
        Ok(Step {
            consumed: n,
            produced: n,
            done: n == input.len(),
        })
    }

    fn flush(&mut self, _kind: Flush, _output: &mut [u8]) -> Result<Step> {
        Ok(Step::DONE)
    }

    fn finish(&mut self, _output: &mut [u8]) -> Result<Step> {
        Ok(Step::DONE)
    }

    fn reset(&mut self) -> Result<()> {
        Ok(())
    }

    fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        loop {
            let Some((place, bytes)) = &self.awaited else {
                return Poll::Ready(false);
            };
            match place.due(Instant::now(), Some(cx.waker())) {
                Due::Now => {
                    self.allowed = *bytes;
                    self.awaited = None;
                    return Poll::Ready(true);
                }
                // Until the rate changes, which wakes the task.
                Due::Never => return Poll::Pending,
                Due::At(at) => {
                    let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at.into())));
                    timer.as_mut().reset(at.into());
                    if timer.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}
