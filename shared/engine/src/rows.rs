//! From places in a column's buffer to its rows.

use std::ops::Range;

use crate::TextColumn;

/// Rows of a column as stretches of its buffer, found in ascending order.
pub(crate) struct Rows<'a> {
    offsets: &'a [u32],
    range: Range<usize>,
    /// The row moved to last.
    pub(crate) row: usize,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(column: &'a TextColumn, range: Range<usize>) -> Self {
        Self { offsets: column.offsets(), row: range.start, range }
    }

    pub(crate) fn start(&self) -> usize {
        self.offsets[self.range.start] as usize
    }

    pub(crate) fn end(&self) -> usize {
        self.offsets[self.range.end] as usize
    }

    /// Moves to the row that holds byte `at`, which is not before the row moved to last, and returns its stretch.
    pub(crate) fn row_at(&mut self, at: usize) -> Range<usize> {
        let after = |row: usize| self.offsets[row + 1] as usize;
        // Hits are dense or far apart: double the step until it passes `at`, then halve it.
        let mut step = 1;
        while self.row + step < self.range.end && after(self.row + step - 1) <= at {
            self.row += step;
            step *= 2;
        }
        let last = (self.row + step).min(self.range.end);
        self.row += self.offsets[self.row + 1..last].partition_point(|end| *end as usize <= at);
        self.offsets[self.row] as usize..after(self.row)
    }
}
