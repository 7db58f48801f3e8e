//! Changes of a text.
//!
//! Everything is done in grapheme clusters, what people take for one character. A change that would tear one apart or
//! join two of them is not made: the step leaves that text as it is.

mod letters;
mod pieces;
mod sentences;
mod words;

pub(crate) use pieces::Pieces;

use crate::random::Random;
use crate::terms::Groups;
use hunch_engine::Lexicons;
use hunch_rules::{Amount, Terms, TextChange};

/// A change of a text, with its terms at hand.
#[derive(Debug)]
pub(crate) struct Change {
    change: TextChange,
    groups: Groups,
}

/// A lexicon that is not at hand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MissingLexicon(pub(crate) String);

impl Change {
    pub(crate) fn new(
        change: &TextChange,
        terms: Option<&Terms>,
        lexicons: &Lexicons,
    ) -> Result<Self, MissingLexicon> {
        let groups = match terms {
            None => Groups::default(),
            Some(Terms::List(terms)) => Groups::new(terms),
            Some(Terms::Lexicon { name, hash }) => {
                Groups::new(lexicons.get(hash).ok_or_else(|| MissingLexicon(name.clone()))?.terms())
            }
        };
        Ok(Self { change: change.clone(), groups })
    }

    /// The changed text; none if it stays as it is.
    pub(crate) fn apply(&self, text: &str, random: &mut Random) -> Option<String> {
        let changed = match &self.change {
            TextChange::Typo { share } => letters::typo(text, *share, random),
            TextChange::Shuffle => sentences::shuffle(text, random),
            of_words => {
                let mut pieces = Pieces::new(text);
                self.change_words(of_words, &mut pieces, random);
                pieces.join()
            }
        };
        changed.filter(|changed| changed != text)
    }

    fn change_words(&self, change: &TextChange, text: &mut Pieces<'_>, random: &mut Random) {
        match change {
            TextChange::Swap(amount) => {
                let times = match amount {
                    Amount::Times(times) => *times as usize,
                    Amount::Share(share) => random.count(*share, text.words.len()),
                };
                words::swap(text, times, random);
            }
            TextChange::Delete { share } => words::delete(text, *share, random),
            TextChange::Insert { share, .. } => words::insert(text, *share, &self.groups, random),
            TextChange::Replace { share, .. } => words::replace(text, *share, &self.groups, random),
            TextChange::Case { share } => letters::case(text, *share, random),
            TextChange::Punctuation { share } => words::punctuation(text, *share, random),
            TextChange::Eda { alpha, .. } => words::eda(text, *alpha, &self.groups, random),
            TextChange::Typo { .. } | TextChange::Shuffle => {}
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
