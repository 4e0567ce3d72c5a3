//! The binding: the only module that imports napi, and the only one with `unsafe`.
//!
//! Everything here runs on the JS thread, save [`chime::Chime`], through which stages speak to it. JS memory is touched
//! on the JS thread alone, inside the call that it came with.

#![allow(unsafe_code)]

mod bell;
mod budget;
mod chain;
mod checksum;
mod chime;
mod codec_options;
mod commands;
mod engine;
mod failure;
mod figures;
mod files;
mod handle;
mod link;
mod open;
mod rate;
mod raw;
mod reference;
mod view;
mod write;
