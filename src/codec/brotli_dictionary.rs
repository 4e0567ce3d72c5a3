//! The engine that decodes brotli made with a dictionary: mbrotli, as the C library's safe interface has no way to give
//! it one.

use super::brotli_decode::{self, Did, Failure, Next, Options};
use crate::error::{Error, Result};
use mbrotli::dictionary::{DecodeDictionary, DecodeDictionaryLimits, DictionaryAttachment};
use mbrotli::{
    DecodeError, DecodeOperation, DecodeStreamConfig, DecoderConfig, DecoderSessionOwned, DecoderStatus,
    Decompressor, InvalidDataKind, WindowLimit,
};

pub(super) struct Engine(DecoderSessionOwned);

impl Engine {
    pub(super) fn new(options: &Options, dictionary: &[u8]) -> Result<Self> {
        let attachment = DictionaryAttachment::Raw(dictionary);
        let dictionary = DecodeDictionary::new(&[attachment], DecodeDictionaryLimits::default())
            .map_err(|_| Error::Initialization("Failed to attach brotli dictionary"))?;
        let window = if options.large_window {
            WindowLimit::large(30)
        } else {
            WindowLimit::standard(24)
        };
        let bad = || Error::Initialization("Initialization failed");
        let config = DecoderConfig::new().with_window_limit(window.map_err(|_| bad())?);
        Decompressor::new(config)
            .map_err(|_| bad())?
            .into_session_with_dictionary(dictionary, DecodeStreamConfig::default())
            .map(Self)
            .map_err(|_| bad())
    }
}

impl brotli_decode::Engine for Engine {
    fn decode(&mut self, input: &[u8], output: &mut [u8]) -> Did {
        match self.0.process(input, output, DecodeOperation::Process) {
            Ok(did) => Did {
                read: did.consumed,
                written: did.produced,
                next: match did.status {
                    DecoderStatus::NeedsInput => Next::Input,
                    DecoderStatus::NeedsOutput => Next::Room,
                    DecoderStatus::Finished => Next::End,
                },
            },
            Err(did) => Did {
                read: did.consumed,
                written: did.produced,
                next: Next::Failed(failure(&did.error)),
            },
        }
    }
}

/// mbrotli's words for bad data are fewer than Google's. Each stands here for the commonest.
fn failure(error: &DecodeError) -> Failure {
    use InvalidDataKind as Kind;
    let (code, errno) = match error {
        DecodeError::InvalidData { kind: Kind::Header }
        | DecodeError::WindowLimitExceeded { .. }
        | DecodeError::LargeWindowDisabled => ("ERR__ERROR_FORMAT_WINDOW_BITS", -13),
        DecodeError::InvalidData { kind } => match kind {
            Kind::MetaBlock => ("ERR__ERROR_FORMAT_BLOCK_LENGTH_2", -10),
            Kind::Huffman => ("ERR__ERROR_FORMAT_HUFFMAN_SPACE", -7),
            Kind::ContextMap => ("ERR__ERROR_FORMAT_CONTEXT_MAP_REPEAT", -8),
            Kind::Distance => ("ERR__ERROR_FORMAT_DISTANCE", -16),
            Kind::DictionaryReference => ("ERR__ERROR_FORMAT_DICTIONARY", -12),
            Kind::Padding => ("ERR__ERROR_FORMAT_PADDING_2", -15),
            _ => ("ERR__ERROR_UNREACHABLE", -31),
        },
        DecodeError::AllocationFailed => ("ERR__ERROR_ALLOC_RING_BUFFER_1", -26),
        _ => ("ERR__ERROR_UNREACHABLE", -31),
    };
    Failure { code, errno }
}
