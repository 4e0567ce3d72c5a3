//! Brotli: what its encoder writes is Google's, what its decoder refuses it refuses in Google's words.

use super::driver::*;
use crate::codec::{Format, Settings};

fn params(params: &[(u32, i32)]) -> Settings {
    Settings {
        params: params.to_vec(),
        ..Settings::default()
    }
}

#[test]
fn brotli_gives_the_same_bytes_at_every_pace() {
    let data = mixed(150_000);
    for quality in [0, 1, 2, 4, 5, 9, 11] {
        let settings = params(&[(1, quality)]);
        let whole = run_with(Format::BrotliCompress, &settings, &data, WHOLE);
        assert!(whole.len() < data.len());
        for pace in paces() {
            assert!(
                run_with(Format::BrotliCompress, &settings, &data, pace) == whole,
                "{quality} {pace:?}"
            );
            assert!(run(Format::BrotliDecompress, &whole, pace) == data, "{pace:?}");
        }
    }
}
