#![no_main]
//! See `sluice_fuzz::parallel`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| sluice_fuzz::parallel(data));
