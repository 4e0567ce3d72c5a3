//! Sets up the linking that a Node addon needs; the plain Rust library needs none.

fn main() {
    #[cfg(feature = "node")]
    {
        napi_build::setup();
        // Threads run on when the worker thread that has loaded the addon ends, and Node unloads it.
        if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}
