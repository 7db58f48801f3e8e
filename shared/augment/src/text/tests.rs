//! What holds for every change of every text.

use super::*;
use crate::random::Key;
use hunch_rules::TextChange::{Case, Delete, Eda, Insert, Punctuation, Replace, Shuffle, Swap, Typo};
use proptest::prelude::*;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation as _;

const TERMS: [&str; 5] = ["film|movie|motion picture", "good|gut", "मित्र|दोस्त", "שלום", "e\u{301}te\u{301}"];

fn terms() -> Terms {
    Terms::List(TERMS.map(str::to_owned).to_vec())
}

fn random(copy: u32) -> Random {
    Random::new(Key { seed: 1, document: "d", policy: "p", column: "text", copy, step: 0 })
}

fn apply(change: &TextChange, text: &str, copy: u32) -> String {
    let own = terms();
    let terms = matches!(change, Insert { .. } | Replace { .. } | Eda { .. }).then_some(&own);
    let change = Change::new(change, terms, &Lexicons::new()).expect("the terms are given");
    change.apply(text, &mut random(copy)).unwrap_or_else(|| text.to_owned())
}

fn changes(share: f64) -> Vec<TextChange> {
    vec![
        Swap(Amount::Share(share)),
        Delete { share },
        Insert { share, terms: terms() },
        Replace { share, terms: terms() },
        Typo { share },
        Case { share },
        Punctuation { share },
        Eda { alpha: share, synonyms: Some(terms()) },
    ]
}

/// Words, marks and clusters of many scripts, joined at random.
fn texts() -> impl Strategy<Value = String> {
    let parts = vec![
        "good",
        "film",
        "Motion Picture",
        "the",
        " ",
        " ",
        " ",
        ". ",
        "!",
        "\n",
        "\r\n",
        "e\u{301}",
        "ñ",
        "ß",
        "नमस्ते",
        "मित्र",
        "שלום",
        "مرحبا",
        "我喜欢",
        "。",
        "한국어",
        "👩\u{200d}👩\u{200d}👧",
        "👍🏽",
        "🇩🇪",
        "❤\u{fe0f}",
        "\u{301}",
        "\u{200d}",
        "🇫",
        "각",
        "\u{11a8}",
        "don't",
        "a",
        "12",
        "\u{0}",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(parts), 0..24).prop_map(|parts| parts.concat()),
        1 => "\\PC{0,40}",
        1 => any::<String>(),
    ]
}

/// The clusters that may appear: of the text, in every case, of terms, of keys and marks.
fn known_clusters(text: &str) -> BTreeSet<String> {
    let cases = [
        text.to_owned(),
        text.to_lowercase(),
        text.to_uppercase(),
        TERMS.concat(),
        TERMS.concat().to_uppercase(),
    ];
    let mut known: BTreeSet<String> =
        cases.iter().flat_map(|text| text.graphemes(true)).map(str::to_owned).collect();
    let words: Vec<String> = Pieces::new(text).words.iter().map(|word| word.to_lowercase()).collect();
    let titles = words.iter().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase);
    known.extend(titles.map(String::from));
    known.extend((0..128_u8).map(|byte| char::from(byte).to_string()));
    known
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_change_tears_a_character_apart_or_makes_one_of_two(text in texts(), share in 0.0..=1.0, copy in 1..4_u32) {
        let known = known_clusters(&text);
        for change in changes(share).into_iter().chain([Shuffle]) {
            // Writing a word in another case may decompose a character, as Unicode defines it.
            if matches!(change, Case { .. } | Replace { .. } | Eda { .. }) && !text.is_ascii() { continue; }
            let changed = apply(&change, &text, copy);
            for cluster in changed.graphemes(true) {
                prop_assert!(known.contains(cluster), "{:?} made {:?} of {:?}: {:?}", change, cluster, text, changed);
            }
        }
    }

    #[test]
    fn nothing_of_a_text_is_nothing_changed(text in texts(), copy in 1..4_u32) {
        for change in changes(0.0).into_iter().chain([Swap(Amount::Times(0))]) {
            prop_assert_eq!(&apply(&change, &text, copy), &text, "{:?}", change);
        }
    }

    #[test]
    fn the_same_copy_is_made_the_same_way_again(text in texts(), share in 0.0..=1.0) {
        for change in changes(share).into_iter().chain([Shuffle]) {
            prop_assert_eq!(apply(&change, &text, 1), apply(&change, &text, 1));
        }
    }

    #[test]
    fn words_that_change_places_are_still_all_there(text in texts(), times in 0..5_u32) {
        let sorted = |text: &str| {
            let mut words: Vec<String> = Pieces::new(text).words.iter().map(ToString::to_string).collect();
            words.sort_unstable();
            words
        };
        prop_assert_eq!(sorted(&apply(&Swap(Amount::Times(times)), &text, 1)), sorted(&text));
    }
}

#[test]
fn copies_of_one_document_differ() {
    let text =
        "A good film is a motion picture that the audience loves. It made me laugh, and cry! Watch it again?";
    for change in changes(0.5).into_iter().chain([Shuffle]) {
        let copies: BTreeSet<String> = (1..=8).map(|copy| apply(&change, text, copy)).collect();
        assert!(copies.len() >= 4 && !copies.contains(text), "{change:?}: {copies:#?}");
    }
}
