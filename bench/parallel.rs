//! Measures what threads make of one stream, driven by a stage as a program's streams are: bytes are written to a channel
//! of the default marks and read from another. Prints a table for the files given; `LEVELS="1 6"` chooses the levels.
//!
//! ```sh
//! cargo run --release --no-default-features --example parallel -- FILE...
//! ```
//!
//! `node` is taken from the path, and reads and writes files by `fs`'s streams. The least seconds of [`RUNS`] interleaved
//! runs count. Those of the processor are of all threads, so that a busy machine disturbs them less. Linux only.

use std::error::Error;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use sluice::codec::{Codec, Format, Settings, open};
use sluice::flow::{Bytes, Marks, Readable, channel};
use sluice::parallel;
use sluice::stage::{self, Observer, Report};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each figure is taken.
const RUNS: usize = 3;

/// The default high-water marks of a stream.
const HIGH: u64 = 64 * 1024;

/// The file in its arguments, through `node:zlib` at a level, into nothing: prints the seconds and those of the
/// processor.
const NODE: &str = r"
const fs = require('fs');
const [level, file] = process.argv.slice(1);
const gzip = require('zlib').createGzip({ level: Number(level) });
const [start, used] = [performance.now(), process.cpuUsage()];
let bytes = 0;
gzip.on('data', (chunk) => { bytes += chunk.length; });
require('stream').pipeline(fs.createReadStream(file), gzip, fs.createWriteStream('/dev/null'), () => {
  const { user, system } = process.cpuUsage(used);
  console.log(bytes, (performance.now() - start) / 1e3, (user + system) / 1e6);
});
";

#[derive(Clone, Copy)]
struct Figure {
    bytes: usize,
    seconds: f64,
    processor: f64,
}

fn main() -> Result<()> {
    let levels = std::env::var("LEVELS").unwrap_or_else(|_| "1 6 9".into());
    for file in std::env::args().skip(1) {
        let path = Path::new(&file);
        let data: Arc<[u8]> = std::fs::read(path)?.into();
        println!("\n{}, {} bytes\n", path.display(), data.len());
        println!("| level | by | bytes | s | times as fast | processor s |");
        println!("|--:|---|--:|--:|--:|--:|");
        for level in levels.split_whitespace() {
            table(path, &data, level.parse()?)?;
        }
    }
    Ok(())
}

fn table(path: &Path, data: &Arc<[u8]>, level: i32) -> Result<()> {
    let settings = |threads| Settings {
        level,
        threads: NonZeroUsize::new(threads),
        ..Settings::default()
    };
    let whole = || open(Format::Gzip, &settings(1));
    let workers = stage::workers()?;
    let blocks = |threads| parallel::open(Format::Gzip, &settings(threads), Some(Arc::clone(&workers)));
    let names = ["node:zlib", "one piece", "1 thread", "all threads"];
    let mut best: [Option<Figure>; 4] = [None; 4];
    for _ in 0..RUNS {
        let figures = [
            node(path, level)?,
            staged(data, whole()?)?,
            staged(data, blocks(1)?)?,
            staged(data, blocks(0)?)?,
        ];
        for (best, figure) in best.iter_mut().zip(figures) {
            let before = best.unwrap_or(figure);
            *best = Some(Figure {
                bytes: figure.bytes,
                seconds: before.seconds.min(figure.seconds),
                processor: before.processor.min(figure.processor),
            });
        }
    }
    let figures: Vec<Figure> = best.into_iter().flatten().collect();
    for (name, figure) in names.iter().zip(&figures) {
        println!(
            "| {level} | {name} | {} | {:.3} | {:.2} | {:.3} |",
            figure.bytes,
            figure.seconds,
            figures[0].seconds / figure.seconds,
            figure.processor,
        );
    }
    Ok(())
}

/// Seconds of the processor that all threads of this process have taken.
fn processor() -> Result<f64> {
    let mut seconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let figures = std::fs::read_to_string(task?.path().join("schedstat"))?;
        let nanoseconds = figures.split(' ').next().unwrap_or_default();
        seconds += nanoseconds.parse::<f64>()? / 1e9;
    }
    Ok(seconds)
}

struct Silent(mpsc::Sender<Report>);

impl Observer for Silent {
    fn report(&self, report: Report) {
        if !matches!(report, Report::Parked) {
            let _ = self.0.send(report);
        }
    }
}

fn staged(data: &Arc<[u8]>, codec: Box<dyn Codec>) -> Result<Figure> {
    let marks = Marks::new(Bytes::new(HIGH), Bytes::new(HIGH / 2));
    let (mut input, from_program) = channel(marks);
    let (to_reader, mut output) = channel(marks);
    let (outbox, reports) = mpsc::channel();
    let (start, used) = (Instant::now(), processor()?);
    let observer = Arc::new(Silent(outbox));
    stage::spawn(stage::run_codec(codec, None, from_program, to_reader, observer))?;
    let source = Arc::clone(data);
    stage::spawn(async move {
        for chunk in source.chunks(HIGH as usize) {
            let _ = poll_fn(|cx| input.poll_room(cx)).await;
            input.write(chunk);
        }
        input.end();
        let _ = poll_fn(|cx| input.poll_room(cx)).await;
    })?;
    let (counted, bytes) = mpsc::channel();
    stage::spawn(async move {
        let mut total = 0;
        let mut target = vec![0; HIGH as usize];
        while let Readable::Bytes(_) = poll_fn(|cx| output.poll_readable(cx)).await {
            total += output.read(&mut target);
        }
        let _ = counted.send(total);
    })?;
    let figure = Figure {
        bytes: bytes.recv()?,
        seconds: start.elapsed().as_secs_f64(),
        processor: processor()? - used,
    };
    match reports.recv()? {
        Report::Finished => Ok(figure),
        _ => Err("the stream failed".into()),
    }
}

fn node(path: &Path, level: i32) -> Result<Figure> {
    let output = Command::new("node")
        .args(["-e", NODE, &level.to_string()])
        .arg(path)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut figures = text.split_whitespace();
    let mut next = || figures.next().ok_or("node said nothing");
    Ok(Figure {
        bytes: next()?.parse()?,
        seconds: next()?.parse()?,
        processor: next()?.parse()?,
    })
}
