//! One bit per row: what a predicate, a label's votes or a mask of rows is made of.

use std::ops::Range;

/// Rows that share a word.
pub(crate) const BLOCK_ROWS: usize = 64;

/// A fixed number of bits, packed into 64-bit words, row 0 in the lowest bit of the first word.
///
/// Bits beyond `len` are always zero, so words may be counted and compared as they are.
/// Operations on two sets take them to be of equal length; of unequal ones the missing rows count as not set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitset {
    len: usize,
    words: Vec<u64>,
}

impl Bitset {
    /// A set of `len` rows, none of them in it.
    pub fn new(len: usize) -> Self {
        Self { len, words: vec![0; len.div_ceil(64)] }
    }

    /// A set of `len` rows, all of them in it.
    pub fn full(len: usize) -> Self {
        let mut set = Self { len, words: vec![u64::MAX; len.div_ceil(64)] };
        set.clear_tail();
        set
    }

    /// A set of `len` rows holding those of `rows`.
    pub fn from_range(len: usize, rows: Range<usize>) -> Self {
        let mut set = Self::new(len);
        let (start, end) = (rows.start.min(len), rows.end.min(len));
        if start < end {
            let (first, last) = (start / 64, (end - 1) / 64);
            set.words[first..=last].fill(u64::MAX);
            set.words[first] &= u64::MAX << (start % 64);
            set.words[last] &= u64::MAX >> (63 - (end - 1) % 64);
        }
        set
    }

    /// The set with these words, or `None` if their number does not fit `len` or a bit beyond it is set.
    pub fn from_words(len: usize, words: Vec<u64>) -> Option<Self> {
        let mut set = Self { len, words };
        let fits = set.words.len() == len.div_ceil(64);
        let last = set.words.last().copied();
        set.clear_tail();
        (fits && set.words.last().copied() == last).then_some(set)
    }

    /// The number of rows the set is about, in it or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the set is about no rows at all; see [`Self::any`] for whether a row is in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The packed words.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether `row` is in the set; rows beyond its length are not.
    pub fn get(&self, row: usize) -> bool {
        row < self.len && self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Puts `row` into the set; rows beyond its length are ignored.
    pub fn set(&mut self, row: usize) {
        if row < self.len {
            self.words[row / 64] |= 1 << (row % 64);
        }
    }

    /// Puts rows of a block into the set, one bit for each; rows beyond its length are ignored.
    pub(crate) fn set_block(&mut self, block: usize, rows: u64) {
        if let Some(word) = self.words.get_mut(block) {
            *word |= rows;
            self.clear_tail();
        }
    }

    /// Takes `row` out of the set.
    pub fn unset(&mut self, row: usize) {
        if row < self.len {
            self.words[row / 64] &= !(1 << (row % 64));
        }
    }

    /// Lengthens the set by one row.
    pub fn push(&mut self, value: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        if value {
            self.set(self.len - 1);
        }
    }

    /// The number of rows in the set.
    pub fn count_ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The number of rows in both sets.
    pub fn count_common(&self, other: &Self) -> usize {
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// Whether any row is in the set.
    pub fn any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// The rows in the set, ascending.
    pub fn iter_ones(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }

    /// Keeps the rows that are also in `other`.
    pub fn and(&mut self, other: &Self) {
        self.combine(other, |a, b| a & b);
    }

    /// Adds the rows of `other`.
    pub fn or(&mut self, other: &Self) {
        self.combine(other, |a, b| a | b);
    }

    /// Removes the rows of `other`.
    pub fn and_not(&mut self, other: &Self) {
        self.combine(other, |a, b| a & !b);
    }

    /// The rows that are not in the set.
    pub fn not(&self) -> Self {
        let mut set = Self { len: self.len, words: self.words.iter().map(|word| !word).collect() };
        set.clear_tail();
        set
    }

    /// The rows `rows` as a set of their own, renumbered from 0.
    pub fn slice(&self, rows: Range<usize>) -> Self {
        let mut set = Self::new(rows.len());
        for (to, from) in rows.enumerate() {
            if self.get(from) {
                set.set(to);
            }
        }
        set
    }

    fn combine(&mut self, other: &Self, operation: impl Fn(u64, u64) -> u64) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word = operation(*word, other.words.get(index).copied().unwrap_or(0));
        }
        self.clear_tail();
    }

    fn clear_tail(&mut self) {
        if let Some(last) = self.words.last_mut().filter(|_| !self.len.is_multiple_of(64)) {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

impl FromIterator<bool> for Bitset {
    fn from_iter<I: IntoIterator<Item = bool>>(values: I) -> Self {
        let mut set = Self::default();
        for value in values {
            set.push(value);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_agree_with_lists_of_booleans(
            (a, b, start, end) in (0usize..200).prop_flat_map(|len| (
                prop::collection::vec(any::<bool>(), len), prop::collection::vec(any::<bool>(), len), 0..=len, 0..=len,
            ))
        ) {
            let (x, y): (Bitset, Bitset) = (a.iter().copied().collect(), b.iter().copied().collect());
            let list = |set: &Bitset| (0..set.len()).map(|row| set.get(row)).collect::<Vec<_>>();
            let zip = |f: fn(bool, bool) -> bool| a.iter().zip(&b).map(|(&a, &b)| f(a, b)).collect::<Vec<_>>();
            let apply = |f: fn(&mut Bitset, &Bitset)| { let mut set = x.clone(); f(&mut set, &y); list(&set) };
            prop_assert_eq!(apply(Bitset::and), zip(|a, b| a && b));
            prop_assert_eq!(apply(Bitset::or), zip(|a, b| a || b));
            prop_assert_eq!(apply(Bitset::and_not), zip(|a, b| a && !b));
            prop_assert_eq!(list(&x.not()), a.iter().map(|a| !a).collect::<Vec<_>>());
            prop_assert_eq!(x.count_ones(), a.iter().filter(|a| **a).count());
            prop_assert_eq!(x.count_common(&y), zip(|a, b| a && b).iter().filter(|a| **a).count());
            prop_assert_eq!(x.iter_ones().collect::<Vec<_>>(), (0..a.len()).filter(|&row| a[row]).collect::<Vec<_>>());
            prop_assert_eq!(Bitset::from_words(x.len(), x.words().to_vec()), Some(x.clone()));
            let range = Bitset::from_range(a.len(), start..end);
            prop_assert_eq!(range.iter_ones().collect::<Vec<_>>(), (start..end).collect::<Vec<_>>());
            prop_assert_eq!(Bitset::full(a.len()).count_ones(), a.len());
        }
    }

    #[test]
    fn words_with_bits_beyond_the_rows_are_refused() {
        assert_eq!(Bitset::from_words(3, vec![0b1000]), None);
        assert_eq!(Bitset::from_words(3, vec![0, 0]), None);
        assert_eq!(Bitset::from_words(0, vec![]), Some(Bitset::new(0)));
    }
}
