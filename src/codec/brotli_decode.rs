//! The brotli decoder (RFC 7932), and the only file that knows brotlic: Google's C library.

use super::{Codec, Flush, Settings, Step};
use crate::error::{Error, Result};
use brotlic::decode::{BrotliDecoder, BrotliDecoderOptions, DecodeError, DecoderInfo};

/// Decompresses one brotli stream.
pub(super) struct Decoder {
    options: BrotliDecoderOptions,
    reject_trailing: bool,
    state: State,
}

enum State {
    /// Nothing was fed. Holds no memory, as do all states but `Body`.
    Fresh,
    Body(BrotliDecoder),
    /// The data is complete.
    Ended,
    /// The data is bad. What was decoded before is handed out first.
    Failed(DecodeError),
}

impl Decoder {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let mut options = BrotliDecoderOptions::new();
        for &(number, value) in &settings.params {
            match number {
                0 => options.disable_ring_buffer_reallocation(value != 0),
                1 => options.large_window_size(value != 0),
                _ => return Err(Error::Initialization("Initialization failed")),
            };
        }
        Ok(Self {
            options,
            reject_trailing: settings.reject_trailing,
            state: State::Fresh,
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
                State::Fresh => {
                    let built = self.options.build();
                    self.state = State::Body(built.map_err(|_| FAILED_TO_START)?);
                }
                State::Body(decoder) => match decoder.decompress(rest, &mut output[produced..]) {
                    Ok(did) => {
                        consumed += did.bytes_read;
                        produced += did.bytes_written;
                        match did.info {
                            DecoderInfo::Finished => self.state = State::Ended,
                            DecoderInfo::NeedsMoreInput => break true,
                            DecoderInfo::NeedsMoreOutput => break false,
                        }
                    }
                    Err(error) => self.state = State::Failed(error),
                },
                State::Ended if self.reject_trailing && !rest.is_empty() => {
                    if produced > 0 {
                        break false;
                    }
                    return Err(Error::TrailingGarbage);
                }
                State::Ended => {
                    consumed = input.len();
                    break true;
                }
                State::Failed(_) if produced > 0 => break false,
                State::Failed(error) => return Err(failed(*error)),
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
            State::Failed(error) => Err(failed(*error)),
            State::Fresh | State::Body(_) => Err(Error::UnexpectedEnd),
        }
    }

    fn reset(&mut self) -> Result<()> {
        self.state = State::Fresh;
        Ok(())
    }
}

const FAILED_TO_START: Error = Error::Initialization("Could not initialize Brotli instance");

/// Node's names, which are those of Google's `BrotliDecoderErrorString` behind `ERR_`.
fn failed(error: DecodeError) -> Error {
    use DecodeError as E;
    let code = match error {
        E::FormatExuberantNibble => "ERR__ERROR_FORMAT_EXUBERANT_NIBBLE",
        E::FormatReserved => "ERR__ERROR_FORMAT_RESERVED",
        E::FormatExuberantMetaNibble => "ERR__ERROR_FORMAT_EXUBERANT_META_NIBBLE",
        E::FormatSimpleHuffmanAlphabet => "ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET",
        E::FormatSimpleHuffmanSame => "ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_SAME",
        E::FormatClSpace => "ERR__ERROR_FORMAT_CL_SPACE",
        E::FormatHuffmanSpace => "ERR__ERROR_FORMAT_HUFFMAN_SPACE",
        E::FormatContextMapRepeat => "ERR__ERROR_FORMAT_CONTEXT_MAP_REPEAT",
        E::FormatBlockLength1 => "ERR__ERROR_FORMAT_BLOCK_LENGTH_1",
        E::FormatBlockLength2 => "ERR__ERROR_FORMAT_BLOCK_LENGTH_2",
        E::FormatTransform => "ERR__ERROR_FORMAT_TRANSFORM",
        E::FormatDictionary => "ERR__ERROR_FORMAT_DICTIONARY",
        E::FormatWindowBits => "ERR__ERROR_FORMAT_WINDOW_BITS",
        E::FormatPadding1 => "ERR__ERROR_FORMAT_PADDING_1",
        E::FormatPadding2 => "ERR__ERROR_FORMAT_PADDING_2",
        E::FormatDistance => "ERR__ERROR_FORMAT_DISTANCE",
        E::CompoundDictionary => "ERR__ERROR_COMPOUND_DICTIONARY",
        E::DictionaryNotSet => "ERR__ERROR_DICTIONARY_NOT_SET",
        E::InvalidArguments => "ERR__ERROR_INVALID_ARGUMENTS",
        E::AllocContextModes => "ERR__ERROR_ALLOC_CONTEXT_MODES",
        E::AllocTreeGroups => "ERR__ERROR_ALLOC_TREE_GROUPS",
        E::AllocContextMap => "ERR__ERROR_ALLOC_CONTEXT_MAP",
        E::AllocRingBuffer1 => "ERR__ERROR_ALLOC_RING_BUFFER_1",
        E::AllocRingBuffer2 => "ERR__ERROR_ALLOC_RING_BUFFER_2",
        E::AllocBlockTypeTrees => "ERR__ERROR_ALLOC_BLOCK_TYPE_TREES",
        _ => "ERR__ERROR_UNREACHABLE",
    };
    Error::Engine {
        code: code.into(),
        errno: error as i32,
        message: "Decompression failed".into(),
    }
}
