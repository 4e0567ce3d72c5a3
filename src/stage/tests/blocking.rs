//! A stage whose codec waits for threads of its own: it may wait, and nobody waits for it.

use std::num::NonZeroUsize;
use std::sync::Condvar;

use super::*;
use crate::codec::{Codec, Flush, Format, Output, Settings, Step, Whole, open};
use crate::error::{Error, Result};
use crate::stage::{run_codec, spawn_apart};

/// A gate that is closed, and then opened for good.
#[derive(Default)]
struct Gate(Mutex<bool>, Condvar);

impl Gate {
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    /// Whether it was opened in time.
    fn pass(&self) -> bool {
        let open = self.0.lock().unwrap();
        let (open, _) = self.1.wait_timeout_while(open, PATIENCE, |open| !*open).unwrap();
        *open
    }
}

/// Swallows its input, once the gate is open.
struct Behind(Arc<Gate>);

impl Codec for Behind {
    fn feed(&mut self, input: &[u8], _output: &mut [u8]) -> Result<Step> {
        if !self.0.pass() {
            return Err(Error::Codec("waited in vain"));
        }
        Ok(Step {
            consumed: input.len(),
            produced: 0,
            done: true,
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

    fn blocks(&self) -> bool {
        true
    }
}

struct Line {
    sender: Sender<Command>,
    receiver: Receiver<()>,
    watch: Watch,
}

fn line(codec: Box<dyn Codec>) -> Line {
    let (sender, from_program) = channel(marks(64 * 1024, 32 * 1024));
    let (to_reader, receiver) = channel(marks(64 * 1024, 32 * 1024));
    let blocks = codec.blocks();
    let watch = Watch::start_by(
        |observer| run_codec(codec, None, from_program, to_reader, observer),
        |stage| {
            if blocks {
                spawn_apart(stage).unwrap();
            } else {
                spawn(stage).unwrap();
            }
        },
    );
    Line {
        sender,
        receiver,
        watch,
    }
}

#[test]
fn more_stages_than_workers_wait_and_others_go_on() {
    let gate = Arc::new(Gate::default());
    let waiting: Vec<_> = (0..thread::available_parallelism().unwrap().get() + 3)
        .map(|_| {
            let mut line = line(Box::new(Behind(Arc::clone(&gate))));
            line.sender.write(b"bytes");
            line.sender.end();
            line
        })
        .collect();
    let mut other = line(open(Format::Gzip, &Settings::default()).unwrap());
    other.sender.write(b"bytes");
    other.sender.end();
    let (_, last) = read(&mut other.receiver, usize::MAX);
    assert_eq!(last, Some(Readable::End));
    gate.open();
    for line in waiting {
        assert!(matches!(line.watch.next(), Report::Finished));
    }
}

#[test]
fn zstd_by_several_threads_gives_its_bytes_to_a_slow_reader_and_may_be_given_up() {
    let settings = Settings {
        threads: NonZeroUsize::new(2),
        ..Settings::default()
    };
    let data = text(100_000);
    let codec = || open(Format::ZstdCompress, &settings).unwrap();
    assert!(codec().blocks());
    for most in [usize::MAX, 1000] {
        let Line {
            mut sender,
            mut receiver,
            watch,
        } = line(codec());
        let packed = thread::scope(|scope| {
            scope.spawn(|| {
                send(&mut sender, &data);
                sender.end();
            });
            let mut packed = Vec::new();
            loop {
                let (part, last) = read(&mut receiver, most);
                packed.extend(part);
                if last.is_some() {
                    return packed;
                }
            }
        });
        let mut output = Output::new(&mut []);
        let decoder = open(Format::ZstdDecompress, &Settings::default()).unwrap();
        Whole::new(decoder).process(&packed, None, &mut output).unwrap();
        assert!(output.parts().flatten().eq(&data));
        assert!(matches!(watch.next(), Report::Finished));
    }
    let mut given_up = line(codec());
    given_up.sender.write(&data);
    drop(given_up.sender);
    drop(given_up.receiver);
    given_up.watch.wait_until_gone();
}
