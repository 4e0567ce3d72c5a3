//! Reading what stands before a deflate stream: the headers of gzip (RFC 1952) and zlib (RFC 1950), in whatever pieces
//! they come.

use zlib_rs::crc32::crc32;

use super::Header;
use super::failure::Failure;

/// The most that is kept of a name or a comment, in bytes.
const KEPT: usize = 64 * 1024;

/// Which header is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    Gzip,
    Zlib,
    /// None at all.
    Raw,
    /// Gzip or zlib, told by the first two bytes.
    Either,
}

/// What a header was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zlib {
        /// The Adler-32 of the dictionary that the stream needs.
        dictionary: Option<u32>,
    },
}

/// The part being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Magic,
    /// Of zlib: which dictionary it needs.
    Dictionary,
    /// Of gzip: the method and the flags, which say what follows `Fixed`.
    Method,
    /// The time, flags of the method, and the system.
    Fixed,
    ExtraLength,
    /// So many bytes are left of it.
    Extra(usize),
    Name,
    Comment,
    Crc,
}

impl Part {
    /// Its size in bytes, if it is the same in every header.
    fn size(self) -> Option<usize> {
        match self {
            Self::Magic | Self::Method | Self::ExtraLength | Self::Crc => Some(2),
            Self::Dictionary => Some(4),
            Self::Fixed => Some(6),
            Self::Extra(_) | Self::Name | Self::Comment => None,
        }
    }
}

const TEXT: u8 = 1;
const UNKNOWN: u8 = 0xe0;

/// The parts behind `Fixed` that may be there, each with its flag.
const OPTIONAL: [(u8, Part); 4] = [
    (4, Part::ExtraLength),
    (8, Part::Name),
    (16, Part::Comment),
    (2, Part::Crc),
];

/// A header under way.
pub(super) struct Reader {
    expect: Expect,
    /// The largest window that zlib's header may ask for, as base-2 logarithm.
    window_bits: u8,
    part: Part,
    /// The bytes so far of a part of a known size.
    bytes: Vec<u8>,
    /// Gzip's flags, without those of parts that were begun.
    flags: u8,
    crc: u32,
    /// What a gzip header says, once it is complete.
    pub(super) header: Header,
}

impl Reader {
    pub(super) fn new(expect: Expect, window_bits: u8) -> Self {
        Self {
            expect,
            window_bits,
            part: Part::Magic,
            bytes: Vec::new(),
            flags: 0,
            crc: 0,
            header: Header::default(),
        }
    }

    /// Reads from the front of `input`. Returns how many bytes that were, and what the header was once it is complete.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<(usize, Option<Kind>), Failure> {
        let mut read = 0;
        while read < input.len() {
            let rest = &input[read..];
            let (length, complete) = match (self.part, self.part.size()) {
                (Part::Extra(left), _) => self.extra(left, rest)?,
                (Part::Name, _) => text(self.header.name.get_or_insert_default(), rest)?,
                (_, None) => text(self.header.comment.get_or_insert_default(), rest)?,
                (_, Some(size)) => {
                    let length = rest.len().min(size - self.bytes.len());
                    self.bytes.extend(&rest[..length]);
                    (length, self.bytes.len() == size)
                }
            };
            if self.part != Part::Crc {
                self.crc = crc32(self.crc, &rest[..length]);
            }
            read += length;
            if complete {
                let bytes = std::mem::take(&mut self.bytes);
                if let Some(kind) = self.complete(&bytes)? {
                    return Ok((read, Some(kind)));
                }
            }
        }
        Ok((read, None))
    }

    fn extra(&mut self, left: usize, rest: &[u8]) -> Result<(usize, bool), Failure> {
        let length = rest.len().min(left);
        add(self.header.extra.get_or_insert_default(), &rest[..length])?;
        self.part = Part::Extra(left - length);
        Ok((length, length == left))
    }

    /// Goes on behind a part, whose `bytes` are given if it is of a known size.
    fn complete(&mut self, bytes: &[u8]) -> Result<Option<Kind>, Failure> {
        match (self.part, bytes) {
            (Part::Magic, &[first, second]) => return self.magic(first, second),
            (Part::Dictionary, &[a, b, c, d]) => {
                let dictionary = Some(u32::from_be_bytes([a, b, c, d]));
                return Ok(Some(Kind::Zlib { dictionary }));
            }
            (Part::Method, &[method, _]) if method != 8 => {
                return Err(Failure::Data("unknown compression method"));
            }
            (Part::Method, &[_, flags]) if flags & UNKNOWN != 0 => {
                return Err(Failure::Data("unknown header flags set"));
            }
            (Part::Method, &[_, flags]) => {
                self.flags = flags;
                self.part = Part::Fixed;
                return Ok(None);
            }
            (Part::Fixed, &[a, b, c, d, _, os]) => {
                self.header.mtime = u32::from_le_bytes([a, b, c, d]);
                self.header.os = os;
                self.header.text = self.flags & TEXT != 0;
            }
            (Part::ExtraLength, &[low, high]) => {
                self.header.extra = Some(Vec::new());
                let length = u16::from_le_bytes([low, high]).into();
                if length > 0 {
                    self.part = Part::Extra(length);
                    return Ok(None);
                }
            }
            (Part::Crc, &[low, high]) if u16::from_le_bytes([low, high]) != self.crc as u16 => {
                return Err(Failure::Data("header crc mismatch"));
            }
            _ => {}
        }
        let next = OPTIONAL.into_iter().find(|(flag, _)| self.flags & flag != 0);
        let Some((flag, part)) = next else {
            return Ok(Some(Kind::Gzip));
        };
        self.flags &= !flag;
        self.part = part;
        Ok(None)
    }

    /// Tells the formats apart. The order of zlib's tests.
    fn magic(&mut self, first: u8, second: u8) -> Result<Option<Kind>, Failure> {
        if [first, second] == [0x1f, 0x8b] && self.expect != Expect::Zlib {
            self.part = Part::Method;
            return Ok(None);
        }
        if self.expect == Expect::Gzip || !u16::from_be_bytes([first, second]).is_multiple_of(31) {
            return Err(Failure::Data("incorrect header check"));
        }
        if first & 0xf != 8 {
            return Err(Failure::Data("unknown compression method"));
        }
        // A limit of 0 is none, up to the format's own.
        let most = if self.window_bits == 0 {
            15
        } else {
            self.window_bits
        };
        if (first >> 4) + 8 > most {
            return Err(Failure::Data("invalid window size"));
        }
        if second & 0x20 != 0 {
            self.part = Part::Dictionary;
            return Ok(None);
        }
        Ok(Some(Kind::Zlib { dictionary: None }))
    }
}

/// Reads a text up to the zero byte that ends it, and adds it to `kept` as far as there is room.
fn text(kept: &mut Vec<u8>, rest: &[u8]) -> Result<(usize, bool), Failure> {
    let end = rest.iter().position(|&byte| byte == 0);
    let length = end.unwrap_or(rest.len());
    let room = KEPT - kept.len();
    add(kept, &rest[..length.min(room)])?;
    Ok((length + usize::from(end.is_some()), end.is_some()))
}

fn add(kept: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Failure> {
    kept.try_reserve(bytes.len()).map_err(|_| Failure::Memory)?;
    kept.extend_from_slice(bytes);
    Ok(())
}
