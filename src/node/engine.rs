//! Codecs without a stream: the one-shot functions, which compute on the JS thread, within the call.

use std::cell::RefCell;

use napi::bindgen_prelude::{BufferSlice, Either, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;

use crate::codec::Whole;

use super::codec_options::{CodecOptions, flush_kind, open_codec};
use super::failure::Failure;
use super::reference::{Native, Ref};

/// A codec that JS drives.
pub struct Engine(RefCell<Whole>);

/// Opens an engine.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn create_engine(options: CodecOptions) -> Result<Either<Native<Engine>, Failure>> {
    Ok(match open_codec(options)? {
        Ok(codec) => Either::A(Native::new(Engine(RefCell::new(Whole::new(codec))))),
        Err(error) => Either::B(Failure::of(&error)),
    })
}

/// Feeds `chunk` and flushes; `flush` is one of zlib's kinds. Returns what that brings out.
#[napi(catch_unwind, ts_return_type = "Buffer | Failure")]
pub fn process<'env>(
    env: &'env Env,
    #[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>,
    chunk: Uint8ArraySlice<'_>,
    flush: u32,
) -> Result<Either<BufferSlice<'env>, Failure>> {
    let done = engine.0.borrow_mut().process(&chunk, flush_kind(flush)?);
    Ok(match done {
        Ok(bytes) => Either::A(BufferSlice::copy_from(env, bytes)?),
        Err(error) => Either::B(Failure::of(&error)),
    })
}

/// Bytes that the engine has consumed in all.
#[napi(catch_unwind)]
pub fn engine_consumed(#[napi(ts_arg_type = "object")] engine: Ref<'_, Engine>) -> f64 {
    engine.0.borrow().consumed() as f64
}
