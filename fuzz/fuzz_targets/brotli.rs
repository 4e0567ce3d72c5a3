#![no_main]
//! See `sluice_fuzz::brotli`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::brotli(data));
