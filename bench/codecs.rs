//! Measures the engines of brotli and zstd on the files given, beside `node:zlib`'s, and prints the tables of
//! `docs/codecs.md`, and the sizes of streams with threads in `docs/scaling.md`:
//!
//! ```sh
//! cargo run --release --no-default-features --example codecs -- FILE...
//! ```
//!
//! `node` is taken from the path, or from `NODE`, and must have zstd. Seconds are of processor time, so that a busy
//! machine disturbs them less, the least of [`RUNS`] runs; reading the file is not counted. Linux only.

use brotlic::decode::{BrotliDecoder, DecoderInfo};
use brotlic::encode::{BrotliEncoderOptions, BrotliOperation};
use mbrotli::{DecodeOperation, DecoderStatus, Decompressor};
use sluice::codec::{Codec, Format, Settings, Step, open};
use std::error::Error;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each figure is taken.
const RUNS: usize = 3;

/// The bytes handed to a codec at a time: a slab of a stream, so the way a stage feeds it.
const PIECE: usize = 16 * 1024;

const BROTLI_QUALITIES: [i32; 7] = [0, 1, 3, 4, 5, 6, 9];
/// Those that a stream with threads is cut at.
const SEGMENTED: [i32; 8] = [2, 3, 4, 5, 6, 7, 8, 9];
const ZSTD_LEVELS: [i32; 5] = [1, 3, 6, 9, 19];

/// The number of the parameter that is brotli's quality, and zstd's level.
const QUALITY: u32 = 1;
const LEVEL: u32 = 100;

/// `node:zlib` on the file, with the function and parameters in its arguments: prints the size and the seconds, of
/// compressing it and of decompressing that.
const NODE: &str = r"
const zlib = require('zlib');
const [file, name, number, value] = process.argv.slice(1);
const data = require('fs').readFileSync(file);
const time = (work) => {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1e6];
};
const options = { params: { [number]: Number(value) }, chunkSize: 1 << 17 };
const [packed, there] = time(() => zlib[name + 'CompressSync'](data, options));
const [, back] = time(() => zlib[name + 'DecompressSync'](packed, { chunkSize: 1 << 17 }));
console.log(packed.length, there, back);
";

fn main() -> Result<()> {
    for file in std::env::args().skip(1) {
        let path = Path::new(&file);
        let data = std::fs::read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("\n### {name}, {} bytes\n", data.len());
        brotli(path, &data)?;
        zstd(path, &data)?;
        with_threads(&data)?;
    }
    Ok(())
}

fn brotli(path: &Path, data: &[u8]) -> Result<()> {
    println!(
        "| brotli quality | node:zlib bytes | s | C bytes | s | mbrotli bytes | s | node:zlib out s | C s | mbrotli s |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for quality in BROTLI_QUALITIES {
        let (bytes, there, back) = node(path, "brotli", QUALITY, quality)?;
        let (c, c_there) = best(|| encode_c(data, quality))?;
        let (ours, ours_there) = best(|| encode(Format::BrotliCompress, data, QUALITY, quality))?;
        let (decoded, c_back) = best(|| decode(Format::BrotliDecompress, &ours))?;
        let (also, m_back) = best(|| decode_mbrotli(&ours))?;
        let (c_decoded, _) = best(|| decode_c(&c))?;
        if decoded != data || also != data || c_decoded != data {
            return Err("decoded to something else".into());
        }
        println!(
            "| {quality} | {bytes} | {there:.2} | {} | {c_there:.2} | {} | {ours_there:.2} | {back:.2} | {c_back:.2} | {m_back:.2} |",
            c.len(),
            ours.len()
        );
    }
    println!();
    Ok(())
}

fn zstd(path: &Path, data: &[u8]) -> Result<()> {
    println!("| zstd level | node:zlib bytes | s | Sluice bytes | s | node:zlib out s | Sluice s |");
    println!("|--:|--:|--:|--:|--:|--:|--:|");
    for level in ZSTD_LEVELS {
        let (bytes, there, back) = node(path, "zstd", LEVEL, level)?;
        let (ours, ours_there) = best(|| encode(Format::ZstdCompress, data, LEVEL, level))?;
        let (decoded, ours_back) = best(|| decode(Format::ZstdDecompress, &ours))?;
        if decoded != data {
            return Err("decoded to something else".into());
        }
        println!(
            "| {level} | {bytes} | {there:.2} | {} | {ours_there:.2} | {back:.2} | {ours_back:.2} |",
            ours.len()
        );
    }
    Ok(())
}

/// What a stream with threads, which is cut into parts, comes to beside one piece. How many they are makes no difference.
fn with_threads(data: &[u8]) -> Result<()> {
    println!("\n| format | level | one piece, bytes | with threads, bytes | growth |");
    println!("|---|--:|--:|--:|--:|");
    let brotli =
        SEGMENTED.map(|quality| (Format::BrotliCompress, Format::BrotliDecompress, QUALITY, quality));
    let zstd = ZSTD_LEVELS.map(|level| (Format::ZstdCompress, Format::ZstdDecompress, LEVEL, level));
    for (format, back, parameter, level) in brotli.into_iter().chain(zstd) {
        let whole = encode(format, data, parameter, level)?;
        let settings = Settings {
            threads: NonZeroUsize::new(2),
            ..at(parameter, level)
        };
        let parts = run(open(format, &settings)?, data)?;
        if decode(back, &parts)? != data {
            return Err("decoded to something else".into());
        }
        let growth = (parts.len() as f64 / whole.len() as f64 - 1.0) * 100.0;
        println!(
            "| {format:?} | {level} | {} | {} | {growth:+.2} % |",
            whole.len(),
            parts.len()
        );
    }
    Ok(())
}

/// What `work` makes, and the least seconds that it takes.
fn best(work: impl Fn() -> Result<Vec<u8>>) -> Result<(Vec<u8>, f64)> {
    let mut least = f64::INFINITY;
    let mut made = Vec::new();
    for _ in 0..RUNS {
        let start = cpu_seconds()?;
        made = work()?;
        least = least.min(cpu_seconds()? - start);
    }
    Ok((made, least))
}

/// The processor time that this thread has used.
fn cpu_seconds() -> Result<f64> {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = figures.split(' ').next().unwrap_or_default();
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

fn encode(format: Format, data: &[u8], parameter: u32, value: i32) -> Result<Vec<u8>> {
    run(open(format, &at(parameter, value))?, data)
}

fn at(parameter: u32, value: i32) -> Settings {
    Settings {
        params: vec![(parameter, value)],
        ..Settings::default()
    }
}

fn decode(format: Format, packed: &[u8]) -> Result<Vec<u8>> {
    run(open(format, &Settings::default())?, packed)
}

fn run(mut codec: Box<dyn Codec>, data: &[u8]) -> Result<Vec<u8>> {
    let mut slice = vec![0; 4 * PIECE];
    let mut out = Vec::new();
    for mut piece in data.chunks(PIECE) {
        repeat(&mut out, || {
            let step = codec.feed(piece, &mut slice)?;
            piece = &piece[step.consumed..];
            Ok((step, slice[..step.produced].to_vec()))
        })?;
    }
    repeat(&mut out, || {
        let step = codec.finish(&mut slice)?;
        Ok((step, slice[..step.produced].to_vec()))
    })?;
    Ok(out)
}

fn repeat(out: &mut Vec<u8>, mut operation: impl FnMut() -> Result<(Step, Vec<u8>)>) -> Result<()> {
    loop {
        let (step, bytes) = operation()?;
        out.extend_from_slice(&bytes);
        if step.done {
            return Ok(());
        }
    }
}

fn encode_c(data: &[u8], quality: i32) -> Result<Vec<u8>> {
    let quality = brotlic::Quality::new(u8::try_from(quality)?)?;
    let mut encoder = BrotliEncoderOptions::new().quality(quality).build()?;
    let mut slice = vec![0; 4 * PIECE];
    let mut out = Vec::new();
    for mut piece in data.chunks(PIECE) {
        while !piece.is_empty() || encoder.has_output() {
            let did = encoder.compress(piece, &mut slice, BrotliOperation::Process)?;
            piece = &piece[did.bytes_read..];
            out.extend_from_slice(&slice[..did.bytes_written]);
        }
    }
    while !encoder.is_finished() {
        let did = encoder.compress(&[], &mut slice, BrotliOperation::Finish)?;
        out.extend_from_slice(&slice[..did.bytes_written]);
    }
    Ok(out)
}

fn decode_c(packed: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = BrotliDecoder::new();
    let mut slice = vec![0; 4 * PIECE];
    let mut out = Vec::new();
    for mut piece in packed.chunks(PIECE) {
        loop {
            let did = decoder.decompress(piece, &mut slice)?;
            piece = &piece[did.bytes_read..];
            out.extend_from_slice(&slice[..did.bytes_written]);
            if did.info != DecoderInfo::NeedsMoreOutput {
                break;
            }
        }
    }
    Ok(out)
}

fn decode_mbrotli(packed: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = Decompressor::new(Default::default())?;
    let mut session = decoder.start(Default::default())?;
    let mut slice = vec![0; 4 * PIECE];
    let mut out = Vec::new();
    for mut piece in packed.chunks(PIECE) {
        loop {
            let did = session.process(piece, &mut slice, DecodeOperation::Process)?;
            piece = &piece[did.consumed..];
            out.extend_from_slice(&slice[..did.produced]);
            if did.status != DecoderStatus::NeedsOutput {
                break;
            }
        }
    }
    Ok(out)
}

/// The size and the seconds there and back.
fn node(path: &Path, name: &str, number: u32, value: i32) -> Result<(u64, f64, f64)> {
    let program = std::env::var("NODE").unwrap_or_else(|_| "node".into());
    let mut best = (0, f64::INFINITY, f64::INFINITY);
    for _ in 0..RUNS {
        let output = Command::new(&program)
            .args(["-e", NODE])
            .arg(path)
            .args([name, &number.to_string(), &value.to_string()])
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let figures: Vec<f64> = text
            .split_whitespace()
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()?;
        let &[bytes, there, back] = &figures[..] else {
            return Err("node said nothing".into());
        };
        best = (bytes as u64, best.1.min(there), best.2.min(back));
    }
    Ok(best)
}
