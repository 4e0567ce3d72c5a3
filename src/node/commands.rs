//! What `lib/` may ask of a handle, apart from writing.

use napi::bindgen_prelude::{BufferSlice, JsValue, Uint8ArraySlice};
use napi::{Env, Error, Result, Status, Unknown};
use napi_derive::napi;

use crate::codec::Strategy;
use crate::flow::Bytes;
use crate::stage::Command;

use super::codec_options::{HeaderRead, flush_command};
use super::failure::Failure;
use super::handle::Handle;
use super::raw;
use super::reference::Ref;

/// Hands what was written to the stage.
#[napi(catch_unwind)]
pub fn publish(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.publish();
}

/// Keeps what is written from the stage.
#[napi(catch_unwind)]
pub fn cork(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.cork();
}

/// Ends `cork`.
#[napi(catch_unwind)]
pub fn uncork(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.uncork();
}

/// Queues a flush behind what was written. `kind` is one of zlib's.
#[napi(catch_unwind)]
pub fn flush(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, kind: u32) -> Result<()> {
    handle.command(flush_command(kind)?);
    Ok(())
}

/// Queues zlib's parameters for what will be written.
#[napi(catch_unwind)]
pub fn params(
    #[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>,
    level: i32,
    strategy: i32,
) -> Result<()> {
    let strategy = Strategy::from_number(strategy).map_err(|_| Error::from_status(Status::InvalidArg))?;
    handle.command(Command::Params { level, strategy });
    Ok(())
}

/// Queues a fresh start behind what was written. `false`: what was written is still under way, as far as the program
/// can know.
#[napi(catch_unwind)]
pub fn reset(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> bool {
    handle.reset()
}

/// Takes back what was written and is not consumed.
#[napi(catch_unwind)]
pub fn reclaim<'env>(
    env: &'env Env,
    #[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>,
) -> Result<BufferSlice<'env>> {
    BufferSlice::copy_from(env, handle.reclaim())
}

/// Takes the header that `HEADER` spoke of.
#[napi(catch_unwind)]
pub fn header<'env>(
    env: &'env Env,
    #[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>,
) -> Result<Option<HeaderRead<'env>>> {
    handle
        .chime
        .take_header()
        .map(|header| HeaderRead::new(env, *header))
        .transpose()
}

/// Begins to read.
#[napi(catch_unwind)]
pub fn start(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.command(Command::Start);
}

/// Queues the end behind what was written.
#[napi(catch_unwind)]
pub fn end(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.end();
}

/// Drops what is queued and stops the stage. A sink's or a source's `CLOSED` follows.
#[napi(catch_unwind)]
pub fn destroy(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.destroy();
}

/// Whether strings are UTF-8; if not, `write` refuses them.
#[napi(catch_unwind)]
pub fn set_utf8(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, utf8: bool) {
    handle.utf8.set(utf8);
}

/// Whether `'drain'` is due now. Asks to be told when it will be, and when the input is consumed up to `callbackAt`.
#[napi(catch_unwind)]
pub fn settle(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, callback_at: Option<f64>) -> bool {
    handle.settle(callback_at.map(|position| Bytes::new(position as u64)))
}

/// Asks to be told when the input is consumed up to `callbackAt`.
#[napi(catch_unwind)]
pub fn watch(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, callback_at: f64) {
    handle.watch(Bytes::new(callback_at as u64));
}

/// Adds events to those that the stream will be told of.
#[napi(catch_unwind)]
pub fn ring(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, events: u32) {
    handle.chime.ring(events);
}

/// Hands an error that a listener threw to Node, as uncaught.
#[napi(catch_unwind)]
pub fn raise(env: Env, error: Unknown<'_>) {
    raw::raise(env.raw(), error.raw());
}

/// Lets the event loop go if the stage waits for the program.
#[napi(catch_unwind)]
pub fn rest(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) {
    handle.settle_hold();
}

/// Bytes that can be read now, -1 at the end. With 0, `READABLE` follows, unless `until` ends them: only what had been
/// produced when so many commands were done.
#[napi(catch_unwind)]
pub fn available(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, until: Option<u32>) -> f64 {
    handle.available(until).map_or(-1.0, |n| n as f64)
}

/// Copies what can be read into `target`; returns how many bytes.
#[napi(catch_unwind)]
pub fn read(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>, mut target: Uint8ArraySlice<'_>) -> f64 {
    // SAFETY: the view's memory is V8's, valid and ours alone while this call on the JS thread runs.
    handle.read(unsafe { target.as_mut() }) as f64
}

/// Bytes written and not consumed.
#[napi(catch_unwind)]
pub fn length(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle.input.borrow().buffered().get() as f64
}

/// Bytes written in all.
#[napi(catch_unwind)]
pub fn accepted(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle.input.borrow().accepted().get() as f64
}

/// Bytes consumed in all.
#[napi(catch_unwind)]
pub fn consumed(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle.input.borrow().consumed().get() as f64
}

/// Bytes consumed behind the end of the data.
#[napi(catch_unwind)]
pub fn trailing(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle.chime.trailing() as f64
}

/// Commands queued in all, modulo 2^32.
#[napi(catch_unwind)]
pub fn commanded(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> u32 {
    handle.commands()
}

/// Commands done in all, modulo 2^32.
#[napi(catch_unwind)]
pub fn done(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> u32 {
    handle.chime.done()
}

/// The open file's descriptor.
#[napi(catch_unwind)]
pub fn descriptor(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> Option<i32> {
    handle.chime.descriptor()
}

/// Takes the failure that `FAILED` or `CLOSED` spoke of.
#[napi(catch_unwind)]
pub fn failure(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> Option<Failure> {
    handle.chime.take_failure().map(|error| Failure::of(&error))
}

/// Bytes that wait to be read.
#[napi(catch_unwind)]
pub fn unread(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle.unread() as f64
}

/// Bytes that were read in all.
#[napi(catch_unwind)]
pub fn taken(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> f64 {
    handle
        .output_snapshot()
        .map_or(0.0, |output| output.consumed as f64)
}
