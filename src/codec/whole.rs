//! A codec driven to the end of its input in one call, on the thread that asks: what the one-shot functions are made of.

use super::{Codec, Flush, Step, Strategy};
use crate::error::Result;

/// Bytes of a piece that is added to an [`Output`]. Small enough to be memory that was used before: that of larger ones
/// comes from the system, which makes a page at a time of it, at more cost than filling it.
const PIECE: usize = 64 * 1024;

/// What a call brings out: the beginning in the caller's memory, the rest in pieces that are never moved.
pub struct Output<'memory> {
    first: &'memory mut [u8],
    pieces: Vec<Vec<u8>>,
    /// Bytes in the last piece, or in `first` while there is none.
    filled: usize,
    /// Bytes in those before it.
    before: usize,
}

impl<'memory> Output<'memory> {
    /// An empty output that begins in `first`.
    pub fn new(first: &'memory mut [u8]) -> Self {
        Self {
            first,
            pieces: Vec::new(),
            filled: 0,
            before: 0,
        }
    }

    /// Bytes in all.
    pub fn len(&self) -> usize {
        self.before + self.filled
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all of it lies in the caller's memory.
    pub fn is_in_first(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What it holds, in order. The pieces end where they were filled, whatever their size.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let mut left = self.len();
        let memories = std::iter::once(&*self.first).chain(self.pieces.iter().map(Vec::as_slice));
        memories.map(move |memory| {
            let part = memory.get(..left).unwrap_or(memory);
            left -= part.len();
            part
        })
    }

    /// Room for more; never empty.
    fn room(&mut self) -> Result<&mut [u8]> {
        let size = self.pieces.last().map_or(self.first.len(), Vec::len);
        if self.filled == size {
            let mut piece = Vec::new();
            piece.try_reserve_exact(PIECE)?;
            piece.resize(PIECE, 0);
            self.pieces.push(piece);
            self.before += self.filled;
            self.filled = 0;
        }
        let last = self.pieces.last_mut().map_or(&mut *self.first, Vec::as_mut_slice);
        Ok(&mut last[self.filled..])
    }
}

/// A codec whose output is collected.
pub struct Whole {
    codec: Box<dyn Codec>,
    consumed: u64,
    /// Whether [`Whole::step`] has finished it.
    ended: bool,
}

impl Whole {
    /// Drives `codec`.
    pub fn new(codec: Box<dyn Codec>) -> Self {
        Self {
            codec,
            consumed: 0,
            ended: false,
        }
    }

    /// Bytes of input consumed in all; those behind the end of the data do not count.
    pub fn consumed(&self) -> u64 {
        self.consumed - self.codec.trailing()
    }

    /// Feeds `input`, and flushes, or finishes with `None`. Adds what that brings out to `output`.
    pub fn process(&mut self, mut input: &[u8], flush: Option<Flush>, output: &mut Output<'_>) -> Result<()> {
        if flush.is_none() {
            self.codec.expect(input.len() as u64);
        }
        if !input.is_empty() {
            self.repeat(output, |codec, room| {
                let step = codec.feed(input, room)?;
                input = &input[step.consumed..];
                Ok(step)
            })?;
        }
        match flush {
            Some(Flush::None) => Ok(()),
            // Behind the end that the codec was told to stop at there is nothing to flush.
            _ if self.codec.is_complete() => Ok(()),
            Some(kind) => self.repeat(output, |codec, room| codec.flush(kind, room)),
            None => self.repeat(output, |codec, room| codec.finish(room)),
        }
    }

    /// Does of [`Whole::process`] what there is room for in `output`; returns the bytes read, without those behind the end
    /// of the data, and the bytes written. Output that it fills may have more behind it. As in zlib, a flush that fills it
    /// exactly is done anew by the next step.
    pub fn step(&mut self, input: &[u8], flush: Option<Flush>, output: &mut [u8]) -> Result<(usize, usize)> {
        if flush.is_none() {
            self.codec.expect(input.len() as u64);
        }
        let before = self.consumed();
        let (mut consumed, mut produced) = (0, 0);
        let mut has_more = !input.is_empty();
        while produced < output.len() {
            let room = &mut output[produced..];
            let step = match flush {
                _ if has_more => self.codec.feed(&input[consumed..], room)?,
                Some(Flush::None) => break,
                Some(kind) => self.codec.flush(kind, room)?,
                None if self.ended => break,
                None => self.codec.finish(room)?,
            };
            consumed += step.consumed;
            produced += step.produced;
            let was_last = !has_more && step.done;
            self.ended = was_last && flush.is_none();
            has_more = has_more && !step.done;
            if was_last || self.codec.is_complete() {
                break;
            }
        }
        self.consumed += consumed as u64;
        Ok(((self.consumed() - before) as usize, produced))
    }

    /// Sets zlib's level and strategy for what follows.
    pub fn params(&mut self, level: i32, strategy: Strategy, output: &mut Output<'_>) -> Result<()> {
        self.repeat(output, |codec, room| codec.params(level, strategy, room))
    }

    /// Begins anew.
    pub fn reset(&mut self) -> Result<()> {
        self.consumed = self.consumed();
        self.ended = false;
        self.codec.reset()
    }

    fn repeat(
        &mut self,
        output: &mut Output<'_>,
        mut operation: impl FnMut(&mut dyn Codec, &mut [u8]) -> Result<Step>,
    ) -> Result<()> {
        loop {
            let step = operation(self.codec.as_mut(), output.room()?)?;
            self.consumed += step.consumed as u64;
            output.filled += step.produced;
            if step.done || self.codec.is_complete() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Format, Settings, open};

    fn whole(format: Format) -> Whole {
        Whole::new(open(format, &Settings::default()).unwrap())
    }

    fn collected(output: &Output<'_>) -> Vec<u8> {
        output.parts().flatten().copied().collect()
    }

    #[test]
    fn output_of_any_size_comes_in_order() {
        for size in [0, 1, 99, 100, 101, 100 + PIECE, 101 + PIECE, 20 * PIECE] {
            let text: Vec<u8> = (0..size).map(|n| (n / 7) as u8).collect();
            let mut first = [0; 100];
            let mut packed = Output::new(&mut first);
            whole(Format::Gzip).process(&text, None, &mut packed).unwrap();
            let packed = collected(&packed);
            let mut first = [0; 100];
            let mut unpacked = Output::new(&mut first);
            whole(Format::Gunzip)
                .process(&packed, None, &mut unpacked)
                .unwrap();
            assert_eq!(unpacked.len(), size);
            assert_eq!(unpacked.is_in_first(), size < 100, "{size}");
            assert!(collected(&unpacked) == text, "{size}");
        }
    }

    #[test]
    fn steps_fill_the_output_and_come_to_an_end() {
        let text = b"text ".repeat(100);
        for room in [1, 7, 64, 10_000] {
            let mut encoder = whole(Format::Gzip);
            let (mut read, mut packed) = (0, Vec::new());
            loop {
                let mut output = vec![0; room];
                let (consumed, produced) = encoder.step(&text[read..], None, &mut output).unwrap();
                read += consumed;
                packed.extend_from_slice(&output[..produced]);
                if produced < room {
                    break;
                }
            }
            assert_eq!(encoder.consumed(), text.len() as u64);
            let mut output = [0; 600];
            let size = packed.len();
            packed.push(0);
            let (read, produced) = whole(Format::Gunzip).step(&packed, None, &mut output).unwrap();
            assert_eq!((read, &output[..produced]), (size, &text[..]), "{room}");
        }
    }

    #[test]
    fn bytes_behind_the_end_are_not_counted_as_consumed() {
        let mut first = [0; 100];
        let mut packed = Output::new(&mut first);
        whole(Format::Deflate)
            .process(b"text", None, &mut packed)
            .unwrap();
        let mut packed = collected(&packed);
        let size = packed.len() as u64;
        packed.extend_from_slice(b"more");
        let mut decoder = whole(Format::Inflate);
        for round in 1..=2 {
            let mut first = [0; 100];
            let mut unpacked = Output::new(&mut first);
            decoder.process(&packed, None, &mut unpacked).unwrap();
            assert_eq!(collected(&unpacked), b"text");
            assert_eq!(decoder.consumed(), round * size);
            decoder.reset().unwrap();
        }
    }
}
