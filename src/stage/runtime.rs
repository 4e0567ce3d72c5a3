//! The runtime that all stages of the process share: as many workers as cores, and a bounded pool for calls that block.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, Result};
use crate::parallel::{Executor, Job, Workers};
use crate::sync::{Mutex, lock};

use super::codec::QUANTUM;

/// Threads for calls that block (open, write, fsync, close). Each holds one file's call at a time; more calls wait.
const BLOCKING_THREADS: usize = 64;
const BLOCKING_IDLE: Duration = Duration::from_secs(5);

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Fails when the process cannot have the threads. It may be asked again.
fn runtime() -> io::Result<&'static Runtime> {
    static BUILDING: Mutex<()> = Mutex::new(());
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let _one_at_a_time = lock(&BUILDING);
    if RUNTIME.get().is_none() {
        let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        // And one, for what of these is not gone yet.
        try_threads(workers + 1)?;
        let built = Builder::new_multi_thread()
            .thread_name("sluice")
            .worker_threads(workers)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_keep_alive(BLOCKING_IDLE)
            .enable_time()
            .build()?;
        let _ = RUNTIME.set(built);
    }
    RUNTIME.get().ok_or_else(|| io::ErrorKind::Other.into())
}

/// Whether the process can have so many threads more. Where it cannot, tokio waits for ever for those it has, or panics.
fn try_threads(count: usize) -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        let closed = lock(&gate);
        let threads: io::Result<Vec<_>> = (0..count)
            .map(|_| thread::Builder::new().spawn_scoped(scope, || drop(lock(&gate))))
            .collect();
        drop(closed);
        threads.map(drop)
    })
}

/// Starts a stage. Fails when the process cannot have the threads.
pub fn spawn(stage: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    runtime()?.spawn(stage);
    Ok(())
}

/// Runs `stage` on a thread of its own.
pub(super) fn spawn_thread(stage: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let runtime = runtime()?;
    let run = move || runtime.block_on(stage);
    thread::Builder::new().name("sluice-apart".into()).spawn(run)?;
    Ok(())
}

/// Workers of the runtime that the caller runs in.
pub(super) fn cores() -> usize {
    Handle::current().metrics().num_workers()
}

/// The workers, for codecs that compute on more than one.
pub fn workers() -> io::Result<Arc<Workers>> {
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

/// Runs `call`, which may block, on the blocking pool.
pub(super) async fn block<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    // It panics where the pool has no thread, and the process cannot have one.
    let spawned = catch_unwind(AssertUnwindSafe(|| Handle::current().spawn_blocking(call)));
    let refused = |_| Error::system("pthread_create")(io::ErrorKind::WouldBlock.into());
    spawned.map_err(refused)?.await.map_err(|_| Error::Panic)
}
