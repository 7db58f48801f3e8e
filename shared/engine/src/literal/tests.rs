use hunch_rules::fold;
use proptest::prelude::*;
use regex::RegexBuilder;

use super::*;
use crate::folded::fold_column;

const PLACES: [MatchPlace; 6] = [
    MatchPlace::Anywhere,
    MatchPlace::Word,
    MatchPlace::TextStart,
    MatchPlace::TextEnd,
    MatchPlace::WordStart,
    MatchPlace::WordEnd,
];

/// What the place means, said by the regex crate.
fn regex_for(term: &str, place: MatchPlace, exact: bool) -> regex::Regex {
    let first = term.chars().next().is_some_and(is_word);
    let last = term.chars().next_back().is_some_and(is_word);
    let before = match place {
        MatchPlace::TextStart => r"\A",
        MatchPlace::Word | MatchPlace::WordStart if first => r"(?:\A|\W)",
        _ => "",
    };
    let after = match place {
        MatchPlace::TextEnd => r"\z",
        MatchPlace::Word | MatchPlace::WordEnd if last => r"(?:\z|\W)",
        _ => "",
    };
    let pattern = format!("{before}{}{after}", regex::escape(term));
    RegexBuilder::new(&pattern).case_insensitive(!exact).build().unwrap()
}

/// Few letters, so that terms repeat and overlap themselves, and letters that fold to others of another length.
fn text(len: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        'a', 'A', 'b', ' ', '!', 'k', 'K', '\u{212a}', 'ß', 'ẞ', '\u{301}', '中', 'Σ', 'ς',
    ]);
    prop::collection::vec(letters, len).prop_map(String::from_iter)
}

fn rows_and_terms() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    (prop::collection::vec(text(0..12), 0..20), prop::collection::vec(text(0..5), 1..14))
}

fn search(
    rows: &[String],
    terms: &[String],
    place: MatchPlace,
    exact: bool,
    mark: impl Fn(&Literals, &TextColumn, &mut Bitset),
) -> Vec<bool> {
    let column = TextColumn::from_rows(rows.iter().map(Some)).unwrap();
    let terms: Vec<_> =
        terms.iter().map(|term| if exact { term.clone() } else { fold(term).into_owned() }).collect();
    let column = if exact { column } else { fold_column(&column) };
    let mut hits = Bitset::new(rows.len());
    mark(&Literals::new(&terms, place).unwrap(), &column, &mut hits);
    (0..rows.len()).map(|row| hits.get(row)).collect()
}

proptest! {
    #[test]
    fn any_and_all_agree_with_regular_expressions_row_by_row(
        (rows, terms) in rows_and_terms(), place in prop::sample::select(&PLACES), exact in any::<bool>(),
    ) {
        let regexes: Vec<_> = terms.iter().map(|term| regex_for(term, place, exact)).collect();
        let any = search(&rows, &terms, place, exact, |it, column, hits| it.mark_any(column, 0..column.len(), hits));
        prop_assert_eq!(any, rows.iter().map(|row| regexes.iter().any(|r| r.is_match(row))).collect::<Vec<_>>());
        let all = search(&rows, &terms, place, exact, |it, column, hits| it.mark_all(column, 0..column.len(), hits));
        prop_assert_eq!(all, rows.iter().map(|row| regexes.iter().all(|r| r.is_match(row))).collect::<Vec<_>>());
    }

    #[test]
    fn slices_of_rows_find_what_the_whole_finds(
        (rows, terms) in rows_and_terms(), place in prop::sample::select(&PLACES), cut in any::<prop::sample::Index>(),
    ) {
        let cut = cut.index(rows.len() + 1);
        let whole = search(&rows, &terms, place, false, |it, column, hits| it.mark_any(column, 0..column.len(), hits));
        let parts = search(&rows, &terms, place, false, |it, column, hits| {
            it.mark_any(column, cut..column.len(), hits);
            it.mark_any(column, 0..cut, hits);
        });
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn every_occurrence_is_found_where_a_row_matches(
        row in text(0..20), term in text(1..4), place in prop::sample::select(&PLACES),
    ) {
        let found = Literals::new(&[&term], place).unwrap().occurrences(&row);
        prop_assert_eq!(!found.is_empty(), regex_for(&term, place, true).is_match(&row));
        prop_assert!(found.iter().all(|hit| row[hit.clone()] == term));
        prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}

/// A term that repeats itself in a text that nearly matches everywhere must not cost length × length.
#[test]
fn repetitive_texts_take_linear_time() {
    let rows = vec!["a".repeat(4 << 20)];
    let term = vec!["a".repeat(1 << 20)];
    for place in PLACES {
        search(&rows, &term, place, true, |it, column, hits| it.mark_any(column, 0..1, hits));
        let many: Vec<_> = (0..20).map(|n| format!("{}b{n}", "a".repeat(1 << 10))).collect();
        search(&rows, &many, place, true, |it, column, hits| it.mark_any(column, 0..1, hits));
    }
}
