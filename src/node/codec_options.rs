//! A codec's options, from JS to the core. `lib/` has validated them as Node would.

use std::num::NonZeroUsize;
use std::sync::Arc;

use napi::bindgen_prelude::{BufferSlice, Uint8Array};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;

use crate::codec::{Codec, Flush, Format, Header, Limits, Members, Settings, Strategy};
use crate::error::Error as CodecError;
use crate::parallel::{self, Workers};
use crate::stage::Command;

/// A codec. What a format has no use for may be missing.
#[napi(object)]
pub struct CodecOptions {
    /// One of `codec::Format::ALL`.
    pub format: String,
    /// zlib's.
    pub level: Option<i32>,
    pub window_bits: Option<u32>,
    pub mem_level: Option<u32>,
    pub strategy: Option<i32>,
    pub dictionary: Option<Uint8Array>,
    /// Brotli's or zstd's parameters: a number and its value, and so on.
    pub params: Option<Vec<i32>>,
    pub pledged_size: Option<f64>,
    pub header: Option<HeaderToWrite>,
    /// Whether the first gzip member is all that is read.
    pub first_member: Option<bool>,
    pub reject_trailing: Option<bool>,
    /// Bytes.
    pub max_output: Option<f64>,
    pub max_ratio: Option<f64>,
    /// The most threads that compress one stream.
    pub threads: Option<f64>,
}

/// A gzip header to write. Name and comment are the bytes of Latin-1.
#[napi(object)]
pub struct HeaderToWrite {
    pub name: Option<Uint8Array>,
    pub comment: Option<Uint8Array>,
    pub extra: Option<Uint8Array>,
    /// Seconds since 1970.
    pub mtime: Option<u32>,
}

/// A gzip header that was read. Name and comment are the bytes of Latin-1.
#[napi(object, object_from_js = false)]
pub struct HeaderRead<'env> {
    pub name: Option<BufferSlice<'env>>,
    pub comment: Option<BufferSlice<'env>>,
    pub extra: Option<BufferSlice<'env>>,
    /// Seconds since 1970; 0 for unknown.
    pub mtime: u32,
    pub os: u32,
    pub text: bool,
}

impl<'env> HeaderRead<'env> {
    pub(super) fn new(env: &'env Env, header: Header) -> Result<Self> {
        let copy = |bytes: Option<Vec<u8>>| bytes.map(|bytes| BufferSlice::copy_from(env, bytes)).transpose();
        Ok(Self {
            name: copy(header.name)?,
            comment: copy(header.comment)?,
            extra: copy(header.extra)?,
            mtime: header.mtime,
            os: header.os.into(),
            text: header.text,
        })
    }
}

/// zlib's number of a kind of flush; `None` for `Z_FINISH`.
pub(super) fn flush_kind(kind: u32) -> Result<Option<Flush>> {
    Ok(Some(match kind {
        0 => Flush::None,
        1 => Flush::Partial,
        2 => Flush::Sync,
        3 => Flush::Full,
        4 => return Ok(None),
        5 => Flush::Block,
        _ => return Err(Error::from_status(Status::InvalidArg)),
    }))
}

/// The command for zlib's number of a kind of flush.
pub(super) fn flush_command(kind: u32) -> Result<Command> {
    Ok(flush_kind(kind)?.map_or(Command::Finish, Command::Flush))
}

pub(super) fn format(options: &CodecOptions) -> Result<Format> {
    Format::from_name(&options.format).ok_or_else(|| Error::from_status(Status::InvalidArg))
}

/// Opens the codec, which may use `workers`. The inner error is one for the program to see.
pub(super) fn open_codec(
    options: CodecOptions,
    workers: Option<Arc<Workers>>,
) -> Result<std::result::Result<Box<dyn Codec>, CodecError>> {
    let format = format(&options)?;
    Ok(settings(options).and_then(|settings| parallel::open(format, &settings, workers)))
}

fn settings(options: CodecOptions) -> std::result::Result<Settings, CodecError> {
    let defaults = Settings::default();
    let byte = |value: Option<u32>, or: u8| value.map_or(or, |value| u8::try_from(value).unwrap_or(u8::MAX));
    let copy = |bytes: Uint8Array| bytes.to_vec();
    let header = options.header.map(|header| {
        Box::new(Header {
            name: header.name.map(copy),
            comment: header.comment.map(copy),
            extra: header.extra.map(copy),
            mtime: header.mtime.unwrap_or_default(),
            ..Header::PLAIN
        })
    });
    let params = options.params.unwrap_or_default();
    Ok(Settings {
        level: options.level.unwrap_or(defaults.level),
        window_bits: byte(options.window_bits, defaults.window_bits),
        mem_level: byte(options.mem_level, defaults.mem_level),
        strategy: options
            .strategy
            .map_or(Ok(Strategy::Default), Strategy::from_number)?,
        dictionary: options.dictionary.map(|bytes| Arc::from(&*bytes)),
        params: params
            .chunks_exact(2)
            .map(|pair| (pair[0].cast_unsigned(), pair[1]))
            .collect(),
        pledged_size: options.pledged_size.map(|size| size as u64),
        header,
        members: if options.first_member == Some(true) {
            Members::First
        } else {
            Members::All
        },
        reject_trailing: options.reject_trailing == Some(true),
        limits: Limits {
            output: options.max_output.map(|most| most as u64),
            ratio: options.max_ratio,
        },
        // The cast saturates.
        threads: options.threads.and_then(|most| NonZeroUsize::new(most as usize)),
    })
}
