//! Names for suggested rules.

use hunch_rules::is_identifier;
use std::collections::BTreeSet;

/// Longest name made of a condition, in characters.
const CHARS: usize = 32;

/// Names that are taken.
pub(super) struct Names<'a> {
    rules: &'a BTreeSet<String>,
    given: BTreeSet<String>,
}

impl<'a> Names<'a> {
    /// No name is given yet; these are taken.
    pub(super) fn new(rules: &'a BTreeSet<String>) -> Self {
        Self { rules, given: BTreeSet::new() }
    }

    /// A free name that says what the condition looks at.
    pub(super) fn give(&mut self, words: &str) -> String {
        let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
        let words: String = words.chars().map(plain).collect();
        let base = words.split_whitespace().collect::<Vec<_>>().join("_");
        let mut base: String = base.chars().take(CHARS).collect();
        if !is_identifier(&base) {
            base = format!("has_{base}");
        }
        let mut name = base.clone();
        let mut number = 2;
        while self.rules.contains(&name) || !self.given.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_free_and_can_stand_in_a_rule() {
        let taken = BTreeSet::from(["check_out".to_owned()]);
        let mut names = Names::new(&taken);
        assert_eq!(names.give("check out"), "check_out_2");
        assert_eq!(names.give("check out"), "check_out_3");
        assert_eq!(names.give("share(text, uppercase) from 0.5"), "share_text_uppercase_from_0_5");
        assert_eq!(names.give("2024"), "has_2024");
        assert_eq!(names.give("when"), "has_when");
        assert_eq!(names.give("—"), "has_");
        assert!(is_identifier(&names.give("`a b` = \"x\"")));
    }
}
