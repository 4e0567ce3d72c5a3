//! Native values that JS holds as opaque externals, and passes back.

use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr;
use std::sync::Arc;

use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue};
use napi::{Error, Result, Status, ValueType, sys};

use super::raw;

/// A value on its way to JS, which will own it.
pub struct Native<T>(Box<T>);

impl<T> Native<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> ToNapiValue for Native<T> {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> Result<sys::napi_value> {
        raw::external(env, value.0)
    }
}

/// A value that JS passed back; valid during the call that it came with.
pub struct Ref<'call, T> {
    value: *const T,
    call: PhantomData<&'call T>,
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the external that owns the value is an argument of the running call, so it is not collected.
        unsafe { &*self.value }
    }
}

/// A share of a counted value that JS passed back.
pub struct Share<T>(pub(super) Arc<T>);

impl<T> FromNapiValue for Share<T> {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        // SAFETY: as for `Ref`, whose caller gave the two values.
        let shared = unsafe { Ref::<Arc<T>>::from_napi_value(env, value) }?;
        Ok(Self(Arc::clone(&shared)))
    }
}

impl<T> TypeName for Share<T> {
    fn type_name() -> &'static str {
        "External"
    }

    fn value_type() -> ValueType {
        ValueType::External
    }
}

impl<T> ValidateNapiValue for Share<T> {}

impl<T> TypeName for Ref<'_, T> {
    fn type_name() -> &'static str {
        "External"
    }

    fn value_type() -> ValueType {
        ValueType::External
    }
}

impl<T> ValidateNapiValue for Ref<'_, T> {}

impl<T> FromNapiValue for Ref<'_, T> {
    /// The files in `lib/` are the only callers of the binding (`exports` in package.json hides it), and each external
    /// goes only to functions of its own type: bells, budgets and rates to the openers, handles to the rest.
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        let mut data = ptr::null_mut();
        // SAFETY: `env` and `value` belong to the running call.
        raw::check(unsafe { sys::napi_get_value_external(env, value, &mut data) })?;
        if data.is_null() {
            return Err(Error::from_status(Status::InvalidArg));
        }
        Ok(Self {
            value: data.cast_const().cast(),
            call: PhantomData,
        })
    }
}
