//! The decoders: gunzip, inflate, inflateRaw and unzip.
//!
//! The engine decodes the raw deflate stream alone. Header, checksum, members that follow one another and what may stand
//! behind them are read here, by the rules of `node:zlib`.
//!
//! ```text
//!         a byte              complete        end of stream            right (gzip)         not 0x00
//!  Start ────────▶ Header ──────────────▶ Body ────────────▶ Trailer ───────────▶ Between ──────────▶ Start
//!    │ (raw)                               ▲                    │ right (zlib)       │ 0x00
//!    └─────────────────────────────────────┘                    └──────▶ Ended ◀─────┘
//! ```
//!
//! Any state may go to `Failed`. Where only the first member is asked for, or nothing may follow it, `Trailer` goes to
//! `Ended`.

use zlib_rs::adler32::adler32;

use super::compressor::{Progress, STREAM_ERROR};
use super::decompressor::Decompressor;
use super::failure::Failure;
pub(super) use super::header::Expect;
use super::header::{Kind, Reader};
use super::wrapper::{Check, Wrapper};
use super::{Codec, Flush, Header, Members, Settings, Step};
use crate::error::{Error, Result};

/// How much is decoded before its checksum is taken, while it is in the processor's cache.
const PIECE: usize = 128 * 1024;

enum State {
    /// No byte of a stream, or of its next member, has been read.
    Start,
    Header(Box<Reader>),
    /// Alone of the states it holds memory worth naming.
    Body(Decompressor),
    /// The stream is complete, and so much of what follows it has been read.
    Trailer(Vec<u8>),
    /// A gzip member is complete and another may follow.
    Between,
    /// The data is complete.
    Ended,
    /// The data is bad. What was decoded before is handed out first.
    Failed(Failure),
}

/// Decompresses one stream, or all members of a gzip file.
pub(super) struct Decoder {
    expect: Expect,
    settings: Settings,
    state: State,
    /// Of the member under way; of gzip once it is known to be that.
    check: Check,
    /// Whether a stream's end may be followed by another: from the start with `Gzip`, with `Either` once gzip was seen.
    members: bool,
    /// The first member's.
    header: Option<Box<Header>>,
    header_seen: bool,
    /// Bytes behind the end that were passed over.
    trailing: u64,
}

impl Decoder {
    /// Fails if a setting is out of its range.
    pub(super) fn new(expect: Expect, settings: Settings) -> Result<Self> {
        if !matches!(settings.window_bits, 0 | 8..=15) {
            return Err(STREAM_ERROR);
        }
        Ok(Self {
            expect,
            settings,
            state: State::Start,
            check: Wrapper::Raw.check(),
            members: expect == Expect::Gzip,
            header: None,
            header_seen: false,
            trailing: 0,
        })
    }

    fn dictionary(&self) -> Option<&[u8]> {
        self.settings
            .dictionary
            .as_deref()
            .filter(|dictionary| !dictionary.is_empty())
    }

    /// Goes on to the deflate stream, behind a header of this kind or, if it is raw, behind none.
    fn enter(&mut self, kind: Option<Kind>) {
        let (wrapper, dictionary) = match kind {
            Some(Kind::Gzip) => (Wrapper::Gzip, None),
            Some(Kind::Zlib { dictionary: None }) => (Wrapper::Zlib, None),
            Some(Kind::Zlib {
                dictionary: Some(sum),
            }) => match self.dictionary() {
                None => return self.fail(Failure::Dictionary),
                Some(given) if adler32(1, given) != sum => return self.fail(Failure::BadDictionary),
                given => (Wrapper::Zlib, given),
            },
            None => (Wrapper::Raw, self.dictionary()),
        };
        match Decompressor::new(dictionary) {
            Ok(decompressor) => self.state = State::Body(decompressor),
            Err(failure) => return self.fail(failure),
        }
        self.check = wrapper.check();
        self.members |= wrapper == Wrapper::Gzip;
    }

    /// Reads a part of a header, and returns how much that was.
    fn header(&mut self, rest: &[u8]) -> usize {
        let State::Header(reader) = &mut self.state else {
            return 0;
        };
        match reader.read(rest) {
            Err(failure) => {
                self.fail(failure);
                0
            }
            Ok((read, None)) => read,
            Ok((read, Some(kind))) => {
                if kind == Kind::Gzip && !self.header_seen {
                    self.header = Some(Box::new(std::mem::take(&mut reader.header)));
                    self.header_seen = true;
                }
                self.enter(Some(kind));
                read
            }
        }
    }

    /// Runs the decompressor once.
    fn body(&mut self, rest: &[u8], output: &mut [u8]) -> Progress {
        let State::Body(decompressor) = &mut self.state else {
            return Progress::default();
        };
        let (did, failure) = decompressor.feed(rest, output);
        self.check.update(&output[..did.written]);
        if let Some(failure) = failure {
            self.fail(failure);
        } else if did.ended {
            self.state = State::Trailer(Vec::new());
            // That of a raw stream is complete already.
            self.trailer(&[]);
        }
        did
    }

    /// Reads a part of the trailer, and returns how much that was. At its end the member is complete.
    fn trailer(&mut self, rest: &[u8]) -> usize {
        let State::Trailer(bytes) = &mut self.state else {
            return 0;
        };
        let right = self.check.trailer();
        let length = rest.len().min(right.len() - bytes.len());
        bytes.extend(&rest[..length]);
        if bytes.len() >= 4 && bytes[..4] != right[..4] {
            self.fail(Failure::Data("incorrect data check"));
        } else if bytes.len() == right.len() && *bytes != right {
            self.fail(Failure::Data("incorrect length check"));
        } else if bytes.len() == right.len() {
            let alone = self.settings.members == Members::First || self.settings.reject_trailing;
            self.state = if self.members && !alone {
                State::Between
            } else {
                State::Ended
            };
        }
        length
    }

    fn fail(&mut self, failure: Failure) {
        self.state = State::Failed(failure);
    }
}

impl Codec for Decoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        // Each turn reads a byte, fills output or changes to a state that does; a turn that does none of it ends the loop.
        let done = loop {
            let rest = &input[consumed..];
            match &self.state {
                State::Failed(failure) if produced == 0 => return Err(failure.error()),
                State::Failed(_) => break false,
                State::Body(_) if produced == output.len() => break false,
                State::Body(_) => {
                    let (start, end) = (produced, output.len().min(produced + PIECE));
                    let room = &mut output[start..end];
                    let did = self.body(rest, room);
                    consumed += did.read;
                    produced += did.written;
                    if let State::Body(_) = self.state {
                        if did.read == rest.len() && did.written < end - start {
                            break true;
                        }
                        if did.read + did.written == 0 {
                            return Err(STREAM_ERROR);
                        }
                    }
                }
                _ if rest.is_empty() => break true,
                State::Start if self.expect == Expect::Raw => self.enter(None),
                State::Start => {
                    let reader = Reader::new(self.expect, self.settings.window_bits);
                    self.state = State::Header(Box::new(reader));
                }
                State::Header(_) => consumed += self.header(rest),
                State::Trailer(_) => consumed += self.trailer(rest),
                State::Between if rest[0] == 0 => self.state = State::Ended,
                State::Between => self.state = State::Start,
                State::Ended if self.is_complete() => break false,
                State::Ended if self.settings.reject_trailing => self.fail(Failure::Trailing),
                State::Ended => {
                    self.trailing += rest.len() as u64;
                    consumed = input.len();
                    break true;
                }
            }
        };
        Ok(Step {
            consumed,
            produced,
            done,
        })
    }

    fn flush(&mut self, _: Flush, _: &mut [u8]) -> Result<Step> {
        Ok(Step::DONE)
    }

    fn finish(&mut self, _: &mut [u8]) -> Result<Step> {
        match &self.state {
            State::Between | State::Ended => Ok(Step::DONE),
            State::Failed(failure) => Err(failure.error()),
            State::Start | State::Header(_) | State::Body(_) | State::Trailer(_) => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        *self = Self::new(self.expect, self.settings.clone())?;
        Ok(())
    }

    fn take_header(&mut self) -> Option<Box<Header>> {
        self.header.take()
    }

    fn trailing(&self) -> u64 {
        self.trailing
    }

    fn is_complete(&self) -> bool {
        self.settings.members == Members::First && matches!(self.state, State::Ended)
    }
}
