//! `write(handle, chunk)`: the hot path, a plain N-API function of its own because it is called for every chunk.
//!
//! It copies the chunk into the open slab, on the JS thread, within the call, and answers with a few bits.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object};
use napi::{Env, Result, sys};
use napi_derive::napi;

use crate::flow::{Bytes, Sender};
use crate::stage::Command;

use super::handle::{Handle, Room};
use super::raw;
use super::reference::Ref;
use super::view::View;

// What `write` answers when it is not undefined, which is to say: accepted, and there is room for more.
// `lib/writable-side.js` has the same.
/// Accepted, and `write()` returns `false`.
const FULL: u32 = 1;
/// Accepted, there is room, and JS is to publish at the end of this turn.
const SCHEDULE: u32 = 2;
/// Nothing was accepted: the stream is ended, or the chunk is none that this path takes.
const REFUSED: u32 = 4;
/// Nothing was accepted: it would pass the hard limit.
const OVERFLOW: u32 = 8;
/// Nothing was accepted: the program was told to stop, and the budget is spent.
const OVERSPENT: u32 = 16;

/// Within this file: the chunk is no string that this path takes.
const NO_STRING: u32 = 32;

/// The most characters of a string that is first tried as ASCII.
const FEW: usize = 256;

/// The longest string, in bytes of UTF-8, that is sure to be decoded in place.
const STRING: usize = 1024;

/// Adds the functions that the macro does not make.
#[napi(module_exports)]
pub fn export_write(mut exports: Object<'_>, env: Env) -> Result<()> {
    let mut function = ptr::null_mut();
    // SAFETY: a static function without data, made in the environment that is loading the module.
    raw::check(unsafe {
        sys::napi_create_function(
            env.raw(),
            c"write".as_ptr(),
            -1,
            Some(write),
            ptr::null_mut(),
            &mut function,
        )
    })?;
    // SAFETY: the value was just made in this environment.
    let function = unsafe { napi::Unknown::from_napi_value(env.raw(), function) }?;
    exports.set_named_property("write", function)
}

unsafe extern "C" fn write(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let answer = catch_unwind(AssertUnwindSafe(|| {
        let mut count = 2;
        let mut arguments = [ptr::null_mut(); 2];
        // SAFETY: `arguments` has room for `count` values, and Node fills those that are missing with undefined.
        unsafe {
            sys::napi_get_cb_info(
                env,
                info,
                &mut count,
                arguments.as_mut_ptr(),
                ptr::null_mut(),
                ptr::null_mut::<*mut c_void>(),
            )
        };
        let [handle, chunk] = arguments;
        // SAFETY: the arguments of the running call.
        match unsafe { Ref::<Handle>::from_napi_value(env, handle) } {
            Ok(handle) => accept(env, &handle, chunk),
            Err(_) => Some(REFUSED),
        }
    }));
    // A panic answers like a refused chunk. The common answer is undefined, which costs no value.
    let Some(answer) = answer.unwrap_or(Some(REFUSED)) else {
        return ptr::null_mut();
    };
    let mut value = ptr::null_mut();
    // SAFETY: `env` is that of the running call.
    unsafe { sys::napi_create_uint32(env, answer, &mut value) };
    value
}

/// Accepts the chunk. `None`: there is room for more.
fn accept(env: sys::napi_env, handle: &Handle, chunk: sys::napi_value) -> Option<u32> {
    let mut input = handle.input.borrow_mut();
    if !input.is_open() {
        return Some(REFUSED);
    }
    // Asking for its type first would cost more than the attempt.
    let refusal = match accept_string(env, handle, &mut input, chunk) {
        Some(NO_STRING) => accept_view(env, handle, &mut input, chunk),
        other => other,
    };
    if refusal.is_some() {
        return refusal;
    }
    match handle.accepted(&mut input) {
        Room::Yes => None,
        Room::YesAndSchedule => Some(SCHEDULE),
        Room::No => Some(FULL),
    }
}

/// Decodes a string straight into the slab. A long one is refused, and comes back as a Buffer.
fn accept_string(
    env: sys::napi_env,
    handle: &Handle,
    input: &mut Sender<Command>,
    chunk: sys::napi_value,
) -> Option<u32> {
    if !handle.utf8.get() {
        return Some(NO_STRING);
    }
    let spare = input.spare(STRING);
    let written = match decode_ascii(env, chunk, spare) {
        Ascii::Decoded(written) => written,
        Ascii::NoString => return Some(NO_STRING),
        Ascii::No => match decode_utf8(env, chunk, spare) {
            Some(written) => written,
            None => return Some(REFUSED),
        },
    };
    let refusal = refusal(handle, input, written);
    if refusal.is_some() {
        return refusal;
    }
    input.commit(written);
    None
}

enum Ascii {
    Decoded(usize),
    No,
    NoString,
}

/// Decodes a string of a few ASCII characters, as most small writes are. V8 hands out UTF-16 by a plain copy, in half
/// of the time that it takes to make UTF-8.
fn decode_ascii(env: sys::napi_env, chunk: sys::napi_value, target: &mut [u8]) -> Ascii {
    let mut units = [MaybeUninit::<u16>::uninit(); FEW + 1];
    let mut written = 0;
    // SAFETY: `units` is as long as Node is told; it writes a NUL behind the units, within that length.
    let status = unsafe {
        sys::napi_get_value_string_utf16(env, chunk, units.as_mut_ptr().cast(), units.len(), &mut written)
    };
    match status {
        sys::Status::napi_ok if written < FEW && written <= target.len() => {}
        sys::Status::napi_string_expected => return Ascii::NoString,
        // Other characters may follow.
        _ => return Ascii::No,
    }
    // SAFETY: Node has written the first `written` units.
    let units = unsafe { std::slice::from_raw_parts(units.as_ptr().cast::<u16>(), written) };
    if units.iter().fold(0, |all, unit| all | unit) >= 0x80 {
        return Ascii::No;
    }
    for (byte, unit) in target.iter_mut().zip(units) {
        *byte = *unit as u8;
    }
    Ascii::Decoded(written)
}

/// Decodes any string that fits. `None`: it does not.
fn decode_utf8(env: sys::napi_env, chunk: sys::napi_value, target: &mut [u8]) -> Option<usize> {
    let size = target.len().min(2 * STRING);
    let mut written = 0;
    // SAFETY: `target` is at least `size` bytes long; Node writes a NUL behind the characters, within `size`.
    let status = unsafe {
        sys::napi_get_value_string_utf8(env, chunk, target.as_mut_ptr().cast(), size, &mut written)
    };
    // Node cuts off before a character that does not fit, at most 3 bytes before the NUL.
    (status == sys::Status::napi_ok && written + 4 < size).then_some(written)
}

/// Copies a Buffer, TypedArray or DataView.
fn accept_view(
    env: sys::napi_env,
    handle: &Handle,
    input: &mut Sender<Command>,
    chunk: sys::napi_value,
) -> Option<u32> {
    let Some(view) = View::of(env, chunk) else {
        return Some(REFUSED);
    };
    let bytes = view.bytes();
    if bytes.is_empty() && raw::is_detached(env, chunk) {
        return Some(REFUSED);
    }
    let refusal = refusal(handle, input, bytes.len());
    if refusal.is_some() {
        return refusal;
    }
    if bytes.len() >= handle.announced_from {
        handle.queue(input, Command::Announce(bytes.len() as u64));
    }
    input.write(bytes);
    None
}

/// Why `length` bytes more are too much, where that is an error.
#[inline]
fn refusal(handle: &Handle, input: &Sender<Command>, length: usize) -> Option<u32> {
    if !handle.limit.enforced {
        return None;
    }
    let after = input.buffered().get() + Bytes::from(length).get();
    if after as f64 > handle.limit.hard {
        return Some(OVERFLOW);
    }
    handle.is_overspent(input, length).then_some(OVERSPENT)
}
