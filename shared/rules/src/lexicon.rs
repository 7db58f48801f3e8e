//! Lexicons as content: normal form and name.

use crate::canonical_hash;

/// The normal form of a lexicon: terms trimmed, without empty ones, sorted by code points, without repeats.
pub fn normalize_terms(terms: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut terms: Vec<String> = terms
        .into_iter()
        .map(|term| if term.trim().len() == term.len() { term } else { term.trim().to_owned() })
        .filter(|term| !term.is_empty())
        .collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// The content address of a lexicon: BLAKE3 (hex) of the canonical JSON of its terms in normal form.
pub fn lexicon_hash(terms: &[String]) -> String {
    if terms.is_sorted_by(|a, b| a < b) && terms.iter().all(|t| !t.is_empty() && t.trim().len() == t.len()) {
        canonical_hash(&terms)
    } else {
        canonical_hash(&normalize_terms(terms.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_lexicon_does_not_depend_on_order_repeats_or_stray_spaces() {
        let terms = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let hash = lexicon_hash(&terms(&["amazon", "ebay"]));
        assert_eq!(hash, lexicon_hash(&terms(&[" ebay", "amazon", "", "ebay\n"])));
        assert_eq!(hash, blake3::hash(br#"["amazon","ebay"]"#).to_hex().to_string());
    }
}
