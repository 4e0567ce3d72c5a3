//! The runtime that all stages of the process share: as many workers as cores, and a bounded pool for calls that block.

use std::future::Future;
use std::io;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::parallel::{Executor, Job, Workers};

use super::codec::QUANTUM;

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

/// Starts a stage whose steps wait for others than the stages: on a thread of its own, which the others do without.
pub fn spawn_apart(stage: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let runtime = runtime().map_err(|error| io::Error::from(error.kind()))?;
    let run = move || runtime.block_on(stage);
    thread::Builder::new().name("sluice-apart".into()).spawn(run)?;
    Ok(())
}

/// Workers of the runtime that the caller runs in.
pub(super) fn cores() -> usize {
    Handle::current().metrics().num_workers()
}

/// The workers, for codecs that compute on more than one.
pub fn workers() -> Result<Arc<Workers>, &'static io::Error> {
    static WORKERS: OnceLock<Arc<Workers>> = OnceLock::new();
    let threads = runtime()?.metrics().num_workers();
    Ok(Arc::clone(
        WORKERS.get_or_init(|| Workers::new(Box::new(Beside), threads)),
    ))
}

/// Runs jobs beside the stages, and as fairly: each is a task, which lets the others run after as long as they do.
struct Beside;

impl Executor for Beside {
    fn run(&self, mut job: Box<dyn Job>) {
        // Without a runtime the job drops, and fails its stream; there is no stream without one.
        let _ = spawn(async move {
            let mut turn = Instant::now();
            while !job.step() {
                if turn.elapsed() >= QUANTUM {
                    tokio::task::yield_now().await;
                    turn = Instant::now();
                }
            }
        });
    }
}

/// Runs `call`, which may block, on the blocking pool. `None` when it panicked.
pub(super) async fn block<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    Handle::current().spawn_blocking(call).await.ok()
}
