//! The brotli decoder (RFC 7932): Node's rules around an engine, of which there are two, each in its file.

use super::settings::UNSET;
use super::{Codec, Flush, Settings, Step, brotli_dictionary, brotli_google};
use crate::error::{Error, Result};
use std::sync::Arc;

/// What decodes one stream.
pub(super) trait Engine: Send {
    /// Decodes as much of `input` as there is room for in `output`.
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Did;
}

/// What an engine did.
pub(super) struct Did {
    pub read: usize,
    pub written: usize,
    pub next: Next,
}

/// What an engine wants next.
pub(super) enum Next {
    Input,
    Room,
    /// Nothing: the stream is complete.
    End,
    /// Nothing: the stream is bad.
    Failed(Failure),
}

/// Why a stream is bad, in the words of Google's library.
#[derive(Clone, Copy)]
pub(super) struct Failure {
    pub code: &'static str,
    pub errno: i32,
}

impl Failure {
    fn error(self) -> Error {
        Error::Engine {
            code: self.code.into(),
            errno: self.errno,
            message: "Decompression failed".into(),
        }
    }
}

/// How a stream is decoded.
pub(super) struct Options {
    /// Whether the window's memory is taken at once, rather than as the data comes to fill it.
    pub whole_window: bool,
    /// Whether windows of more than 16 MiB are taken, which the format does not know.
    pub large_window: bool,
}

/// Decompresses one brotli stream.
pub(super) struct Decoder {
    options: Options,
    dictionary: Option<Arc<[u8]>>,
    reject_trailing: bool,
    /// Bytes passed over behind the end.
    trailing: u64,
    state: State,
}

enum State {
    /// Nothing was fed. Holds no memory, as do all states but `Body`.
    Fresh,
    Body(Box<dyn Engine>),
    /// The data is complete.
    Ended,
    /// The data is bad. What was decoded before is handed out first.
    Failed(Failure),
}

impl Decoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut options = Options {
            whole_window: false,
            large_window: false,
        };
        for &(number, value) in settings.params.iter().filter(|(_, value)| *value != UNSET) {
            match number {
                0 => options.whole_window = value != 0,
                1 => options.large_window = value != 0,
                _ => return Err(Error::Initialization("Initialization failed")),
            }
        }
        Ok(Self {
            options,
            dictionary: settings.dictionary.clone().filter(|bytes| !bytes.is_empty()),
            reject_trailing: settings.reject_trailing,
            trailing: 0,
            state: State::Fresh,
        })
    }

    fn start(&self) -> Result<Box<dyn Engine>> {
        Ok(match &self.dictionary {
            None => Box::new(brotli_google::Engine::new(&self.options)?),
            Some(dictionary) => Box::new(brotli_dictionary::Engine::new(&self.options, dictionary)?),
        })
    }
}

impl Codec for Decoder {
    fn feed(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step> {
        let (mut consumed, mut produced) = (0, 0);
        let done = loop {
            let rest = &input[consumed..];
            match &mut self.state {
                State::Fresh if rest.is_empty() => break true,
                State::Fresh => self.state = State::Body(self.start()?),
                State::Body(engine) => {
                    let did = engine.decode(rest, &mut output[produced..]);
                    consumed += did.read;
                    produced += did.written;
                    match did.next {
                        Next::Input => break true,
                        Next::Room => break false,
                        Next::End => self.state = State::Ended,
                        Next::Failed(failure) => self.state = State::Failed(failure),
                    }
                }
                State::Failed(failure) if produced == 0 => return Err(failure.error()),
                State::Failed(_) => break false,
                State::Ended if self.reject_trailing && !rest.is_empty() => {
                    if produced == 0 {
                        return Err(Error::TrailingGarbage);
                    }
                    break false;
                }
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
            State::Ended => Ok(Step::DONE),
            State::Failed(failure) => Err(failure.error()),
            State::Fresh | State::Body(_) => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.state = State::Fresh;
        self.trailing = 0;
        Ok(())
    }

    fn trailing(&self) -> u64 {
        self.trailing
    }
}
