//! The edits people make: from what their device shows them.

use super::random::Random;
use hunch_sync::{Change, Draft, Entity, Key, Kind, MergeConflict, Replica};
use serde_json::{Value, json};

/// Lines of a rule that nobody edits, so that edits of other lines can merge.
const RULE: &str = "0\nrule fixed:\nHAM fixed\n1\nSPAM fixed\nfixed, too\n2\n";

/// An edit of something shown. `token` is a word that no other edit uses.
pub(super) fn edit(random: &mut Random, replica: &Replica, author: &str, token: usize) -> Option<Draft> {
    let conflicts = replica.entities(Kind::MergeConflict);
    if !conflicts.is_empty() && random.chance(30) {
        return resolve(random, replica, author, token, random_item(token, &conflicts));
    }
    let kinds =
        [Kind::Rule, Kind::Rule, Kind::Rule, Kind::Lexicon, Kind::LabelSet, Kind::Settings, Kind::Gold];
    let kind = if random.chance(15) { Kind::Annotation } else { *random.pick(&kinds) };
    let id = match kind {
        Kind::LabelSet | Kind::Settings => kind.name().to_owned(),
        Kind::Annotation => format!("{author}/{}", random.below(3)),
        _ => random.below(3).to_string(),
    };
    let key = Key::new(kind, id);
    let shown = replica.entity(&key);
    let base = shown.as_ref().map_or(0, |entity| entity.revision);
    let removable = !matches!(kind, Kind::LabelSet | Kind::Settings);
    let change = if removable && shown.is_some() && random.chance(12) {
        Change::Delete { base }
    } else {
        let body = shown.map_or_else(|| first(kind, &key.id), |entity| entity.body);
        Change::Put { base, body: changed(random, kind, author, body, token) }
    };
    Some(draft(random, key, change, author, token))
}

fn random_item(token: usize, items: &[Entity]) -> &Entity {
    &items[token % items.len()]
}

fn draft(random: &mut Random, key: Key, change: Change, author: &str, token: usize) -> Draft {
    // Devices' clocks say anything; nothing may come of it.
    let made_at = format!("20{:02}-01-01T00:00:00Z", random.below(100));
    Draft { id: format!("operation-{token}"), key, change, seen: None, author: author.to_owned(), made_at }
}

/// Settles a merge conflict: theirs, mine, a third text, or the end of the thing.
fn resolve(
    random: &mut Random,
    replica: &Replica,
    author: &str,
    token: usize,
    conflict: &Entity,
) -> Option<Draft> {
    let record = MergeConflict::of(conflict)?;
    let current = replica.entity(&record.target());
    let base = current.as_ref().map_or(record.theirs.revision, |entity| entity.revision);
    let theirs = current.map(|entity| entity.body);
    let body = match random.below(4) {
        0 => theirs,
        1 | 2 => record.mine.body,
        _ => theirs.or(record.mine.body).map(|body| changed(random, record.kind, author, body, token)),
    };
    Some(draft(random, conflict.key.clone(), Change::Resolve { base, body }, author, token))
}

fn first(kind: Kind, id: &str) -> Value {
    match kind {
        Kind::Rule => json!({ "name": id, "source": RULE, "active": true }),
        Kind::Lexicon => json!({ "terms": ["first"] }),
        Kind::LabelSet => json!({ "labels": [{ "name": "HAM" }, { "name": "SPAM" }] }),
        Kind::Settings => json!({ "name": "project", "seed": 1 }),
        _ => json!({ "label": 0, "author": "" }),
    }
}

fn changed(random: &mut Random, kind: Kind, author: &str, mut body: Value, token: usize) -> Value {
    match kind {
        Kind::Rule => match random.below(12) {
            0 => body["active"] = (!body["active"].as_bool().unwrap_or(true)).into(),
            1 => body["name"] = random.below(3).to_string().into(),
            _ => body["source"] = line_changed(random, &body, token).into(),
        },
        Kind::Lexicon => {
            let mut terms: Vec<Value> = body["terms"].as_array().cloned().unwrap_or_default();
            if !terms.is_empty() && random.chance(30) {
                terms.remove(random.below(terms.len()));
            } else {
                terms.push(format!("term {token:06}").into());
            }
            terms.sort_by_key(Value::to_string);
            body["terms"] = terms.into();
        }
        Kind::LabelSet => {
            let mut labels: Vec<Value> = body["labels"].as_array().cloned().unwrap_or_default();
            if random.chance(40) {
                labels.push(json!({ "name": format!("L{token}") }));
            } else {
                let index = random.below(labels.len());
                labels[index]["name"] = format!("L{token}").into();
            }
            body["labels"] = labels.into();
        }
        Kind::Settings if random.chance(50) => body["name"] = format!("project {token}").into(),
        Kind::Settings => body["seed"] = token.into(),
        _ => body = json!({ "label": random.below(3), "author": author }),
    }
    body
}

/// One of the three lines that people edit says something new, seldom something that is refused alone or in pairs.
fn line_changed(random: &mut Random, body: &Value, token: usize) -> String {
    let place = 3 * random.below(3);
    let word = match random.below(20) {
        0 => "bad",
        1 | 2 => "half",
        _ => "good",
    };
    let source = body["source"].as_str().unwrap_or_default();
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    lines[place] = format!("{word} {token}");
    lines.join("\n") + "\n"
}
