#![no_main]
//! See `sluice_fuzz::segments`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::segments(data));
