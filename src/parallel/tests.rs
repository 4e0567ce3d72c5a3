//! What a stream compressed by several threads promises, whoever of them is first.

mod bounds;
mod commands;
mod driver;
mod same_bytes;
