#![no_main]
//! See `sluice_fuzz::encode`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::encode(data));
