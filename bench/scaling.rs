//! Measures which part of compressing a file has to be done one after the other, and prints what follows for more cores:
//! the tables of `docs/scaling.md`, and its curve as SVG where `SVG` names a file.
//!
//! ```sh
//! SVG=docs/scaling.svg cargo run --release --no-default-features --example scaling -- FILE
//! ```
//!
//! The encoder is driven with workers that compute within the call, so that all is on one thread and the jobs' share of
//! the time is known; reading and writing are timed by themselves, in the pieces in which the stages do it. The least of
//! [`RUNS`] runs counts.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sluice::codec::{Format, Settings, Step};
use sluice::parallel::{self, Executor, Job, Workers};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const RUNS: usize = 5;
const LEVELS: [i32; 3] = [1, 6, 9];
const CORES: [u32; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// The pieces that the stages read, write and hand to a codec: a slab.
const PIECE: usize = 64 * 1024;

/// Does each job at once, and adds up how long they take.
struct Within(Arc<AtomicU64>);

impl Executor for Within {
    fn run(&self, mut job: Box<dyn Job>) {
        let begin = Instant::now();
        while !job.step() {}
        drop(job);
        let nanoseconds = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

/// Seconds for a byte of input, by who needs them.
#[derive(Clone, Copy)]
struct Parts {
    /// Blocks, which any core may compress.
    blocks: f64,
    /// The one stage that cuts the input, and puts what comes of the blocks back in order.
    stage: f64,
    read: f64,
    write: f64,
}

impl Parts {
    fn all(self) -> f64 {
        self.blocks + self.stage + self.read + self.write
    }

    /// Each stage is one after the other in itself, and beside the others: no more cores make the slowest of them faster.
    fn serial(self) -> f64 {
        self.stage.max(self.read).max(self.write)
    }

    /// How many times as fast with so many cores as with one.
    fn speedup(self, cores: u32) -> f64 {
        self.all() / (self.all() / f64::from(cores)).max(self.serial())
    }
}

fn main() -> Result<()> {
    let path = std::env::args().nth(1).ok_or("give a file")?;
    let data = fs::read(&path)?;
    let read = least(|| time_read(&path))?.as_secs_f64() / data.len() as f64;
    let mut measured = Vec::new();
    for level in LEVELS {
        measured.push((level, measure(&data, level, read)?));
    }
    println!("| level | blocks | cutting and joining | read | write | serial share |");
    println!("|--:|--:|--:|--:|--:|--:|");
    for (level, parts) in &measured {
        let nanoseconds = |seconds: f64| seconds * 1e9;
        println!(
            "| {level} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} % |",
            nanoseconds(parts.blocks),
            nanoseconds(parts.stage),
            nanoseconds(parts.read),
            nanoseconds(parts.write),
            100.0 * parts.serial() / parts.all(),
        );
    }
    let heads: Vec<String> = CORES.iter().map(u32::to_string).collect();
    println!("\n| level | {} |", heads.join(" | "));
    println!("|--:{}|", "|--:".repeat(CORES.len()));
    for (level, parts) in &measured {
        let cells: Vec<String> = CORES
            .iter()
            .map(|&cores| format!("{:.1} ×", parts.speedup(cores)))
            .collect();
        println!("| {level} | {} |", cells.join(" | "));
    }
    if let Ok(target) = std::env::var("SVG") {
        fs::write(target, svg(&measured))?;
    }
    Ok(())
}

fn least(mut run: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        best = best.min(run()?);
    }
    Ok(best)
}

fn measure(data: &[u8], level: i32, read: f64) -> Result<Parts> {
    let mut best: Option<(f64, f64)> = None;
    let mut output = Vec::new();
    for _ in 0..RUNS {
        let (blocks, stage) = compress(data, level, &mut output)?;
        let before = best.unwrap_or((blocks, stage));
        best = Some((before.0.min(blocks), before.1.min(stage)));
    }
    let (blocks, stage) = best.unwrap_or_default();
    let write = least(|| time_write(&output))?;
    let bytes = data.len() as f64;
    Ok(Parts {
        blocks: blocks / bytes,
        stage: stage / bytes,
        read,
        write: write.as_secs_f64() / bytes,
    })
}

/// Seconds of the jobs, and of all else.
fn compress(data: &[u8], level: i32, target: &mut Vec<u8>) -> Result<(f64, f64)> {
    let jobs = Arc::new(AtomicU64::new(0));
    let workers = Workers::new(Box::new(Within(Arc::clone(&jobs))), 2);
    let settings = Settings {
        level,
        ..Settings::default()
    };
    let mut codec = parallel::open(Format::Gzip, &settings, Some(workers))?;
    target.clear();
    target.reserve(data.len() + PIECE);
    let mut slice = vec![0; PIECE];
    let begin = Instant::now();
    for piece in data.chunks(PIECE) {
        let mut rest = piece;
        loop {
            let Step {
                consumed,
                produced,
                done,
            } = codec.feed(rest, &mut slice)?;
            rest = &rest[consumed..];
            target.extend_from_slice(&slice[..produced]);
            if done {
                break;
            }
        }
    }
    loop {
        let step = codec.finish(&mut slice)?;
        target.extend_from_slice(&slice[..step.produced]);
        if step.done {
            break;
        }
    }
    let all = begin.elapsed().as_secs_f64();
    let jobs = jobs.load(Ordering::Relaxed) as f64 / 1e9;
    Ok((jobs, all - jobs))
}

fn time_read(path: &str) -> Result<Duration> {
    let mut file = File::open(path)?;
    let mut slab = vec![0; PIECE];
    let begin = Instant::now();
    while file.read(&mut slab)? > 0 {}
    Ok(begin.elapsed())
}

fn time_write(bytes: &[u8]) -> Result<Duration> {
    let path = std::env::temp_dir().join(format!("sluice-scaling-{}", std::process::id()));
    let mut file = File::create(&path)?;
    let begin = Instant::now();
    for piece in bytes.chunks(PIECE) {
        file.write_all(piece)?;
    }
    let elapsed = begin.elapsed();
    fs::remove_file(path)?;
    Ok(elapsed)
}

/// The curves: cores from left to right and speed from below, both by powers of two.
fn svg(measured: &[(i32, Parts)]) -> String {
    const COLOURS: [&str; 3] = ["#2f81f7", "#1a7f37", "#bf3989"];
    let x = |cores: f64| 70.0 + cores.log2() / 7.0 * 560.0;
    let y = |speed: f64| 370.0 - speed.log2() / 7.0 * 310.0;
    let mut text = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 430\" role=\"img\">\n\
         <title>How many times as fast gzip is on more cores</title>\n<style>\n\
         text { font: 13px system-ui, sans-serif; fill: #24292f; } .grid { stroke: #d0d7de; }\n\
         .ideal { stroke: #8c959f; stroke-dasharray: 4 4; } .background { fill: #ffffff; }\n\
         polyline { fill: none; stroke-width: 2.5; }\n\
         @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #30363d; } \
         .background { fill: #0d1117; } }\n</style>\n\
         <rect class=\"background\" width=\"760\" height=\"430\"/>\n\
         <text x=\"70\" y=\"32\">times as fast as on one core (dashed: as many times as there are cores)</text>\n",
    );
    for power in CORES.map(f64::from) {
        let (across, up) = (x(power), y(power));
        text += &format!(
            "<line class=\"grid\" x1=\"{across:.1}\" x2=\"{across:.1}\" y1=\"60\" y2=\"370\"/>\n\
             <line class=\"grid\" x1=\"70\" x2=\"630\" y1=\"{up:.1}\" y2=\"{up:.1}\"/>\n\
             <text x=\"{across:.1}\" y=\"390\" text-anchor=\"middle\">{power}</text>\n\
             <text x=\"60\" y=\"{:.1}\" text-anchor=\"end\">{power} ×</text>\n",
            up + 4.0
        );
    }
    text += "<text x=\"350\" y=\"416\" text-anchor=\"middle\">cores</text>\n\
             <line class=\"ideal\" x1=\"70\" x2=\"630\" y1=\"370\" y2=\"60\"/>\n";
    // Labels that would stand on one another are moved apart.
    let mut lowest = f64::INFINITY;
    let mut ends: Vec<_> = measured.iter().zip(COLOURS).collect();
    ends.sort_by(|a, b| a.0.1.speedup(128).total_cmp(&b.0.1.speedup(128)));
    for ((level, parts), colour) in ends {
        let points: Vec<String> = (0..=140)
            .map(|step| {
                let cores = 2_f64.powf(f64::from(step) / 20.0);
                let speed = parts.all() / (parts.all() / cores).max(parts.serial());
                format!("{:.1},{:.1}", x(cores), y(speed))
            })
            .collect();
        let at = (y(parts.speedup(128)) + 4.0).min(lowest - 18.0);
        lowest = at;
        text += &format!(
            "<polyline stroke=\"{colour}\" points=\"{}\"/>\n\
             <text x=\"638\" y=\"{at:.1}\">level {level}: {:.0} ×</text>\n",
            points.join(" "),
            parts.speedup(128)
        );
    }
    text + "</svg>\n"
}
