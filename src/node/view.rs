//! Memory of JS that a call may look at while it runs: that of Buffers, TypedArrays and DataViews alike.

use std::marker::PhantomData;
use std::ptr;
use std::slice;

use napi::bindgen_prelude::{FromNapiValue, TypeName, ValidateNapiValue};
use napi::{Error, Result, Status, ValueType, sys};

use super::raw;

/// A view of memory, valid during the call that it came with. A detached one is empty.
pub struct View<'call> {
    data: *mut u8,
    length: usize,
    call: PhantomData<&'call mut [u8]>,
}

impl View<'_> {
    /// The view that `value` is; `None` where it is none.
    pub(super) fn of(env: sys::napi_env, value: sys::napi_value) -> Option<Self> {
        let mut is_view = false;
        let mut data = ptr::null_mut();
        let mut length = 0;
        // SAFETY: a value of the running call; Node aborts when asked for the memory of anything but a view.
        unsafe {
            sys::napi_is_buffer(env, value, &mut is_view);
            if !is_view
                || sys::napi_get_buffer_info(env, value, &mut data, &mut length) != sys::Status::napi_ok
            {
                return None;
            }
        }
        Some(Self {
            data: data.cast(),
            length: if data.is_null() { 0 } else { length },
            call: PhantomData,
        })
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: the view's memory, valid while this call runs, because nothing in it comes back to JS. Of memory that
        // another thread may write to, `lib/` gives codecs a copy; `write` copies it, whatever is in it then.
        unsafe { slice::from_raw_parts(self.data, self.length) }
    }

    /// Its bytes, to write to.
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        if self.length == 0 {
            return &mut [];
        }
        // SAFETY: as in `bytes`. A call is given at most one view that it writes to, which `lib/` keeps to itself.
        unsafe { slice::from_raw_parts_mut(self.data, self.length) }
    }
}

impl TypeName for View<'_> {
    fn type_name() -> &'static str {
        "ArrayBufferView"
    }

    fn value_type() -> ValueType {
        ValueType::Object
    }
}

impl ValidateNapiValue for View<'_> {}

impl FromNapiValue for View<'_> {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        Self::of(env, value).ok_or_else(|| Error::from_status(Status::InvalidArg))
    }
}

/// A Buffer of `length` bytes that holds `parts`, one behind the other.
pub(super) fn buffer<'parts>(
    env: sys::napi_env,
    length: usize,
    parts: impl Iterator<Item = &'parts [u8]>,
) -> Result<sys::napi_value> {
    let mut data = ptr::null_mut();
    let mut value = ptr::null_mut();
    // SAFETY: a JS-thread call; `data` is the memory of the value that it makes.
    raw::check(unsafe { sys::napi_create_buffer(env, length, &mut data, &mut value) })?;
    let mut rest: &mut [u8] = if length == 0 || data.is_null() {
        &mut []
    } else {
        // SAFETY: the Buffer was just made, is `length` bytes long, and nobody else has seen it.
        unsafe { slice::from_raw_parts_mut(data.cast(), length) }
    };
    for part in parts {
        let (target, left) = rest.split_at_mut(part.len().min(rest.len()));
        target.copy_from_slice(&part[..target.len()]);
        rest = left;
    }
    Ok(value)
}
