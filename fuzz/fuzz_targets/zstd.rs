#![no_main]
//! See `sluice_fuzz::zstd`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::zstd(data));
