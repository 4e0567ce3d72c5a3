//! Budgets as JS holds them: each environment makes its own, and all see that of the process.

use std::sync::Arc;

use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::flow::{self, Bytes};

use super::reference::{Native, Ref};

/// A budget, shared with the channels that count to it.
pub type Budget = Arc<flow::Budget>;

/// A new budget. `bytes` may be infinite.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn create_budget(bytes: f64) -> Native<Budget> {
    Native::new(flow::Budget::new(limit(bytes)))
}

/// The budget of the process.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn process_budget() -> Native<Budget> {
    Native::new(Arc::clone(flow::Budget::of_process()))
}

/// Sets a budget's bytes. Returns what is in use when that is more, and then changes nothing.
#[napi(catch_unwind)]
pub fn set_budget(#[napi(ts_arg_type = "object")] budget: Ref<'_, Budget>, bytes: f64) -> Either<f64, ()> {
    match budget.set_limit(limit(bytes)) {
        Ok(()) => Either::B(()),
        Err(used) => Either::A(used.get() as f64),
    }
}

/// A budget at one moment; sizes in bytes.
#[napi(object)]
pub struct Balance {
    pub bytes: f64,
    pub used: f64,
    pub peak: f64,
    /// Buffers that wait for their turn.
    pub waiting: u32,
}

impl Balance {
    pub(super) fn of(budget: &flow::Budget) -> Self {
        let balance = budget.balance();
        let is_unlimited = balance.limit == flow::UNLIMITED.get();
        Self {
            bytes: if is_unlimited {
                f64::INFINITY
            } else {
                balance.limit as f64
            },
            used: balance.used as f64,
            peak: balance.peak as f64,
            waiting: u32::try_from(balance.waiting).unwrap_or(u32::MAX),
        }
    }
}

/// The budget now.
#[napi(catch_unwind)]
pub fn balance(#[napi(ts_arg_type = "object")] budget: Ref<'_, Budget>) -> Balance {
    Balance::of(&budget)
}

fn limit(bytes: f64) -> Bytes {
    // The cast saturates: an infinite budget is the largest.
    Bytes::new(bytes as u64)
}
