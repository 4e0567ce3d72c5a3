//! Measures what each level makes of the files given, by `node:zlib`, by zlib-rs, and by this crate, which chooses
//! among zlib-rs's levels, and prints the tables of `docs/levels.md`:
//!
//! ```sh
//! cargo run --release --no-default-features --example levels -- FILE...
//! ```
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

/// The bytes handed to the compressor at a time: a slab of a stream, so the way a stage feeds it.
const PIECE: usize = 16 * 1024;

/// What zlib adds to the window bits for a gzip wrapper.
const GZIP: i32 = 16;

/// `node:zlib` at the level and on the file in its arguments: prints the size and the seconds.
const NODE: &str = r"
const data = require('fs').readFileSync(process.argv[2]);
const level = Number(process.argv[1]);
const start = process.cpuUsage();
const { length } = require('zlib').gzipSync(data, { level, chunkSize: 1 << 20 });
const { user, system } = process.cpuUsage(start);
console.log(length, (user + system) / 1e6);
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

fn main() -> Result<()> {
    for file in std::env::args().skip(1) {
        table(Path::new(&file))?;
    }
    Ok(())
}

fn table(path: &Path) -> Result<()> {
    let data = std::fs::read(path)?;
    let nodes = figures(|level| node(path, level))?;
    let runs = figures(|level| zlib_rs(&data, level))?;
    let ours = figures(|level| sluice(&data, level))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    println!("\n### {name}, {} bytes\n", data.len());
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

/// The processor time that this thread has used.
fn cpu_seconds() -> Result<f64> {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = figures.split(' ').next().unwrap_or_default();
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

fn zlib_rs(data: &[u8], level: u32) -> Result<Figure> {
    let start = cpu_seconds()?;
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
    Ok(Figure {
        bytes: compressor.total_out(),
        seconds: cpu_seconds()? - start,
    })
}

fn sluice(data: &[u8], level: u32) -> Result<Figure> {
    let start = cpu_seconds()?;
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
    Ok(Figure {
        bytes,
        seconds: cpu_seconds()? - start,
    })
}

fn node(path: &Path, level: u32) -> Result<Figure> {
    let output = Command::new("node")
        .args(["-e", NODE, &level.to_string()])
        .arg(path)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let (bytes, seconds) = text.trim().split_once(' ').ok_or("node said nothing")?;
    Ok(Figure {
        bytes: bytes.parse()?,
        seconds: seconds.parse()?,
    })
}
