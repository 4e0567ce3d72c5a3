//! Rates as JS holds them.

use std::sync::Arc;

use napi_derive::napi;

use crate::stage::{self, Terms};

use super::reference::{Native, Ref};

/// A rate, shared with the throttles that keep to it.
pub type Rate = Arc<stage::Rate>;

/// A new rate. `bytes_per_second` may be infinite; without `burst` it is what that allows in 100 ms.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn create_rate(bytes_per_second: f64, burst: Option<f64>) -> Native<Rate> {
    Native::new(stage::Rate::new(Terms {
        bytes_per_second,
        burst,
    }))
}

/// Changes a rate, for what waits as well.
#[napi(catch_unwind)]
pub fn set_rate(
    #[napi(ts_arg_type = "object")] rate: Ref<'_, Rate>,
    bytes_per_second: f64,
    burst: Option<f64>,
) {
    rate.set(Terms {
        bytes_per_second,
        burst,
    });
}

/// The burst in force, in bytes.
#[napi(catch_unwind)]
pub fn burst(#[napi(ts_arg_type = "object")] rate: Ref<'_, Rate>) -> f64 {
    rate.burst()
}
