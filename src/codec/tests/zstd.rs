//! Zstd: frames that follow one another, and Node's rules for what is no frame.

use super::driver::*;
use crate::codec::{Format, Settings};

fn params(params: &[(u32, i32)]) -> Settings {
    Settings {
        params: params.to_vec(),
        ..Settings::default()
    }
}

#[test]
fn zstd_comes_back_at_every_pace() {
    let data = mixed(400_000);
    for level in [-5, 1, 3, 9] {
        let settings = params(&[(100, level)]);
        for pace in paces() {
            let packed = run_with(Format::ZstdCompress, &settings, &data, pace);
            assert!(packed.len() < data.len());
            assert!(
                run(Format::ZstdDecompress, &packed, pace) == data,
                "{level} {pace:?}"
            );
        }
    }
}
