//! Edits of entities straight at the store, where what they say does not matter.

use hunch::store::{
    Asked, Check, Effect, EntityEdit, Refused, Store, StoreResult, Write, lexicon_key, rule_key,
};
use hunch_protocol::{LexiconAddress, LexiconInfo, Rule, RuleBody};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Agrees with everything.
pub(crate) struct Anything;

impl Check for Anything {
    fn check(&self, _: Asked<'_>, _: Option<&Value>) -> Result<Effect, Refused> {
        Ok(Effect::default())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "every caller makes it for this")]
pub(crate) fn rule_edit(id: Uuid, base: u64, body: RuleBody) -> EntityEdit {
    EntityEdit { key: rule_key(id), base, body: Some(json!(body)), author: "local".to_owned() }
}

/// What a rule says, if it does not matter what.
pub(crate) fn rule_body(name: &str) -> RuleBody {
    let source = format!("rule {name}:\n  SPAM when text has \"{name}\"\n");
    RuleBody { name: name.to_owned(), source, active: true }
}

/// The end of a rule.
pub(crate) fn no_rule(id: Uuid, base: u64) -> EntityEdit {
    EntityEdit { key: rule_key(id), base, body: None, author: "local".to_owned() }
}

/// Carries out edits of rules and returns those that are left.
pub(crate) async fn edit_rules(
    store: &Arc<dyn Store>,
    project: Uuid,
    edits: Vec<EntityEdit>,
    now: i64,
) -> StoreResult<Vec<Rule>> {
    let stored = store.put_entities(project, edits, Arc::new(Anything), Write::at(now)).await?;
    stored.into_iter().filter(|stored| !stored.entity.deleted).map(Rule::try_from).collect()
}

/// Puts a lexicon, or takes it away if there are no terms.
pub(crate) async fn put_lexicon(
    store: &Arc<dyn Store>,
    project: Uuid,
    name: &str,
    (hash, terms): (&str, &[&str]),
    base: u64,
    now: i64,
) -> StoreResult<Option<LexiconInfo>> {
    let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
    let body = json!(LexiconAddress { hash: hash.to_owned(), count: terms.len() as u64 });
    let body = Some(body).filter(|_| !terms.is_empty());
    store.add_terms(project, hash, terms).await?;
    let edit = EntityEdit { key: lexicon_key(name), base, body, author: "local".to_owned() };
    let stored = store.put_entities(project, vec![edit], Arc::new(Anything), Write::at(now)).await?;
    stored.into_iter().find(|stored| !stored.entity.deleted).map(LexiconInfo::try_from).transpose()
}
