//! Synced entities as the pages know them.

use super::Sync;
use hunch_protocol::{
    GoldBody, LABEL_SET, LabelSetBody, LexiconAddress, LexiconInfo, LexiconTerms, Project, Rule, RuleBody,
    SETTINGS, SettingsBody,
};
use hunch_sync::{Entity, Key, Kind};
use serde::Deserialize;
use std::collections::BTreeMap;

impl Sync {
    /// The rules, in the order of the vote matrix; none before the copy is there. Tracks.
    pub fn rules(self) -> Option<Vec<Rule>> {
        self.is_ready().then(|| self.with(Kind::Rule, |all| all.values().filter_map(rule).collect()))
    }

    /// The lexicons by name, without their terms; none before the copy is there. Tracks.
    pub fn lexicons(self) -> Option<Vec<LexiconInfo>> {
        self.is_ready().then(|| self.with(Kind::Lexicon, |all| all.values().filter_map(lexicon).collect()))
    }

    /// Gold that people gave, by document. Tracks.
    pub fn gold(self) -> BTreeMap<String, i16> {
        let given = |(document, entity): (&String, &Entity)| {
            Some((document.clone(), body::<GoldBody>(entity)?.label))
        };
        self.with(Kind::Gold, |all| all.iter().filter_map(given).collect())
    }

    /// The project with what this browser knows better than the server. Tracks.
    pub fn project_over(self, stored: &Project) -> Project {
        let mut project = stored.clone();
        let settings = self.entity(&Key::new(Kind::Settings, SETTINGS));
        if let Some(settings) = settings.as_ref().and_then(body::<SettingsBody>) {
            project.name = settings.name;
            project.seed = settings.seed;
            project.blacklist = settings.blacklist;
        }
        let labels = self.entity(&Key::new(Kind::LabelSet, LABEL_SET));
        if let Some(set) = labels.as_ref().and_then(body::<LabelSetBody>) {
            project.labels = set.labels;
        }
        project
    }
}

/// What an entity says; none if a newer server says it in a way that this page does not know.
pub fn body<'a, T: Deserialize<'a>>(entity: &'a Entity) -> Option<T> {
    T::deserialize(entity.live()?).ok()
}

/// Its revision is 0 until the server has it.
fn rule(entity: &Entity) -> Option<Rule> {
    let RuleBody { name, source, active } = body(entity)?;
    Some(Rule {
        id: entity.key.id.clone(),
        name,
        source,
        active,
        revision: i64::try_from(entity.revision).ok()?,
        created_at: entity.updated_at.clone(),
        updated_at: entity.updated_at.clone(),
    })
}

fn lexicon(entity: &Entity) -> Option<LexiconInfo> {
    let LexiconAddress { hash, count } = body(entity).or_else(|| address(entity))?;
    Some(LexiconInfo {
        name: entity.key.id.clone(),
        hash,
        terms: count,
        revision: i64::try_from(entity.revision).ok()?,
        updated_at: entity.updated_at.clone(),
    })
}

/// The address that terms which are still on their way will have.
fn address(entity: &Entity) -> Option<LexiconAddress> {
    let LexiconTerms { terms } = body(entity)?;
    Some(LexiconAddress { hash: hunch_rules::lexicon_hash(&terms), count: terms.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn entity(kind: Kind, id: &str, body: Value) -> Entity {
        Entity {
            key: Key::new(kind, id),
            revision: 3,
            seq: 7,
            deleted: body.is_null(),
            body,
            author: "local".to_owned(),
            updated_at: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn a_rule_of_a_newer_server_is_passed_over_instead_of_breaking_the_page() {
        let known = json!({"name": "my", "source": "rule my:", "active": true});
        assert_eq!(
            rule(&entity(Kind::Rule, "1", known)).map(|rule| (rule.name, rule.revision)),
            Some(("my".to_owned(), 3))
        );
        assert_eq!(rule(&entity(Kind::Rule, "1", json!({"tree": {}}))), None);
        assert_eq!(rule(&entity(Kind::Rule, "1", Value::Null)), None);
    }

    #[test]
    fn a_lexicon_is_known_by_the_address_of_its_terms() {
        let sent = entity(Kind::Lexicon, "shops", json!({"hash": "ab", "count": 2}));
        assert_eq!(lexicon(&sent).map(|it| (it.name, it.terms)), Some(("shops".to_owned(), 2)));
        let on_its_way = lexicon(&entity(Kind::Lexicon, "shops", json!({"terms": ["ebay"]})));
        let hash = hunch_rules::lexicon_hash(&["ebay".to_owned()]);
        assert_eq!(on_its_way.map(|it| (it.hash, it.terms)), Some((hash, 1)));
    }
}
