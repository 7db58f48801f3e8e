//! Lexicons of the open project: what can be done with them.
//!
//! Short ones are changed as everything that is synced, offline too; long ones go to the server at once.

use super::project::ProjectState;
use super::{Api, ApiFailure};
use hunch_protocol::{
    INLINE_TERM_BYTES, Key, Kind, LexiconInfo, LexiconTerms, PolicyBody, RenameLexicon, SaveLexicon, limits,
};
use leptos::prelude::*;

/// The lines of a text as terms; or why they are none that a browser takes, as a sentence.
pub fn terms_of(text: &str) -> Result<Vec<String>, String> {
    let terms: Vec<String> =
        text.lines().map(str::trim).filter(|term| !term.is_empty()).map(str::to_owned).collect();
    let most = limits::BROWSER_TERMS;
    match terms.len() {
        0 => Err("There is no term in it. Write one word or phrase per line.".to_owned()),
        many if many > most => Err(format!(
            "It has {} terms; a browser takes at most {}. Send up to {} with the API: PUT /api/v1/projects/…/lexicons/NAME.",
            crate::format::count(many as u64),
            crate::format::count(most as u64),
            crate::format::count(limits::LEXICON_TERMS as u64),
        )),
        _ => Ok(terms),
    }
}

/// What is wrong with a name for a lexicon, as a sentence.
pub fn name_fault(name: &str, taken: &[LexiconInfo]) -> Option<String> {
    if name.is_empty() {
        Some("Give it a name: rules write @name.".to_owned())
    } else if !hunch_rules::is_identifier(name) {
        Some("Use letters, digits and underscores, and begin with a letter: rules write @name.".to_owned())
    } else if taken.iter().any(|lexicon| lexicon.name == name) {
        Some(format!("There is a lexicon @{name} already."))
    } else {
        None
    }
}

impl ProjectState {
    /// A lexicon's facts. Tracks.
    pub fn lexicon(self, name: &str) -> Option<LexiconInfo> {
        self.lexicons.with(|all| all?.iter().find(|lexicon| lexicon.name == name).cloned())
    }

    /// The names of rules and policies that name a lexicon. Tracks.
    pub fn users_of(self, lexicon: &str) -> Vec<String> {
        let rules = self.rules.with(|rules| {
            let using =
                rules.into_iter().flatten().filter(|rule| hunch_rules::names_lexicon(&rule.source, lexicon));
            using.map(|rule| rule.name.clone()).collect::<Vec<_>>()
        });
        let policies = self.sync.with(Kind::Policy, |all| {
            let bodies = all.values().filter_map(super::sync::body::<PolicyBody>);
            let using = bodies.filter(|policy| hunch_rules::names_lexicon(&policy.source, lexicon));
            using.map(|policy| policy.name).collect::<Vec<_>>()
        });
        rules.into_iter().chain(policies).collect()
    }

    /// The terms of a lexicon that are still on their way to the server. Tracks.
    pub fn terms_on_their_way(self, lexicon: &str) -> Option<Vec<String>> {
        let entity = self.sync.entity(&lexicon_key(lexicon))?;
        super::sync::body::<LexiconTerms>(&entity).map(|body| body.terms)
    }

    /// The terms with a hash, sorted.
    pub async fn terms(self, hash: &str) -> Result<Vec<String>, ApiFailure> {
        Api.terms(&self.id(), hash).await
    }

    /// Says what a lexicon's terms are, from its revision `base`; 0 of a new one. A failure is a sentence.
    pub async fn save_lexicon(self, name: &str, base: i64, terms: Vec<String>) -> Result<(), String> {
        if terms.iter().map(String::len).sum::<usize>() <= INLINE_TERM_BYTES {
            let terms = hunch_rules::normalize_terms(terms);
            // What the protocol defines always has a JSON form.
            let body = serde_json::to_value(LexiconTerms { terms }).unwrap_or_default();
            let kept = self.sync.put(lexicon_key(name), u64::try_from(base).unwrap_or(0), body).await;
            return kept.map_err(|failure| failure.to_string());
        }
        let saved = Api.put_lexicon(&self.id(), name, base, &SaveLexicon { terms }).await;
        saved.map_err(|failure| failure.to_string())?;
        self.sync.refresh();
        Ok(())
    }

    /// Adds a term to a lexicon, which is made if there is none of that name.
    pub async fn add_term(self, lexicon: &str, term: &str) -> Result<(), String> {
        let known = untrack(|| self.lexicon(lexicon));
        let here = untrack(|| self.terms_on_their_way(lexicon));
        let mut terms = match &known {
            _ if here.is_some() => here.unwrap_or_default(),
            Some(info) => self.terms(&info.hash).await.map_err(|failure| failure.to_string())?,
            None => Vec::new(),
        };
        terms.push(term.to_owned());
        self.save_lexicon(lexicon, known.map_or(0, |info| info.revision), terms).await
    }

    /// Gives a lexicon another name, also in the rules that name it.
    pub async fn rename_lexicon(self, lexicon: &LexiconInfo, to: &str) -> Result<(), String> {
        let rename = RenameLexicon { name: to.to_owned() };
        let renamed = Api.rename_lexicon(&self.id(), &lexicon.name, lexicon.revision, &rename).await;
        renamed.map_err(|failure| failure.to_string())?;
        self.sync.refresh();
        Ok(())
    }

    /// Takes a lexicon away that nothing names.
    pub async fn delete_lexicon(self, lexicon: &LexiconInfo) -> Result<(), String> {
        let base = u64::try_from(lexicon.revision).unwrap_or(0);
        self.sync.delete(lexicon_key(&lexicon.name), base).await.map_err(|failure| failure.to_string())
    }
}

fn lexicon_key(name: &str) -> Key {
    Key::new(Kind::Lexicon, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_line_by_line_and_an_empty_one_refused() {
        assert_eq!(terms_of(" ebay \n\nnew york\r\n"), Ok(vec!["ebay".to_owned(), "new york".to_owned()]));
        assert!(terms_of(" \n").is_err());
        assert!(
            terms_of(&"a\n".repeat(limits::BROWSER_TERMS + 1)).is_err_and(|why| why.contains("1,000,001"))
        );
    }

    #[test]
    fn a_lexicon_gets_a_name_that_rules_can_write() {
        assert_eq!(name_fault("shops", &[]), None);
        for name in ["", "my shops", "1st", "when"] {
            assert!(name_fault(name, &[]).is_some(), "{name}");
        }
    }
}
