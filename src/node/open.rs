//! Opening streams: options in, a running stage and its handle out. `lib/` has validated the options as Node would.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, JsValue, Object};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;

use crate::codec::Flush;
use crate::error::system_code;
use crate::flow::{self, Budget, Bytes, Marks, Receiver, Sender};
use crate::sink::{DropAll, FileSink, Sink};
use crate::source::FileSource;
use crate::stage::{self, Command, Observer, Pace, Rate};

use super::bell::Bell;
use super::codec_options::{self, CodecOptions};
use super::failure::Failure;
use super::files::FileTarget;
use super::handle::{Handle, Limit};
use super::reference::{Native, Ref, Share};

/// The marks of a stream's writable side, in bytes, its limit, and the budget that its bytes count to.
#[napi(object, object_to_js = false)]
pub struct Flow {
    pub high_water_mark: f64,
    pub low_water_mark: f64,
    pub hard_limit: f64,
    /// Whether a write past the limit is refused.
    pub refuse: bool,
    /// That of the process, if there is none.
    #[napi(ts_type = "object")]
    pub budget: Option<Share<Budget>>,
}

/// The pace of a slow sink.
#[napi(object)]
pub struct PaceOptions {
    pub bytes_per_second: f64,
    /// Milliseconds.
    pub latency: f64,
}

/// Opens a codec's stage for `stream`. `flush` is the kind of flush behind every write, `finish` that at the end; the
/// readable side's mark is in bytes.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_codec(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    flow: Flow,
    options: CodecOptions,
    flush: u32,
    finish: u32,
    readable_high_water_mark: f64,
) -> Result<Either<Native<Handle>, Failure>> {
    let announced_from = codec_options::format(&options)?.announced_from();
    let workers = stage::workers().map_err(|error| refused(&bell, &error))?;
    let codec = match codec_options::open_codec(options, Some(workers))? {
        Ok(codec) => codec,
        Err(error) => return Ok(Either::B(Failure::of(&error))),
    };
    let after_write = Some(codec_options::flush_command(flush)?);
    let after_write = after_write.filter(|command| *command != Command::Flush(Flush::None));
    let at_end = codec_options::flush_kind(finish)?;
    let (mut handle, side) = transform(&bell, &stream, flow, readable_high_water_mark, after_write)?;
    handle.announced_from = announced_from;
    let blocks = codec.blocks();
    let stage = stage::run_codec(codec, at_end, side.input, side.output, side.observer);
    if blocks {
        let wanted = stage::spawn_apart(clocked(&handle, stage)).map_err(|error| refused(&bell, &error))?;
        handle.wanted.set(Some(wanted));
    } else {
        start(&handle, stage)?;
    }
    Ok(Either::A(Native::new(handle)))
}

/// Opens a throttle's stage for `stream`; the readable side's mark is in bytes.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_throttle(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    flow: Flow,
    #[napi(ts_arg_type = "object")] rate: Share<Rate>,
    readable_high_water_mark: f64,
) -> Result<Native<Handle>> {
    let (handle, side) = transform(&bell, &stream, flow, readable_high_water_mark, None)?;
    start(
        &handle,
        stage::run_throttle(rate.0, side.input, side.output, side.observer),
    )?;
    Ok(Native::new(handle))
}

/// Opens a sink's stage for `stream`: a file, or nothing at all, at a pace or as fast as it can.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_sink(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    flow: Flow,
    file: Option<FileTarget>,
    pace: Option<PaceOptions>,
) -> Result<Native<Handle>> {
    let sink: Box<dyn Sink> = match file {
        Some(file) => Box::new(FileSink::new(file.sink()?)),
        None => Box::new(DropAll),
    };
    let pace = pace.map_or(Pace::UNLIMITED, |pace| Pace {
        bytes_per_second: pace.bytes_per_second,
        latency: Duration::try_from_secs_f64(pace.latency / 1000.0).unwrap_or(Duration::MAX),
    });
    let chime = bell.enter(stream.raw())?;
    let (marks, limit) = (marks(&flow), limit(flow));
    let (input, from_program) = flow::channel_within(&limit.budget, marks);
    let observer = Arc::clone(&chime) as Arc<dyn Observer>;
    let handle = Handle::new(Rc::clone(&bell), chime, input, None, true, limit, None);
    start(&handle, stage::run_sink(sink, pace, from_program, observer))?;
    // Until it is open it works; that it is, or failed, is always told. A stage that did not start works on nothing.
    handle.hold();
    Ok(Native::new(handle))
}

/// Opens a source's stage for `stream`: a file, read in pieces of `piece` bytes, of which `high_water_mark` may wait.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn open_source(
    #[napi(ts_arg_type = "object")] bell: Ref<'_, Rc<Bell>>,
    #[napi(ts_arg_type = "object")] stream: Object<'_>,
    file: FileTarget,
    piece: f64,
    high_water_mark: f64,
    #[napi(ts_arg_type = "object | undefined | null")] budget: Option<Share<Budget>>,
) -> Result<Native<Handle>> {
    let source = Box::new(FileSource::new(file.source()?));
    let chime = bell.enter(stream.raw())?;
    // The program sends no bytes, only what it wants of the stage.
    let (input, from_program) = flow::channel(Marks::new(Bytes::ZERO, Bytes::ZERO));
    let piece = piece.max(1.0);
    let limit = Limit {
        hard: f64::INFINITY,
        enforced: false,
        budget: or_of_process(budget),
    };
    let (to_reader, output) = flow::channel_within(&limit.budget, readable_marks(high_water_mark.max(piece)));
    let observer = Arc::clone(&chime) as Arc<dyn Observer>;
    let handle = Handle::new(Rc::clone(&bell), chime, input, Some(output), true, limit, None);
    let piece = piece as usize;
    start(
        &handle,
        stage::run_source(source, piece, from_program, to_reader, observer),
    )?;
    // As a sink, until it is open.
    handle.hold();
    Ok(Native::new(handle))
}

/// What a Transform's stage is given.
struct StageSide {
    input: Receiver<Command>,
    output: Sender<()>,
    observer: Arc<dyn Observer>,
}

/// The handle of a Transform, and its stage's side of it.
fn transform(
    bell: &Rc<Bell>,
    stream: &Object<'_>,
    flow: Flow,
    readable_high_water_mark: f64,
    after_write: Option<Command>,
) -> Result<(Handle, StageSide)> {
    let chime = bell.enter(stream.raw())?;
    let (marks, limit) = (marks(&flow), limit(flow));
    let (input, from_program) = flow::channel_within(&limit.budget, marks);
    // A mark of 0 would leave no room for the byte that a reader asks for.
    let readable = readable_marks(readable_high_water_mark.max(1.0));
    let (to_reader, output) = flow::channel_within(&limit.budget, readable);
    let observer = Arc::clone(&chime) as Arc<dyn Observer>;
    let handle = Handle::new(
        Rc::clone(bell),
        chime,
        input,
        Some(output),
        false,
        limit,
        after_write,
    );
    let side = StageSide {
        input: from_program,
        output: to_reader,
        observer,
    };
    Ok((handle, side))
}

/// Starts a stage, by its stream's clock.
fn start(handle: &Handle, stage: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    stage::spawn(clocked(handle, stage)).map_err(|error| refused(&handle.bell, &error))
}

/// A stage by its stream's clock.
fn clocked<S>(handle: &Handle, stage: S) -> impl Future<Output = ()> + Send + use<S>
where
    S: Future<Output = ()> + Send + 'static,
{
    stage::clocked(Arc::clone(&handle.chime.clock), stage)
}

fn bytes(n: f64) -> Bytes {
    // The cast saturates: an infinite mark is the largest.
    Bytes::new(n as u64)
}

fn marks(flow: &Flow) -> Marks {
    Marks::new(bytes(flow.high_water_mark), bytes(flow.low_water_mark))
}

fn readable_marks(high: f64) -> Marks {
    Marks::new(bytes(high), bytes((high / 2.0).floor()))
}

fn limit(flow: Flow) -> Limit {
    Limit {
        hard: flow.hard_limit,
        enforced: flow.refuse,
        budget: or_of_process(flow.budget),
    }
}

fn or_of_process(budget: Option<Share<Budget>>) -> Arc<Budget> {
    budget.map_or_else(|| Arc::clone(Budget::of_process()), |Share(budget)| budget)
}

/// Throws what the process gets that cannot have a thread.
fn refused(bell: &Bell, error: &io::Error) -> Error {
    let code = system_code(error.kind());
    let said = error.to_string();
    let said = said.split(" (os error").next().unwrap_or_default();
    let message = format!("{code}: {said}, pthread_create");
    match Env::from_raw(bell.env).throw_error(&message, Some(code)) {
        Ok(()) => Error::new(Status::PendingException, message),
        Err(error) => error,
    }
}
