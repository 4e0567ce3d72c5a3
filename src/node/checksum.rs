//! `crc32(data, value)`.

use napi::bindgen_prelude::{FromNapiValue, JsValue, Unknown};
use napi::{Env, Result};
use napi_derive::napi;

use crate::codec::crc32 as checksum;

use super::view::View;

/// The CRC-32 of a view's bytes, or of a string's in UTF-8, behind bytes whose CRC-32 is `value`.
#[napi(catch_unwind)]
pub fn crc32(
    env: &Env,
    #[napi(ts_arg_type = "ArrayBufferView | string")] data: Unknown<'_>,
    value: u32,
) -> Result<u32> {
    if let Some(view) = View::of(env.raw(), data.raw()) {
        return Ok(checksum(value, view.bytes()));
    }
    // SAFETY: a value of the running call; anything but a string is an error.
    let string = unsafe { String::from_napi_value(env.raw(), data.raw()) }?;
    Ok(checksum(value, string.as_bytes()))
}
