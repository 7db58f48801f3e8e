use proptest::prelude::*;

use super::*;
use crate::{TextColumn, folded::Shadow};

fn required(pattern: &str, ignore_case: bool) -> Option<Vec<String>> {
    let hir = ParserBuilder::new().case_insensitive(ignore_case).build().parse(pattern).unwrap();
    required_literals(&hir).filter(|literals| are_selective(literals))
}

#[test]
fn the_longest_literals_that_every_match_holds_choose_the_rows() {
    let some =
        |literals: &[&str]| Some(literals.iter().map(|&literal| literal.to_owned()).collect::<Vec<_>>());
    assert_eq!(required("check.*out", false), some(&["check"]));
    assert_eq!(required(r"\b(free)\b entry\d", true), some(&["free entry"]));
    assert_eq!(required("KISS[0-9]+", true), some(&["kiss"]));
    assert_eq!(required("(?:win|prize)s?", true), some(&["win", "prize"]));
    assert_eq!(required(r"\d{3}-\d", false), some(&["-"]));
    assert_eq!(required(r"\w+ing", false), some(&["ing"]));
    assert_eq!(required(r"(?:ab)+x?", false), some(&["ab"]));
    for pattern in ["", "a?", "a*b?", "[a-z]+", "x|", r"\d{3}", "(?:a|bcd)", r"\s\s"] {
        assert_eq!(required(pattern, true), None, "{pattern}");
    }
}

#[test]
fn every_part_of_a_sequence_chooses_rows_the_rarest_first() {
    let sets = |pattern: &str| required_sets(&regex_syntax::parse(pattern).unwrap());
    assert_eq!(sets(r"\bfree\b.*\b(prize|reward)s?\b"), [vec!["prize", "reward"], vec!["free"]]);
    assert_eq!(sets("(a.*bc.*bc.*(d|e))"), [["bc"]]);
    assert_eq!(sets("ab.*cd.*ef.*gh").len(), REQUIRED_SETS);
    assert!(sets("ab.*cd|x").is_empty());
}

#[test]
fn a_search_that_looks_far_ahead_for_each_match_ends_all_the_same() {
    // One by one, these would take half a trillion steps.
    let pattern = Pattern::new("a*b|a", false).unwrap();
    assert_eq!(pattern.occurrences(&"a".repeat(REGEX_TEXT_BYTES)).count(), REGEX_TEXT_BYTES);
    let pattern = Pattern::new(r"(?s)<.*>|\b\w", false).unwrap();
    assert_eq!(pattern.occurrences(&"<é ".repeat(100_000)).count(), 100_000);
}

proptest! {
    #[test]
    fn all_matches_at_once_are_those_found_one_by_one(
        pattern in r"(a|b|é|\.|(a|\(a\|b\|\)|\(b\|ab\)|\[ab\]|é)(\*|\+|\?|\*\?|\{2\}|\{2,\})|\||\(\?:|\)|\\b|\\B|\^|\$|\\w\+|\(\?m:\$\)|\(a\*\)\*){1,7}",
        text in "[abé \n]{0,40}",
        from in 0..4_usize,
    ) {
        let Ok(regex) = hunch_rules::build_regex(&pattern, false) else { return Ok(()) };
        let hir = regex_syntax::parse(&pattern).unwrap();
        // As a long text has them: places of several blocks.
        let text = text.repeat(if from == 0 { 300 } else { 1 });
        let expected: Vec<_> = regex.find_iter(&text).map(|hit| hit.range()).collect();
        if expected.len() > from {
            let end = expected[from].end;
            let found: Vec<_> = AllMatches::new(&hir).unwrap().after(&text, end).collect();
            prop_assert_eq!(&found, &expected[from + 1..], "{}", pattern);
        }
    }

    #[test]
    fn choosing_rows_by_literals_loses_no_match(
        pattern in r"(\PC|ab|\x{212a}|(a|k)|[a-k]|ß|\(ab\|Kc\)|\(\?i:sk\)|\.|\\b|\*|\?|\+|\{2\}|\|){1,8}",
        rows in prop::collection::vec("[abckK\u{212a}sſßẞ ]{0,12}", 1..10),
        ignore_case in any::<bool>(),
    ) {
        let Ok(compiled) = Pattern::new(&pattern, ignore_case) else { return Ok(()) };
        let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
        let mut hits = Bitset::new(rows.len());
        compiled.mark(Texts { original: &column, shadow: &Shadow::default() }, 0..rows.len(), &mut hits);
        for (row, text) in rows.iter().enumerate() {
            prop_assert_eq!(hits.get(row), compiled.regex.is_match(text), "/{}/ on {:?}", &pattern, text);
        }
    }
}

#[test]
fn a_pattern_beyond_the_limit_is_refused_with_the_reason() {
    let error = Pattern::new(r"\w{1000}", false).unwrap_err().to_string();
    assert!(error.contains(r"/\w{1000}/") && error.contains("size limit"), "{error}");
}

#[test]
fn only_the_first_mebibyte_of_a_row_is_searched() {
    let pattern = Pattern::new("end", false).unwrap();
    let within = format!("{}end", "é".repeat(REGEX_TEXT_BYTES / 2 - 2));
    assert_eq!(pattern.occurrences(&within).count(), 1);
    assert_eq!(pattern.occurrences(&format!("é{within}")).count(), 0);
}
