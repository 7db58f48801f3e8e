//! Reading fixed little-endian layouts from bytes that may be anything.

use crate::{Bitset, FormatError};

/// What is left to read. Every method checks the length before it allocates.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], FormatError> {
        let short = FormatError::Truncated { needed: len, left: self.rest.len() };
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(short)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        Ok(self.arrays(1)?[0])
    }

    pub(crate) fn arrays<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]], FormatError> {
        Ok(self.take(count.saturating_mul(N))?.as_chunks().0)
    }

    /// A 32-bit length or number of rows.
    pub(crate) fn length(&mut self) -> Result<usize, FormatError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    /// One bit per row, in 64-bit words.
    pub(crate) fn bitset(&mut self, rows: usize) -> Result<Bitset, FormatError> {
        let words = self.arrays(rows.div_ceil(64))?.iter().map(|word| u64::from_le_bytes(*word)).collect();
        Bitset::from_words(rows, words).ok_or(FormatError::Canonical("bits beyond the last row"))
    }

    pub(crate) fn end(&self) -> Result<(), FormatError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(FormatError::Trailing(left)),
        }
    }
}
