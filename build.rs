//! Sets up the linking that a Node addon needs; the plain Rust library needs none.

fn main() {
    #[cfg(feature = "node")]
    napi_build::setup();
}
