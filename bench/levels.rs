//! Measures what each level makes of the files given, by `node:zlib`, by zlib-rs, and by this crate, which chooses
//! among zlib-rs's levels, and prints the tables of `docs/levels.md`:
//!
//! ```sh
//! cargo run --release --no-default-features --example levels -- [--pieces BYTES] FILE...
//! ```
//!
//! With `--pieces`, 200 pieces of so many bytes of each file are compressed, each into a stream of its own. Only their
//! sizes tell something then: the seconds of `node` are those of a cold start.
//!
//! `node` is taken from the path. Seconds are of processor time, so that a busy machine disturbs them less, the least
//! of [`RUNS`] runs; reading the file is not counted. Linux only.

use sluice::codec::{Format, Settings, open};
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::Command;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each figure is taken.
const RUNS: usize = 2;

/// How many pieces of a file are measured with `--pieces`.
const PIECES: usize = 200;

/// The bytes handed to the compressor at a time: a slab of a stream, so the way a stage feeds it.
const PIECE: usize = 16 * 1024;

/// What zlib adds to the window bits for a gzip wrapper.
const GZIP: i32 = 16;

/// `node:zlib` at the level and on the pieces of the file in its arguments (size, distance and number of them, and the
/// file): prints the size in all and the seconds.
const NODE: &str = r"
const [level, size, step, count] = process.argv.slice(1, 5).map(Number);
const data = require('fs').readFileSync(process.argv[5]);
let bytes = 0;
const start = process.cpuUsage();
for (let index = 0; index < count; index += 1) {
  const piece = data.subarray(index * step, index * step + size);
  bytes += require('zlib').gzipSync(piece, { level, chunkSize: 1 << 20 }).length;
}
const { user, system } = process.cpuUsage(start);
console.log(bytes, (user + system) / 1e6);
";

#[derive(Clone, Copy)]
struct Figure {
    bytes: u64,
    seconds: f64,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {:.2}", self.bytes, self.seconds)
    }
}

/// The parts of a file that are measured.
struct Cut {
    size: usize,
    step: usize,
    count: usize,
}

impl Cut {
    fn of(length: usize, size: Option<usize>) -> Self {
        let (size, count) = size.map_or((length, 1), |size| (size.min(length), PIECES));
        let step = (length - size) / count;
        Self { size, step, count }
    }

    fn parts<'data>(&self, data: &'data [u8]) -> impl Iterator<Item = &'data [u8]> {
        let Self { size, step, .. } = *self;
        (0..self.count).map(move |index| &data[index * step..][..size])
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    let mut size = None;
    if arguments.next_if_eq("--pieces").is_some() {
        size = Some(arguments.next().ok_or("--pieces needs a number")?.parse()?);
    }
    for file in arguments {
        table(Path::new(&file), size)?;
    }
    Ok(())
}

fn table(path: &Path, size: Option<usize>) -> Result<()> {
    let data = std::fs::read(path)?;
    let cut = Cut::of(data.len(), size);
    let nodes = figures(|level| node(path, &cut, level))?;
    let runs = figures(|level| sum(cut.parts(&data), |part| zlib_rs(part, level)))?;
    let ours = figures(|level| sum(cut.parts(&data), |part| sluice(part, level)))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let count = if cut.count > 1 {
        format!("{} × ", cut.count)
    } else {
        String::new()
    };
    println!("\n### {name}, {count}{} bytes\n", cut.size);
    println!(
        "| level | node:zlib bytes | s | zlib-rs bytes | s | Sluice bytes | s | larger by | times as fast |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (index, ((node, run), our)) in nodes.iter().zip(&runs).zip(&ours).enumerate() {
        println!(
            "| {} | {node} | {run} | {our} | {:+.2} % | {:.1} |",
            index + 1,
            (our.bytes as f64 / node.bytes as f64 - 1.0) * 100.0,
            node.seconds / our.seconds
        );
    }
    Ok(())
}

fn figures(mut measure: impl FnMut(u32) -> Result<Figure>) -> Result<Vec<Figure>> {
    (1..=9)
        .map(|level| {
            let mut best = measure(level)?;
            for _ in 1..RUNS {
                best.seconds = best.seconds.min(measure(level)?.seconds);
            }
            Ok(best)
        })
        .collect()
}

fn sum<'data>(
    parts: impl Iterator<Item = &'data [u8]>,
    measure: impl Fn(&[u8]) -> Result<u64>,
) -> Result<Figure> {
    let start = cpu_seconds()?;
    let bytes = parts.map(measure).sum::<Result<u64>>()?;
    Ok(Figure {
        bytes,
        seconds: cpu_seconds()? - start,
    })
}

/// The processor time that this thread has used.
fn cpu_seconds() -> Result<f64> {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = figures.split(' ').next().unwrap_or_default();
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

fn zlib_rs(data: &[u8], level: u32) -> Result<u64> {
    let mut compressor = Deflate::new_with_config(DeflateConfig {
        level: i32::try_from(level)?,
        window_bits: 15 + GZIP,
        ..DeflateConfig::default()
    });
    let mut output = vec![0; 4 * PIECE];
    for piece in data.chunks(PIECE) {
        let end = compressor.total_in() + piece.len() as u64;
        while compressor.total_in() < end {
            let left = (end - compressor.total_in()) as usize;
            let rest = &piece[piece.len() - left..];
            let did = compressor.compress(rest, &mut output, DeflateFlush::NoFlush);
            did.map_err(|error| error.as_str())?;
        }
    }
    while compressor.compress(&[], &mut output, DeflateFlush::Finish) != Ok(Status::StreamEnd) {}
    Ok(compressor.total_out())
}

fn sluice(data: &[u8], level: u32) -> Result<u64> {
    let settings = Settings {
        level: i32::try_from(level)?,
        ..Settings::default()
    };
    let mut codec = open(Format::Gzip, &settings)?;
    let mut output = vec![0; 4 * PIECE];
    let mut bytes = 0;
    for piece in data.chunks(PIECE) {
        let mut rest = piece;
        loop {
            let step = codec.feed(rest, &mut output)?;
            rest = &rest[step.consumed..];
            bytes += step.produced as u64;
            if step.done {
                break;
            }
        }
    }
    loop {
        let step = codec.finish(&mut output)?;
        bytes += step.produced as u64;
        if step.done {
            break;
        }
    }
    Ok(bytes)
}

fn node(path: &Path, cut: &Cut, level: u32) -> Result<Figure> {
    let numbers = [level as usize, cut.size, cut.step, cut.count].map(|number| number.to_string());
    let output = Command::new("node")
        .args(["-e", NODE])
        .args(numbers)
        .arg(path)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let (bytes, seconds) = text.trim().split_once(' ').ok_or("node said nothing")?;
    Ok(Figure {
        bytes: bytes.parse()?,
        seconds: seconds.parse()?,
    })
}
