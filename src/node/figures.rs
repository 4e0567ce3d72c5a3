//! What `lib/` may ask of a handle to show: its buffers, its counters and its stage's clock.

use napi_derive::napi;

use crate::flow::Snapshot;
use crate::pressure::Spending;

use super::budget::Balance;
use super::handle::Handle;
use super::reference::Ref;

/// One buffer, in bytes.
#[napi(object)]
pub struct Buffer {
    pub buffered: f64,
    pub peak: f64,
    pub high_water_mark: f64,
    pub low_water_mark: f64,
}

/// A stream's buffers and counters.
#[napi(object)]
pub struct Counts {
    pub writable: Buffer,
    pub readable: Option<Buffer>,
    pub hard_limit: f64,
    pub need_drain: bool,
    pub false_writes: f64,
    pub drains: f64,
    pub bytes_in: f64,
    pub bytes_out: f64,
    /// Whether one of the buffers waits for its turn of the budget.
    pub awaits_budget: bool,
    pub budget: Balance,
}

/// A snapshot of the stream's pressure.
#[napi(catch_unwind)]
pub fn pressure(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> Counts {
    let input = handle.input_snapshot();
    let output = handle.output_snapshot();
    Counts {
        writable: buffer(&input),
        readable: output.as_ref().map(buffer),
        hard_limit: handle.limit.hard,
        need_drain: handle.needs_drain(),
        false_writes: input.stops as f64,
        drains: input.drains as f64,
        bytes_in: input.accepted as f64,
        bytes_out: output.map_or(input.consumed, |output| output.accepted) as f64,
        awaits_budget: handle.awaits_credit(),
        budget: Balance::of(&handle.limit.budget),
    }
}

/// The buffer and the counters of a stream that is only read.
#[napi(object)]
pub struct ReadCounts {
    pub readable: Buffer,
    pub bytes_in: f64,
    pub bytes_out: f64,
    pub awaits_budget: bool,
    pub budget: Balance,
}

/// A snapshot of the pressure of a stream that is only read.
#[napi(catch_unwind)]
pub fn read_pressure(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> Option<ReadCounts> {
    handle.output_snapshot().map(|output| ReadCounts {
        readable: buffer(&output),
        bytes_in: output.accepted as f64,
        bytes_out: output.consumed as f64,
        awaits_budget: handle.awaits_credit(),
        budget: Balance::of(&handle.limit.budget),
    })
}

/// How a stage has spent its time, in milliseconds. The names are those of `pressure::Spending`.
#[napi(object)]
pub struct Times {
    pub elapsed: f64,
    pub busy: f64,
    pub reader: f64,
    pub disk: f64,
    pub remote: f64,
    pub throttle: f64,
    pub budget: f64,
    pub starved: f64,
    pub waiting: f64,
}

/// A snapshot of the clock of the stream's stage.
#[napi(catch_unwind)]
pub fn times(#[napi(ts_arg_type = "object")] handle: Ref<'_, Handle>) -> Times {
    let reading = handle.chime.clock.read();
    let spent = |on| reading.spent(on).as_secs_f64() * 1e3;
    Times {
        elapsed: reading.elapsed.as_secs_f64() * 1e3,
        busy: spent(Spending::Busy),
        reader: spent(Spending::Reader),
        disk: spent(Spending::Disk),
        remote: spent(Spending::Remote),
        throttle: spent(Spending::Throttle),
        budget: spent(Spending::Budget),
        starved: spent(Spending::Starved),
        waiting: spent(Spending::Waiting),
    }
}

fn buffer(snapshot: &Snapshot) -> Buffer {
    Buffer {
        buffered: snapshot.buffered as f64,
        peak: snapshot.peak as f64,
        high_water_mark: snapshot.marks.high().get() as f64,
        low_water_mark: snapshot.marks.low().get() as f64,
    }
}
