//! Classes of code points, for `share`.

use hunch_rules::plan::CharClass;
use regex_syntax::hir::{Class, HirKind};

/// The code points of a class.
#[derive(Debug)]
pub(crate) struct CharSet {
    /// Ascending and apart.
    ranges: Vec<(char, char)>,
    ascii: [bool; 128],
}

impl CharSet {
    pub(crate) fn new(class: CharClass) -> Self {
        let hir = regex_syntax::parse(&format!("[{}]", class.pattern()));
        let ranges = match hir.as_ref().map(regex_syntax::hir::Hir::kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => {
                class.iter().map(|range| (range.start(), range.end())).collect()
            }
            _ => Vec::new(),
        };
        let mut set = Self { ranges, ascii: [false; 128] };
        set.ascii =
            std::array::from_fn(|code| u8::try_from(code).is_ok_and(|code| set.search(char::from(code))));
        set
    }

    pub(crate) fn contains(&self, c: char) -> bool {
        self.ascii.get(c as usize).copied().unwrap_or_else(|| self.search(c))
    }

    /// The share of the text's code points that are in the class; NaN for the empty text.
    pub(crate) fn share(&self, text: &str) -> f64 {
        let (mut inside, mut all) = (0u32, 0u32);
        for c in text.chars() {
            inside += u32::from(self.contains(c));
            all += 1;
        }
        f64::from(inside) / f64::from(all)
    }

    fn search(&self, c: char) -> bool {
        let after = self.ranges.partition_point(|(start, _)| *start <= c);
        after > 0 && c <= self.ranges[after - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_knows_its_members_within_and_beyond_ascii() {
        let cases = [
            (CharClass::Uppercase, "AÉΣⅣ", "aéσß1 "),
            (CharClass::Lowercase, "aéσßⅳ", "AÉΣ1中"),
            (CharClass::Letters, "aÉ中ßא", "1 !👍"),
            (CharClass::Digits, "09٣", "a½²"),
            (CharClass::Spaces, " \t\u{a0}\u{3000}", "a_\u{200b}"),
            (CharClass::Punctuation, "!_-。«", "a$+ "),
            (CharClass::Emoji, "👍😀\u{fe0f}", "a1#©"),
            (CharClass::NonAscii, "é中👍", "a~ "),
        ];
        for (class, members, others) in cases {
            let set = CharSet::new(class);
            assert!(members.chars().all(|c| set.contains(c)), "{class:?} has {members}");
            assert!(!others.chars().any(|c| set.contains(c)), "{class:?} has none of {others}");
        }
        assert!(CharSet::new(CharClass::Letters).share("").is_nan());
        assert!((CharSet::new(CharClass::Uppercase).share("Ab É!") - 0.4).abs() < 1e-15);
    }
}
