//! Sluice: native streams for Node.js whose buffers and flow control live in Rust.
//!
//! The way of a byte: `node` copies it into a slab, `flow::channel` holds it and counts it, a task of `stage` hands it
//! to a `codec` or a `sink`, the credit that it held returns, and the gate that thereby reaches its low-water mark
//! rings the doorbell: `'drain'`. See `docs/architecture.md`.

#![deny(unsafe_code)]

// The models are of flow control alone: codecs and tokio are not built for them.
#[cfg(not(loom))]
pub mod codec;
pub mod error;
pub mod file;
pub mod flow;
pub mod link;
// Without an environment to register in, nothing of it would be used in a test.
#[cfg(all(feature = "node", not(test)))]
mod node;
#[cfg(not(loom))]
pub mod parallel;
pub mod pressure;
pub mod sink;
pub mod source;
#[cfg(not(loom))]
pub mod stage;
mod sync;
