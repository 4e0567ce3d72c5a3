//! The zstd decoder: the C library's, with Node's rules for what may follow a frame. A context is kept for the next stream
//! on the same thread, as [`super::zstd_encode`] does.
//!
//! ```text
//!           first bytes         end of frame         any other byte
//!  Opening ────────────▶ Frame ──────────────▶ Between ────────────▶ Ended
//!     ▲                    │                      │
//!     │                    ▼                      │ four bytes of magic
//!     │                  Failed                   │
//!     └───────────────────────────────────────────┘
//! ```

use super::zstd::{BAD_PARAMETER, CORRUPTED, KEEP, OUT_OF_MEMORY, decoder_parameter, failed};
use super::{Codec, Flush, Settings, Step};
use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::Arc;
use zstd_safe::{DCtx, DParameter, ErrorCode, InBuffer, OutBuffer, ResetDirective};

thread_local! {
    static KEPT: Cell<Option<DCtx<'static>>> = const { Cell::new(None) };
}

/// Bytes of the largest header of a frame (RFC 8878, 3.1.1).
const HEAD: usize = 18;

/// Bytes of the largest block (RFC 8878, 3.1.1.2.4).
const BLOCK: u64 = 128 * 1024;

/// What a frame starts with, and what a skippable one does but for the low four bits of its first byte.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

/// Decompresses frames that follow one another as one stream.
pub(super) struct Decoder {
    parameters: Vec<DParameter>,
    dictionary: Option<Arc<[u8]>>,
    reject_trailing: bool,
    /// As large as the window, hence absent before the first byte and behind the last.
    context: Option<DCtx<'static>>,
    /// Whether the context may hold output.
    holds: bool,
    /// What the library said to a frame that it was given whole. What is good of it is still to be handed out.
    verdict: Option<ErrorCode>,
    /// The beginning of the frame, in which its size may stand.
    head: Vec<u8>,
    /// Bytes that came of the frame.
    made: u64,
    /// Bytes passed over behind the end.
    trailing: u64,
    state: State,
}

enum State {
    /// A frame begins here, as it does where nothing was fed.
    Opening,
    /// Inside a frame.
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
        let first = self.bytes[0];
        let matches =
            |like: u8, magic: [u8; 4]| like == magic[0] && self.bytes[1..self.len] == magic[1..self.len];
        (matches(first, MAGIC) || matches(first & 0xf0, SKIPPABLE)).then_some(self)
    }
}

impl Decoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut parameters = Vec::new();
        for &(number, value) in &settings.params {
            parameters.extend(decoder_parameter(number, value)?);
        }
        let decoder = Self {
            parameters,
            dictionary: settings.dictionary.clone().filter(|bytes| !bytes.is_empty()),
            reject_trailing: settings.reject_trailing,
            context: None,
            holds: false,
            verdict: None,
            head: Vec::new(),
            made: 0,
            trailing: 0,
            state: State::Opening,
        };
        if !decoder.parameters.is_empty() || decoder.dictionary.is_some() {
            // Only the library knows what it takes.
            keep(decoder.start()?);
        }
        Ok(decoder)
    }

    fn start(&self) -> Result<DCtx<'static>> {
        let kept = KEPT.try_with(Cell::take).ok().flatten();
        let context = kept.or_else(DCtx::try_create);
        let mut context = context.ok_or_else(|| failed(OUT_OF_MEMORY))?;
        for &parameter in &self.parameters {
            context.set_parameter(parameter).map_err(|_| BAD_PARAMETER)?;
        }
        if let Some(dictionary) = &self.dictionary {
            context
                .load_dictionary(dictionary)
                .map_err(|_| Error::Initialization("Failed to load zstd dictionary"))?;
        }
        Ok(context)
    }

    /// One call of the library. Returns the bytes read and written.
    fn call(&mut self, input: &[u8], output: &mut [u8]) -> Result<(usize, usize), ErrorCode> {
        let context = match &mut self.context {
            Some(context) => context,
            None => {
                // The parameters and the dictionary were good once.
                let started = self.start().map_err(|_| OUT_OF_MEMORY)?;
                self.context.insert(started)
            }
        };
        let room = output.len();
        let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(output));
        let left = context.decompress_stream(&mut to, &mut from)?;
        let (read, written) = (from.pos(), to.pos());
        self.head
            .extend(input[..read].iter().take(HEAD - self.head.len()));
        self.made += written as u64;
        self.holds = left > 0 && written == room;
        self.state = if left > 0 {
            State::Frame
        } else if self.is_short() {
            return Err(CORRUPTED);
        } else {
            State::Between(Magic::default())
        };
        Ok((read, written))
    }

    /// Whether the frame that has ended came to less than it said. The library finds that too, but for a frame that ends
    /// in a block without bytes and is not decoded at a stroke.
    fn is_short(&self) -> bool {
        let said = zstd_safe::get_frame_content_size(&self.head).ok().flatten();
        said.is_some_and(|said| self.made < said)
    }

    /// Gives the library a frame from its beginning. If all of it is there and fits, it is decoded at a stroke, without
    /// a window; bad data then brings out nothing of it, and it is read again, block by block.
    fn open(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize) {
        if !is_small(input) {
            return self.begin(&input[..1]);
        }
        self.verdict = None;
        self.count_anew();
        self.call(input, output).unwrap_or_else(|code| {
            let context = self.context.as_mut();
            let again = context.map(|context| context.reset(ResetDirective::SessionOnly));
            if let Some(Ok(_)) = again {
                let did = self.begin(&input[..1]);
                self.verdict = Some(code);
                did
            } else {
                self.state = State::Failed(code);
                (0, 0)
            }
        })
    }

    /// Gives the library the beginning of a frame, too little of it to decode it at a stroke: what it is given next does
    /// not begin where the frame does.
    fn begin(&mut self, input: &[u8]) -> (usize, usize) {
        self.verdict = None;
        self.count_anew();
        self.go_on(input, &mut [])
    }

    /// Has the library read without room to write, or write without more to read: so what it had written when it comes
    /// to bad data is known.
    fn go_on(&mut self, input: &[u8], output: &mut [u8]) -> (usize, usize) {
        let did = self.call(input, output);
        did.unwrap_or_else(|code| {
            self.state = State::Failed(self.verdict.unwrap_or(code));
            (0, 0)
        })
    }

    fn count_anew(&mut self) {
        self.head.clear();
        self.made = 0;
    }

    fn end(&mut self) {
        if let Some(context) = self.context.take() {
            keep(context);
        }
        self.state = State::Ended;
    }
}

/// Whether a frame is one segment of so little content that, decoded at a stroke, it is good if it is so block by block.
/// At a stroke the library checks neither the window, nor that a block is no larger than that and [`BLOCK`].
fn is_small(frame: &[u8]) -> bool {
    let size = zstd_safe::get_frame_content_size(frame).ok().flatten();
    let is_one_segment = frame
        .get(MAGIC.len())
        .is_some_and(|descriptor| descriptor & 0x20 != 0);
    is_one_segment && size.is_some_and(|size| (1..=BLOCK).contains(&size))
}

/// Keeps `context` for the next stream, unless it is a large one.
fn keep(mut context: DCtx<'static>) {
    let clean = context.reset(ResetDirective::SessionAndParameters).is_ok();
    if clean && context.sizeof() <= KEEP {
        let _ = KEPT.try_with(|kept| kept.set(Some(context)));
    }
}

impl Codec for Decoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        let done = loop {
            let (rest, room) = (&input[consumed..], &mut output[produced..]);
            let (read, written) = match (&self.state, rest.first()) {
                (State::Failed(code), _) if produced == 0 => return Err(failed(*code)),
                (State::Failed(_), _) => break false,
                (State::Frame, _) if self.holds && room.is_empty() => break false,
                (State::Frame, _) if self.holds => self.go_on(&[], room),
                (_, None) => break true,
                (State::Opening, Some(_)) => self.open(rest, room),
                (State::Frame, Some(_)) => self.go_on(rest, &mut []),
                (State::Between(magic), Some(&byte)) => match magic.add(byte) {
                    Some(magic) if magic.len < MAGIC.len() => {
                        self.state = State::Between(magic);
                        (1, 0)
                    }
                    Some(_) if consumed + 1 >= MAGIC.len() => {
                        consumed -= MAGIC.len() - 1;
                        self.state = State::Opening;
                        (0, 0)
                    }
                    Some(magic) => {
                        // It came in two pieces. By itself it completes nothing and fails nothing.
                        self.begin(&magic.bytes);
                        (1, 0)
                    }
                    None => {
                        self.trailing = magic.len as u64;
                        self.end();
                        (0, 0)
                    }
                },
                (State::Ended, Some(_)) if self.reject_trailing && produced == 0 => {
                    return Err(Error::TrailingGarbage);
                }
                (State::Ended, Some(_)) if self.reject_trailing => break false,
                (State::Ended, Some(_)) => {
                    self.trailing += rest.len() as u64;
                    (rest.len(), 0)
                }
            };
            consumed += read;
            produced += written;
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
            State::Between(_) | State::Ended => {
                self.end();
                Ok(Step::DONE)
            }
            State::Failed(code) => Err(failed(*code)),
            State::Opening | State::Frame => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.context = None;
        (self.holds, self.trailing) = (false, 0);
        self.state = State::Opening;
        Ok(())
    }

    fn trailing(&self) -> u64 {
        self.trailing
    }
}
