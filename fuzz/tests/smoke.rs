//! A few hundred executions of each target, without a fuzzer: what `.ci/run` has time for.

use sluice_fuzz::TARGETS;

/// Bytes that hold some choices and some data. Deterministic.
fn input(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let length = next() % 3000;
    let mask = if next() % 2 == 0 { 0xff } else { 0x0f };
    (0..length).map(|_| next() as u8 & mask).collect()
}

fn run(name: &str, executions: u64) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    for seed in 0..executions {
        target(&input(seed));
    }
}

#[test]
fn inflate() {
    run("inflate", 2000);
}

#[test]
fn brotli() {
    run("brotli", 2000);
}

#[test]
fn zstd() {
    run("zstd", 2000);
}

#[test]
fn framing() {
    run("framing", 2000);
}

#[test]
fn encode() {
    run("encode", 40);
}

#[test]
fn parallel() {
    run("parallel", 20);
}

#[test]
fn segments() {
    run("segments", 8);
}
