#![no_main]
//! See `sluice_fuzz::framing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::framing(data));
