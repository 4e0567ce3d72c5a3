//! The runtime that all stages of the process share: as many workers as cores, and a bounded pool for calls that block.

use std::future::Future;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// Threads for calls that block (open, write, fsync, close). Each holds one file's call at a time; more calls wait.
const BLOCKING_THREADS: usize = 64;
const BLOCKING_IDLE: Duration = Duration::from_secs(5);

static RUNTIME: OnceLock<io::Result<Runtime>> = OnceLock::new();

fn runtime() -> Result<&'static Runtime, &'static io::Error> {
    let build = || {
        Builder::new_multi_thread()
            .thread_name("sluice")
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_keep_alive(BLOCKING_IDLE)
            .enable_time()
            .build()
    };
    RUNTIME.get_or_init(build).as_ref()
}

/// Starts a stage. Fails when the process cannot have the threads.
pub fn spawn(stage: impl Future<Output = ()> + Send + 'static) -> Result<(), &'static io::Error> {
    runtime()?.spawn(stage);
    Ok(())
}

/// Runs `call`, which may block, on the blocking pool. `None` when it panicked.
pub(super) async fn block<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    Handle::current().spawn_blocking(call).await.ok()
}
