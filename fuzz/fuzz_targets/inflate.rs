#![no_main]
//! See `sluice_fuzz::inflate`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::inflate(data));
