//! The engine that decodes brotli: Google's C library, by brotlic.

use super::brotli_decode::{self, Did, Failure, Next, Options};
use crate::error::{Error, Result};
use brotlic::decode::{BrotliDecoder, BrotliDecoderOptions, DecodeError, DecoderInfo};

pub(super) struct Engine(BrotliDecoder);

impl Engine {
    pub(super) fn new(options: &Options) -> Result<Self> {
        BrotliDecoderOptions::new()
            .disable_ring_buffer_reallocation(options.whole_window)
            .large_window_size(options.large_window)
            .build()
            .map(Self)
            .map_err(|_| Error::Initialization("Initialization failed"))
    }
}

impl brotli_decode::Engine for Engine {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Did {
        match self.0.decompress(input, output) {
            Ok(did) => Did {
                read: did.bytes_read,
                written: did.bytes_written,
                next: match did.info {
                    // It says so where it comes to the end of the input, with output left or not.
                    DecoderInfo::NeedsMoreInput if self.0.has_output() => Next::Room,
                    DecoderInfo::NeedsMoreInput => Next::Input,
                    DecoderInfo::NeedsMoreOutput => Next::Room,
                    DecoderInfo::Finished => Next::End,
                },
            },
            // How much was written before, the library does not say.
            Err(error) => Did {
                read: 0,
                written: 0,
                next: Next::Failed(failure(error)),
            },
        }
    }
}

/// Node's code is what the library's `BrotliDecoderErrorString` says, behind `ERR_`.
fn failure(error: DecodeError) -> Failure {
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
    Failure {
        code,
        errno: error as i32,
    }
}
