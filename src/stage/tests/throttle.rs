//! The throttle stage: bytes unchanged, at the rate, and how it stops while it waits.

use super::*;
use crate::stage::{Rate, Terms, run_throttle};

fn rate(bytes_per_second: f64, burst: f64) -> Arc<Rate> {
    Rate::new(Terms {
        bytes_per_second,
        burst: Some(burst),
    })
}

fn line(rate: &Arc<Rate>) -> (Sender<Command>, Receiver<()>, Watch) {
    let (sender, from_program) = channel(marks(64 * 1024, 32 * 1024));
    let (to_reader, receiver) = channel(marks(64 * 1024, 32 * 1024));
    let rate = Arc::clone(rate);
    let watch = Watch::start(|observer| run_throttle(rate, from_program, to_reader, observer));
    (sender, receiver, watch)
}

#[test]
fn bytes_come_unchanged_and_take_their_time() {
    let data = text(1000);
    let (mut sender, mut receiver, watch) = line(&rate(100_000.0, 10_000.0));
    let begin = Instant::now();
    let out = thread::scope(|scope| {
        scope.spawn(|| {
            send(&mut sender, &data);
            sender.end();
        });
        read(&mut receiver, usize::MAX)
    });
    assert!(out == (data.clone(), Some(Readable::End)));
    let least = (data.len() as f64 - 10_000.0) / 100_000.0;
    assert!(begin.elapsed().as_secs_f64() >= least);
    assert!(matches!(watch.next(), Report::Finished));
}

#[test]
fn a_change_of_the_rate_wakes_what_waits() {
    let rate = rate(f64::MIN_POSITIVE, 1.0);
    let (mut sender, mut receiver, _watch) = line(&rate);
    sender.write(b"two");
    sender.publish();
    assert_eq!(read(&mut receiver, 1).0, b"t", "the burst");
    rate.set(Terms {
        bytes_per_second: 1e6,
        burst: None,
    });
    assert_eq!(read(&mut receiver, 2).0, b"wo");
}

#[test]
fn given_up_while_it_waits_it_is_gone_at_once() {
    let rate = rate(f64::MIN_POSITIVE, 1.0);
    let (mut sender, mut receiver, watch) = line(&rate);
    sender.write(b"two");
    sender.publish();
    assert_eq!(read(&mut receiver, 1).0, b"t", "the burst");
    sender.abort();
    watch.wait_until_gone();
    assert!(watch.is_silent());
}
