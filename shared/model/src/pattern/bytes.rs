//! Pattern tables as bytes, so that a browser fits models on the counts of a whole corpus.

use super::{Cell, PatternTable};
use crate::gold::GoldCounts;
use std::collections::BTreeSet;
use thiserror::Error;

/// Begins every table; to be changed with the format.
const MAGIC: &[u8] = b"hunch patterns 1\n";

/// Why bytes are not a pattern table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PatternFormatError {
    /// Not written by this format.
    #[error("not a pattern table of this version (it starts otherwise)")]
    Magic,
    /// The bytes end too early.
    #[error("the pattern table is cut off")]
    Truncated,
    /// Something that no table has.
    #[error("the pattern table is damaged: {0}")]
    Damaged(&'static str),
}

use PatternFormatError::{Damaged, Magic, Truncated};

impl PatternTable {
    /// The table and gold for its patterns, in one way only; gold of other patterns or labels is left out.
    ///
    /// Magic, then numbers in LEB128: labels; sources, of each the length of its name and the name; cells, of each source
    /// and label; patterns, of each its count, its votes, and of each the distance to the cell before; rows of gold, of
    /// each the distance to the pattern before, label and count.
    pub fn to_bytes(&self, gold: &GoldCounts) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        put(&mut out, self.labels as u64);
        put(&mut out, self.sources.len() as u64);
        for name in &self.sources {
            put(&mut out, name.len() as u64);
            out.extend(name.as_bytes());
        }
        put(&mut out, self.cells.len() as u64);
        for cell in &self.cells {
            put(&mut out, u64::from(cell.source));
            put(&mut out, u64::from(cell.label));
        }
        put(&mut out, self.len() as u64);
        for (cells, count) in self.patterns() {
            put(&mut out, count);
            put(&mut out, cells.len() as u64);
            let mut before = 0;
            for &cell in cells {
                put(&mut out, u64::from(cell - before));
                before = cell;
            }
        }
        let is_known = |(pattern, label, _): &(u32, u16, u64)| {
            (*pattern as usize) < self.len() && usize::from(*label) < self.labels
        };
        let known = || gold.iter().filter(is_known);
        put(&mut out, known().count() as u64);
        let mut before = 0;
        for (pattern, label, rows) in known() {
            put(&mut out, u64::from(pattern - before));
            put(&mut out, u64::from(label));
            put(&mut out, rows);
            before = pattern;
        }
        out
    }

    /// Reads what [`Self::to_bytes`] wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, GoldCounts), PatternFormatError> {
        let mut reader = Reader(bytes.strip_prefix(MAGIC).ok_or(Magic)?);
        let labels = usize::try_from(reader.number()?).ok().filter(|labels| i16::try_from(*labels).is_ok());
        let labels = labels.ok_or(Damaged("too many labels"))?;
        let sources: Vec<String> = (0..reader.length()?).map(|_| reader.text()).collect::<Result<_, _>>()?;
        if sources.iter().collect::<BTreeSet<_>>().len() < sources.len() {
            return Err(Damaged("two sources of one name"));
        }
        let cells = reader.cells(labels, &sources)?;
        let mut table =
            Self { labels, sources, cells, offsets: vec![0], votes: Vec::new(), counts: Vec::new() };
        for _ in 0..reader.length()? {
            table.counts.push(reader.number()?);
            reader.pattern(&mut table)?;
        }
        if table.offsets.get(1) != Some(&0) || table.rows_overflow() {
            return Err(Damaged("no pattern without votes, or too many rows"));
        }
        let gold = reader.gold(&table)?;
        if reader.0.is_empty() { Ok((table, gold)) } else { Err(Damaged("bytes after its end")) }
    }

    fn rows_overflow(&self) -> bool {
        self.counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count)).is_none()
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, PatternFormatError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(Truncated)?;
            self.0 = rest;
            let bits = u64::from(byte & 0x7f);
            // A last byte of 0 would write a number in two ways.
            if (bits << shift) >> shift != bits || (byte == 0 && shift > 0) {
                return Err(Damaged("a number that is none"));
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged("a number that is none"))
    }

    /// A number below 2³².
    fn index(&mut self) -> Result<u32, PatternFormatError> {
        u32::try_from(self.number()?).map_err(|_| Damaged("a number that is too large"))
    }

    /// How many things of a byte or more follow.
    fn length(&mut self) -> Result<usize, PatternFormatError> {
        usize::try_from(self.number()?).ok().filter(|length| *length <= self.0.len()).ok_or(Truncated)
    }

    fn text(&mut self) -> Result<String, PatternFormatError> {
        let (text, rest) = self.length().map(|length| self.0.split_at(length))?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| Damaged("a name that is not UTF-8"))
    }

    fn cells(&mut self, labels: usize, sources: &[String]) -> Result<Vec<Cell>, PatternFormatError> {
        let mut cells: Vec<Cell> = Vec::new();
        for _ in 0..self.length()? {
            let (source, label) = (self.index()?, self.index()?);
            let label = u16::try_from(label).ok().filter(|label| usize::from(*label) < labels);
            let label = label.filter(|_| (source as usize) < sources.len());
            cells.push(Cell { source, label: label.ok_or(Damaged("a vote that cannot be"))? });
        }
        let key = |cell: &Cell| (&sources[cell.source as usize], cell.label);
        if cells.windows(2).all(|two| key(&two[0]) < key(&two[1])) {
            Ok(cells)
        } else {
            Err(Damaged("votes out of order"))
        }
    }

    /// The votes of one more pattern.
    fn pattern(&mut self, table: &mut PatternTable) -> Result<(), PatternFormatError> {
        let (start, mut before) = (table.votes.len(), None::<u32>);
        for _ in 0..self.length()? {
            let cell =
                before.unwrap_or(0).checked_add(self.index()?).ok_or(Damaged("a vote that cannot be"))?;
            let source = |cell: u32| table.cells.get(cell as usize).map(|cell| cell.source);
            let same = |before: u32| before >= cell || source(before) == source(cell);
            if source(cell).is_none() || before.is_some_and(same) {
                return Err(Damaged("a pattern that cannot be"));
            }
            table.votes.push(cell);
            before = Some(cell);
        }
        let last = table.offsets.len().checked_sub(2).map(|at| &table.votes[table.offsets[at]..start]);
        if last.is_some_and(|last| last >= &table.votes[start..]) {
            return Err(Damaged("patterns out of order"));
        }
        table.offsets.push(table.votes.len());
        Ok(())
    }

    fn gold(&mut self, table: &PatternTable) -> Result<GoldCounts, PatternFormatError> {
        let mut gold = GoldCounts::default();
        let mut before: Option<(u32, u16)> = None;
        for _ in 0..self.length()? {
            let last = before.map_or(0, |(pattern, _)| pattern);
            let pattern = last.checked_add(self.index()?).filter(|pattern| (*pattern as usize) < table.len());
            let label = u16::try_from(self.index()?).ok().filter(|label| usize::from(*label) < table.labels);
            let rows = self.number()?;
            let key = pattern.zip(label).filter(|key| before.is_none_or(|before| before < *key) && rows > 0);
            let (pattern, label) = key.ok_or(Damaged("gold that cannot be"))?;
            gold.add_rows(pattern, label, rows);
            before = Some((pattern, label));
        }
        if gold.iter().try_fold(0_u64, |sum, (_, _, rows)| sum.checked_add(rows)).is_none() {
            return Err(Damaged("too much gold"));
        }
        Ok(gold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::table;
    use proptest::prelude::*;

    fn bytes(rows: &[Vec<i16>]) -> Vec<u8> {
        let (table, patterns) = table(3, &["b", "a", "ç"], rows);
        let mut gold = GoldCounts::default();
        patterns.iter().zip(rows).for_each(|(pattern, row)| gold.add(*pattern, row[0]));
        table.to_bytes(&gold)
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let good = bytes(&[vec![0, 1, 2], vec![0, -1, -1], vec![-1, 2, 0]]);
        assert!(PatternTable::from_bytes(&good).is_ok());
        assert_eq!(PatternTable::from_bytes(b"hunch patterns 2\n"), Err(Magic));
        for end in MAGIC.len()..good.len() {
            assert!(PatternTable::from_bytes(&good[..end]).is_err(), "cut off at {end}");
        }
        let longer = [&good[..], &[0]].concat();
        assert_eq!(PatternTable::from_bytes(&longer), Err(Damaged("bytes after its end")));
        let endless = [MAGIC, &[0x80; 11]].concat();
        assert_eq!(PatternTable::from_bytes(&endless), Err(Damaged("a number that is none")));
    }

    proptest! {
        #[test]
        fn a_table_comes_back_from_its_bytes(
            rows in prop::collection::vec(prop::collection::vec(-1i16..3, 3), 0..40),
        ) {
            let written = bytes(&rows);
            let (table, gold) = PatternTable::from_bytes(&written).unwrap();
            prop_assert_eq!(&table, &crate::tests::table(3, &["b", "a", "ç"], &rows).0);
            prop_assert_eq!(gold.rows(), rows.iter().filter(|row| row[0] >= 0).count() as u64);
            prop_assert_eq!(table.to_bytes(&gold), written);
        }

        /// Whatever is read is a table that models can be fitted to, and was written in the one way.
        #[test]
        fn changed_bytes_are_refused_or_another_table(
            rows in prop::collection::vec(prop::collection::vec(-1i16..3, 3), 0..20),
            at in 0_usize..400,
            byte in any::<u8>(),
        ) {
            let mut changed = bytes(&rows);
            let at = at % changed.len();
            changed[at] = byte;
            if let Ok((table, gold)) = PatternTable::from_bytes(&changed) {
                prop_assert_eq!(table.to_bytes(&gold), changed);
                for pattern in 0..u32::try_from(table.len()).unwrap() {
                    prop_assert_eq!(table.votes(pattern).len(), table.sources().len());
                }
            }
        }
    }
}
