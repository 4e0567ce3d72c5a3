//! Codecs without a stream: the one-shot functions, which compute on the JS thread, within the call.

use std::cell::RefCell;

use napi::bindgen_prelude::{Either, Either3, ToNapiValue};
use napi::{Env, Error, Result, Status, sys};
use napi_derive::napi;

use crate::codec::{Output, Strategy, Whole};
use crate::error::Error as CodecError;

use super::codec_options::{CodecOptions, flush_kind, open_codec};
use super::failure::Failure;
use super::reference::{Native, Ref};
use super::view::{self, View};

/// A codec that JS drives.
pub struct Engine(RefCell<Whole>);

/// What came out: so many bytes in the memory that was given for it, or a Buffer where it is too small.
type Outcome = Either3<u32, Bytes, Failure>;

/// Bytes on their way into a Buffer.
pub struct Bytes(sys::napi_value);

impl ToNapiValue for Bytes {
    unsafe fn to_napi_value(_env: sys::napi_env, bytes: Self) -> Result<sys::napi_value> {
        Ok(bytes.0)
    }
}

fn outcome(env: &Env, done: std::result::Result<(), CodecError>, output: &Output<'_>) -> Result<Outcome> {
    Ok(match done {
        Err(error) => Either3::C(Failure::of(&error)),
        Ok(()) if output.is_in_first() => Either3::A(output.len() as u32),
        Ok(()) => Either3::B(Bytes(view::buffer(env.raw(), output.len(), output.parts())?)),
    })
}

/// Opens an engine.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn create_engine(options: CodecOptions) -> Result<Either<Native<Engine>, Failure>> {
    Ok(match open_codec(options, None)? {
        Ok(codec) => Either::A(Native::new(Engine(RefCell::new(Whole::new(codec))))),
        Err(error) => Either::B(Failure::of(&error)),
    })
}

/// Feeds `chunk` and flushes; `flush` is one of zlib's kinds. What that brings out is written to `room`, and how many
/// bytes it is returned; or returned as a Buffer, where it is more.
#[napi(catch_unwind, ts_return_type = "number | Buffer | Failure")]
pub fn process(
    env: &Env,
    #[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>,
    #[napi(ts_arg_type = "ArrayBufferView")] chunk: View<'_>,
    flush: u32,
    #[napi(ts_arg_type = "Uint8Array")] mut room: View<'_>,
) -> Result<Outcome> {
    let mut output = Output::new(room.bytes_mut());
    let done = borrow(&engine)?.process(chunk.bytes(), flush_kind(flush)?, &mut output);
    outcome(env, done, &output)
}

/// How far a step of an engine came.
#[napi(object)]
pub struct Progress {
    pub consumed: u32,
    pub produced: u32,
}

/// Feeds `chunk` and flushes for as long as there is room in `room`.
#[napi(catch_unwind, ts_return_type = "Progress | Failure")]
pub fn engine_step(
    #[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>,
    #[napi(ts_arg_type = "ArrayBufferView")] chunk: View<'_>,
    flush: u32,
    #[napi(ts_arg_type = "Uint8Array")] mut room: View<'_>,
) -> Result<Either<Progress, Failure>> {
    let done = borrow(&engine)?.step(chunk.bytes(), flush_kind(flush)?, room.bytes_mut());
    Ok(match done {
        Ok((consumed, produced)) => Either::A(Progress {
            consumed: consumed as u32,
            produced: produced as u32,
        }),
        Err(error) => Either::B(Failure::of(&error)),
    })
}

/// As `process`, with an engine that begins anew afterwards.
#[napi(catch_unwind, ts_return_type = "number | Buffer | Failure")]
pub fn process_all(
    env: &Env,
    #[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>,
    #[napi(ts_arg_type = "ArrayBufferView")] chunk: View<'_>,
    flush: u32,
    #[napi(ts_arg_type = "Uint8Array")] mut room: View<'_>,
) -> Result<Outcome> {
    let mut output = Output::new(room.bytes_mut());
    let mut whole = borrow(&engine)?;
    let done = whole.process(chunk.bytes(), flush_kind(flush)?, &mut output);
    let reset = whole.reset();
    outcome(env, done.and(reset), &output)
}

/// As `process`, with an engine for this call alone.
#[napi(catch_unwind, ts_return_type = "number | Buffer | Failure")]
pub fn process_once(
    env: &Env,
    options: CodecOptions,
    #[napi(ts_arg_type = "ArrayBufferView")] chunk: View<'_>,
    flush: u32,
    #[napi(ts_arg_type = "Uint8Array")] mut room: View<'_>,
) -> Result<Outcome> {
    let mut output = Output::new(room.bytes_mut());
    let flush = flush_kind(flush)?;
    let done = open_codec(options, None)?
        .and_then(|codec| Whole::new(codec).process(chunk.bytes(), flush, &mut output));
    outcome(env, done, &output)
}

/// Sets zlib's parameters for what will be processed. What that brings out is returned as by `process`.
#[napi(catch_unwind, ts_return_type = "number | Buffer | Failure")]
pub fn engine_params(
    env: &Env,
    #[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>,
    level: i32,
    strategy: i32,
    #[napi(ts_arg_type = "Uint8Array")] mut room: View<'_>,
) -> Result<Outcome> {
    let strategy = Strategy::from_number(strategy).map_err(|_| Error::from_status(Status::InvalidArg))?;
    let mut output = Output::new(room.bytes_mut());
    let done = borrow(&engine)?.params(level, strategy, &mut output);
    outcome(env, done, &output)
}

/// Begins anew.
#[napi(catch_unwind)]
pub fn engine_reset(#[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>) -> Result<Option<Failure>> {
    Ok(borrow(&engine)?.reset().err().map(|error| Failure::of(&error)))
}

/// Bytes that the engine has consumed in all; those behind the end of the data do not count.
#[napi(catch_unwind)]
pub fn engine_consumed(#[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>) -> f64 {
    engine.0.borrow().consumed() as f64
}

/// The engine's codec. It is in use only while a call runs that never comes back to JS.
fn borrow<'call>(engine: &'call Ref<'_, Engine>) -> Result<std::cell::RefMut<'call, Whole>> {
    engine
        .0
        .try_borrow_mut()
        .map_err(|_| Error::from_status(Status::GenericFailure))
}
