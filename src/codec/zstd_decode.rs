//! The zstd decoder: the C library's, with Node's rules for what may follow a frame.
//!
//! ```text
//!          first byte          end of frame            4 bytes of magic
//!  Fresh ─────────────▶ Frame ──────────────▶ Between ──────────────────▶ Frame
//!                         │                      │ any other byte
//!                         ▼                      ▼
//!                       Failed                 Ended
//! ```

use super::zstd::{BAD_PARAMETER, decoder_parameter, failed};
use super::{Codec, Flush, Settings, Step};
use crate::error::{Error, Result};
use std::sync::Arc;
use zstd_safe::{DCtx, DDict, DParameter, ErrorCode, InBuffer, OutBuffer};

/// What a frame starts with, and what a skippable one does but for the low four bits of its first byte.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// Decompresses frames that follow one another as one stream.
pub(super) struct Decoder {
    parameters: Vec<DParameter>,
    dictionary: Option<Arc<[u8]>>,
    reject_trailing: bool,
    /// As much as the window, hence absent outside a frame.
    context: Option<DCtx<'static>>,
    /// Whether the context may hold output.
    holds: bool,
    state: State,
}

enum State {
    /// Nothing was fed.
    Fresh,
    Frame,
    /// A frame is complete, and so much of another's magic number has been read.
    Between(Magic),
    /// The data is complete.
    Ended,
    /// The data is bad. What was decoded before is handed out first.
    Failed(ErrorCode),
}

/// The beginning of what may be a frame.
#[derive(Clone, Copy, Default)]
struct Magic {
    bytes: [u8; 4],
    len: usize,
}

impl Magic {
    /// Adds a byte, unless it belongs to no magic number.
    fn add(mut self, byte: u8) -> Option<Self> {
        *self.bytes.get_mut(self.len)? = byte;
        self.len += 1;
        let matches =
            |masked: u8, magic: [u8; 4]| magic[0] == masked && magic[1..self.len] == self.bytes[1..self.len];
        (matches(self.bytes[0], MAGIC) || matches(self.bytes[0] & 0xf0, SKIPPABLE)).then_some(self)
    }
}

impl Decoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut parameters = Vec::new();
        for &(number, value) in &settings.params {
            parameters.push(decoder_parameter(number, value)?);
        }
        let decoder = Self {
            parameters,
            dictionary: settings.dictionary.clone().filter(|bytes| !bytes.is_empty()),
            reject_trailing: settings.reject_trailing,
            context: None,
            holds: false,
            state: State::Fresh,
        };
        if !decoder.parameters.is_empty() {
            decoder.start()?;
        }
        if let Some(dictionary) = &decoder.dictionary {
            DDict::try_create(dictionary).ok_or(BAD_DICTIONARY)?;
        }
        Ok(decoder)
    }

    fn start(&self) -> Result<DCtx<'static>> {
        let mut context = DCtx::try_create().ok_or(FAILED_TO_START)?;
        for &parameter in &self.parameters {
            context.set_parameter(parameter).map_err(|_| BAD_PARAMETER)?;
        }
        if let Some(dictionary) = &self.dictionary {
            context.load_dictionary(dictionary).map_err(|_| BAD_DICTIONARY)?;
        }
        Ok(context)
    }

    /// Enters a frame, of whose magic number so much has been read already.
    fn enter(&mut self, magic: Magic) -> Result<()> {
        self.context = Some(self.start()?);
        self.state = State::Frame;
        // A magic number alone completes nothing and fails nothing.
        self.read(&magic.bytes[..magic.len]);
        Ok(())
    }

    /// Has the library read, with no room to write: what it decodes before it comes to bad data is then not lost.
    /// Returns the bytes read.
    fn read(&mut self, input: &[u8]) -> usize {
        let Some(context) = &mut self.context else {
            return 0;
        };
        let mut input = InBuffer::around(input);
        match context.decompress_stream(&mut OutBuffer::around(&mut [][..]), &mut input) {
            Ok(0) => {
                self.context = None;
                self.state = State::Between(Magic::default());
            }
            Ok(_) => self.holds = true,
            Err(code) => self.state = State::Failed(code),
        }
        input.pos()
    }

    /// Has the library write what it holds. Returns the bytes written.
    fn write(&mut self, output: &mut [u8]) -> usize {
        let Some(context) = &mut self.context else {
            return 0;
        };
        let (room, mut output) = (output.len(), OutBuffer::around(output));
        if let Err(code) = context.decompress_stream(&mut output, &mut InBuffer::around(&[])) {
            self.state = State::Failed(code);
        }
        self.holds = output.pos() == room;
        output.pos()
    }
}

impl Codec for Decoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        let done = loop {
            let rest = &input[consumed..];
            match (&self.state, rest.first()) {
                (State::Failed(code), _) if produced == 0 => return Err(failed(*code)),
                (State::Failed(_), _) => break false,
                (State::Frame, _) if self.holds => {
                    if produced == output.len() {
                        break false;
                    }
                    produced += self.write(&mut output[produced..]);
                }
                (_, None) => break true,
                (State::Fresh, Some(_)) => self.enter(Magic::default())?,
                (State::Frame, Some(_)) => consumed += self.read(rest),
                (State::Between(magic), Some(&byte)) => match magic.add(byte) {
                    Some(magic) => {
                        consumed += 1;
                        if magic.len == MAGIC.len() {
                            self.enter(magic)?;
                        } else {
                            self.state = State::Between(magic);
                        }
                    }
                    None => self.state = State::Ended,
                },
                (State::Ended, Some(_)) if self.reject_trailing => {
                    if produced > 0 {
                        break false;
                    }
                    return Err(Error::TrailingGarbage);
                }
                (State::Ended, Some(_)) => {
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
            State::Between(magic) if magic.len > 0 && self.reject_trailing => Err(Error::TrailingGarbage),
            State::Between(_) | State::Ended => Ok(Step::DONE),
            State::Failed(code) => Err(failed(*code)),
            State::Fresh | State::Frame => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.context = None;
        self.holds = false;
        self.state = State::Fresh;
        Ok(())
    }
}

const FAILED_TO_START: Error = Error::Initialization("Could not initialize zstd instance");
const BAD_DICTIONARY: Error = Error::Initialization("Failed to load zstd dictionary");
