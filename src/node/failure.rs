//! What went wrong, as `lib/errors.js` makes an error of it.

use napi_derive::napi;

use crate::error::Error;

/// Why something failed.
#[napi(object)]
pub struct Failure {
    /// A stable code; of a system call, one for when `errno` has no name.
    pub code: String,
    /// zlib's message, or the system's.
    pub message: String,
    /// zlib's return code, or the system's error number.
    pub errno: Option<i32>,
    /// The system call.
    pub syscall: Option<String>,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            code: error.code().to_owned(),
            message: error.to_string(),
            errno: error.errno(),
            syscall: match error {
                Error::System { syscall, .. } => Some((*syscall).to_owned()),
                _ => None,
            },
        }
    }
}
