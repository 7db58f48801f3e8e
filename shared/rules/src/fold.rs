//! Case folding: how text is compared unless a rule says `exactly`.

mod table;

use std::borrow::Cow;

/// Folds one code point by Unicode's simple case folding (statuses C and S of `CaseFolding.txt`), as `(?i)` of the
/// `regex` crate compares: two code points match there exactly if they fold to the same one here.
///
/// Nothing is normalized and one code point stays one, so `ß` folds to itself and not to `ss`.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let code = u32::from(c);
    let run = table::RUNS.partition_point(|&(_, last, _, _)| last < code);
    match table::RUNS.get(run) {
        Some(&(first, _, stride, distance)) if first <= code && (code - first).is_multiple_of(stride) => {
            code.checked_add_signed(distance).and_then(char::from_u32).unwrap_or(c)
        }
        _ => c,
    }
}

/// Folds a text code point by code point; borrows where nothing changes. The length in bytes may change.
pub fn fold(text: &str) -> Cow<'_, str> {
    match text.char_indices().find(|&(_, c)| fold_char(c) != c) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let mut folded = String::with_capacity(text.len());
            folded.push_str(&text[..at]);
            folded.extend(text[at..].chars().map(fold_char));
            Cow::Owned(folded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    #[test]
    fn two_code_points_fold_alike_exactly_if_regex_matches_them_without_case() {
        for c in '\0'..=char::MAX {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            class.try_case_fold_simple().unwrap();
            let members: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
            let folded = fold_char(c);
            assert!(members.contains(&folded), "{c:?} leaves its class: {folded:?}");
            assert!(members.iter().all(|&other| fold_char(other) == folded), "{c:?} and {members:?}");
        }
    }

    #[test]
    fn text_without_capitals_is_not_copied() {
        assert!(matches!(fold("straße ok"), Cow::Borrowed(_)));
        assert_eq!(fold("STRASSE Σίσυφος ẞ İ K"), "strasse σίσυφοσ ß İ k");
    }
}
