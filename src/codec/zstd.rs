//! What both directions of zstd (RFC 8878) share: the C library's errors and parameters, by Node's names.

use super::settings::{UNSET, at_most_cores};
use crate::error::Error;
use zstd_safe::{CParameter, DParameter, ErrorCode, Strategy, get_error_name};

/// The library's errors that Node gives names to.
const NAMES: [(i32, &str); 27] = [
    (10, "ZSTD_error_prefix_unknown"),
    (12, "ZSTD_error_version_unsupported"),
    (14, "ZSTD_error_frameParameter_unsupported"),
    (16, "ZSTD_error_frameParameter_windowTooLarge"),
    (20, "ZSTD_error_corruption_detected"),
    (22, "ZSTD_error_checksum_wrong"),
    (24, "ZSTD_error_literals_headerWrong"),
    (30, "ZSTD_error_dictionary_corrupted"),
    (32, "ZSTD_error_dictionary_wrong"),
    (34, "ZSTD_error_dictionaryCreation_failed"),
    (40, "ZSTD_error_parameter_unsupported"),
    (41, "ZSTD_error_parameter_combination_unsupported"),
    (42, "ZSTD_error_parameter_outOfBound"),
    (44, "ZSTD_error_tableLog_tooLarge"),
    (46, "ZSTD_error_maxSymbolValue_tooLarge"),
    (48, "ZSTD_error_maxSymbolValue_tooSmall"),
    (50, "ZSTD_error_stabilityCondition_notRespected"),
    (60, "ZSTD_error_stage_wrong"),
    (62, "ZSTD_error_init_missing"),
    (64, "ZSTD_error_memory_allocation"),
    (66, "ZSTD_error_workSpace_tooSmall"),
    (70, "ZSTD_error_dstSize_tooSmall"),
    (72, "ZSTD_error_srcSize_wrong"),
    (74, "ZSTD_error_dstBuffer_null"),
    (80, "ZSTD_error_noForwardProgress_destFull"),
    (82, "ZSTD_error_noForwardProgress_inputEmpty"),
    (1, "ZSTD_error_GENERIC"),
];

/// The error that a call of the library returned: a small number, negated.
pub(super) fn failed(code: ErrorCode) -> Error {
    let errno = code.wrapping_neg() as i32;
    let name = NAMES
        .iter()
        .find(|(number, _)| *number == errno)
        .map_or("ZSTD_error_GENERIC", |&(_, name)| name);
    Error::Engine {
        code: name.into(),
        errno,
        message: get_error_name(code).into(),
    }
}

/// Bytes of the largest context that is kept. At level 3, or with its window, they have 3.5 million.
pub(super) const KEEP: usize = 4 << 20;

/// The library's codes for it.
pub(super) const OUT_OF_MEMORY: ErrorCode = 64_usize.wrapping_neg();
/// The data is not what its frame says.
pub(super) const CORRUPTED: ErrorCode = 20_usize.wrapping_neg();
pub(super) const WRONG_SIZE: ErrorCode = 72_usize.wrapping_neg();

pub(super) const BAD_PARAMETER: Error = Error::Initialization("Setting parameter failed");

/// The encoder's parameter of this number; `Ok(None)` for one that changes nothing.
pub(super) fn encoder_parameter(number: u32, value: i32) -> Result<Option<CParameter>, Error> {
    use CParameter as P;
    let size = value.cast_unsigned();
    Ok(Some(match number {
        _ if value == UNSET => return Ok(None),
        100 => P::CompressionLevel(value),
        101 => P::WindowLog(size),
        102 => P::HashLog(size),
        103 => P::ChainLog(size),
        104 => P::SearchLog(size),
        105 => P::MinMatch(size),
        106 => P::TargetLength(size),
        107 if value == 0 => return Ok(None),
        107 => P::Strategy(strategy(value)?),
        130 => P::TargetCBlockSize(size),
        160 if value == 0 || value == 1 => P::EnableLongDistanceMatching(value == 1),
        // Never, where 0 lets the library choose. The safe interface has no word for it.
        160 if value == 2 => return Ok(None),
        161 => P::LdmHashLog(size),
        162 => P::LdmMinMatch(size),
        163 => P::LdmBucketSizeLog(size),
        164 => P::LdmHashRateLog(size),
        200 => P::ContentSizeFlag(value != 0),
        201 => P::ChecksumFlag(value != 0),
        202 => P::DictIdFlag(value != 0),
        // Node takes any number for these three, too.
        400 => P::NbWorkers(at_most_cores(value.max(0) as usize) as u32),
        401 => P::JobSize(value.max(0).cast_unsigned()),
        402 => P::OverlapSizeLog(value.clamp(0, 9).cast_unsigned()),
        _ => return Err(BAD_PARAMETER),
    }))
}

fn strategy(number: i32) -> Result<Strategy, Error> {
    use Strategy as S;
    Ok(match number {
        1 => S::ZSTD_fast,
        2 => S::ZSTD_dfast,
        3 => S::ZSTD_greedy,
        4 => S::ZSTD_lazy,
        5 => S::ZSTD_lazy2,
        6 => S::ZSTD_btlazy2,
        7 => S::ZSTD_btopt,
        8 => S::ZSTD_btultra,
        9 => S::ZSTD_btultra2,
        _ => return Err(BAD_PARAMETER),
    })
}

/// The decoder's parameter of this number; `Ok(None)` for one that changes nothing.
pub(super) fn decoder_parameter(number: u32, value: i32) -> Result<Option<DParameter>, Error> {
    match number {
        _ if value == UNSET => Ok(None),
        100 => Ok(Some(DParameter::WindowLogMax(value.cast_unsigned()))),
        _ => Err(BAD_PARAMETER),
    }
}
