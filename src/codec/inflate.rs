//! The decoders: gunzip, inflate, inflateRaw and unzip.
//!
//! What zlib leaves to its caller is here: members that follow one another, padding behind them, and telling
//! gzip from zlib. The rules are those of `node:zlib`.
//!
//! ```text
//!            first byte            end of stream             not 0x00
//!  Header ──────────────▶ Body ──────────────────▶ Between ──────────▶ Header
//!    │ 0x1f, Either        │ ▲      (gzip)            │ 0x00
//!    └──────▶ Magic ───────┼─┘                        ▼
//!                          ├──────────────────────▶ Ended
//!                          └──▶ Failed  (zlib, raw)
//! ```

use super::failure::Failure;
use super::{Codec, Flush, Step};
use crate::error::{Error, Result};
use flate2::{Decompress, FlushDecompress, Status};

/// What a gzip member starts with.
const MAGIC: [u8; 2] = [FIRST, 0x8b];
const FIRST: u8 = 0x1f;

/// Which wrapper the decoder expects around the deflate stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    Gzip,
    Zlib,
    Raw,
    /// Gzip or zlib, told by the first two bytes.
    Either,
}

enum State {
    /// No byte of a stream, or of its next member, has been read. Holds no memory, as do all states but `Body`.
    Header,
    /// `Either` alone: 0x1f has been read, the byte after it decides.
    Magic,
    /// Inside a stream or member.
    Body(Decompress),
    /// A gzip member is complete and another may follow.
    Between,
    /// The data is complete. Whatever follows is ignored.
    Ended,
    /// The data is bad. What was decoded before is handed out first.
    Failed(Failure),
}

/// Decompresses one stream, or all members of a gzip file.
pub(super) struct Decoder {
    expect: Expect,
    window_bits: u8,
    /// Whether a stream's end may be followed by another: from the start with `Gzip`, with `Either` once gzip was seen.
    members: bool,
    state: State,
}

impl Decoder {
    pub(super) fn new(expect: Expect, window_bits: u8) -> Self {
        Self {
            expect,
            window_bits,
            members: expect == Expect::Gzip,
            state: State::Header,
        }
    }

    /// Enters a stream whose wrapper is known.
    fn enter(&mut self, wrapper: Expect) {
        let bits = self.window_bits;
        self.state = State::Body(match wrapper {
            Expect::Gzip => Decompress::new_gzip(bits),
            Expect::Zlib | Expect::Either => Decompress::new_with_window_bits(true, bits),
            Expect::Raw => Decompress::new_with_window_bits(false, bits),
        });
    }

    /// Leaves `Magic` on seeing the byte after 0x1f, which the stream's own decompressor has yet to be told of.
    fn enter_by_magic(&mut self, second: u8) {
        let gzip = second == MAGIC[1];
        self.members |= gzip;
        self.enter(if gzip { Expect::Gzip } else { Expect::Zlib });
        // One byte of a header completes nothing and fails nothing.
        self.body(&MAGIC[..1], &mut []);
    }

    /// Runs the decompressor once; moves on at the end of the stream and on bad data.
    /// Returns the bytes read and written.
    fn body(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize) {
        let State::Body(inflate) = &mut self.state else {
            return (0, 0);
        };
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(input, output, FlushDecompress::None);
        let did = (
            (inflate.total_in() - read) as usize,
            (inflate.total_out() - written) as usize,
        );
        match status {
            Ok(Status::StreamEnd) if self.members => self.state = State::Between,
            Ok(Status::StreamEnd) => self.state = State::Ended,
            Ok(Status::Ok | Status::BufError) => {}
            Err(error) => self.state = State::Failed(Failure::of(&error)),
        }
        did
    }
}

impl Codec for Decoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        // Each turn reads a byte, fills output or changes to a state that does; a turn that does none of it ends the loop.
        let done = loop {
            let rest = &input[consumed..];
            match (&self.state, rest.first()) {
                (State::Failed(failure), _) if produced == 0 => return Err(failure.error()),
                (State::Failed(_), _) => break false,
                (State::Ended, _) => {
                    consumed = input.len();
                    break true;
                }
                (State::Body(_), _) if produced == output.len() => break false,
                (State::Body(_), _) => {
                    let (read, wrote) = self.body(rest, &mut output[produced..]);
                    consumed += read;
                    produced += wrote;
                    let stalled = read + wrote == 0;
                    match self.state {
                        State::Body(_) if consumed < input.len() && stalled => {
                            return Err(Error::Codec("stream error"));
                        }
                        State::Body(_) if consumed == input.len() && produced < output.len() => {
                            break true;
                        }
                        _ => {}
                    }
                }
                (_, None) => break true,
                (State::Between, Some(0)) => self.state = State::Ended,
                (State::Between, Some(_)) => self.state = State::Header,
                (State::Header, Some(&FIRST)) if self.expect == Expect::Either => {
                    consumed += 1;
                    self.state = State::Magic;
                }
                (State::Header, Some(_)) => self.enter(self.expect),
                (State::Magic, Some(&second)) => self.enter_by_magic(second),
            }
        };
        Ok(Step {
            consumed,
            produced,
            done,
        })
    }

    fn flush(&mut self, _: Flush, _: &mut [u8]) -> Result<Step> {
        Ok(Step {
            consumed: 0,
            produced: 0,
            done: true,
        })
    }

    fn finish(&mut self, _: &mut [u8]) -> Result<Step> {
        match &self.state {
            State::Between | State::Ended => Ok(Step {
                consumed: 0,
                produced: 0,
                done: true,
            }),
            State::Failed(failure) => Err(failure.error()),
            State::Header | State::Magic | State::Body(_) => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        *self = Self::new(self.expect, self.window_bits);
        Ok(())
    }
}
