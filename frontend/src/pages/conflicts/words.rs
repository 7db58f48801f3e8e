//! Bodies as lines of text, so that versions of anything can be read side by side.

use hunch_protocol::{Kind, Label, LabelSetBody, LexiconBody};
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write as _;

/// What a body says, line by line.
pub fn lines(kind: Kind, body: &Value, labels: &[Label]) -> String {
    match kind {
        Kind::Rule | Kind::Policy => text(body, "source"),
        Kind::LabelSet => match LabelSetBody::deserialize(body) {
            Ok(set) => set.labels.iter().enumerate().map(label_line).collect(),
            Err(_) => body.to_string(),
        },
        Kind::Lexicon => match LexiconBody::deserialize(body) {
            Ok(LexiconBody::Terms(it)) => it.terms.join("\n"),
            Ok(LexiconBody::Address(it)) => {
                format!("{} terms\n{}", it.count, crate::format::short_hash(&it.hash))
            }
            Err(_) => body.to_string(),
        },
        Kind::Settings => format!("name: {}\nseed: {}", text(body, "name"), body["seed"]),
        Kind::Gold => {
            let index = body["label"].as_u64().and_then(|index| usize::try_from(index).ok());
            let name = index.and_then(|index| labels.get(index)).map(|label| label.name.clone());
            format!("{}\nby {}", name.unwrap_or_else(|| body["label"].to_string()), text(body, "author"))
        }
        Kind::Annotation | Kind::MergeConflict => body.to_string(),
    }
}

fn text(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap_or_default().to_owned()
}

fn label_line((index, label): (usize, &Label)) -> String {
    let mut line = format!("{index}  {}", label.name);
    let parts = [("", &label.color), ("key ", &label.hotkey), ("", &label.description)];
    for (word, part) in parts.into_iter().filter(|(_, part)| !part.is_empty()) {
        // Writing to a `String` cannot fail.
        let _ = write!(line, "  · {word}{part}");
    }
    if label.retired {
        line += "  · retired";
    }
    line + "\n"
}

/// Both sides' new labels, where each changed nothing else: theirs keep their indexes, mine get the next ones.
pub fn both(base: Option<&Value>, theirs: Option<&Value>, mine: Option<&Value>) -> Option<Value> {
    let set = |body: Option<&Value>| LabelSetBody::deserialize(body?).ok().map(|set| set.labels);
    let (base, mut theirs, mine) = (set(base)?, set(theirs)?, set(mine)?);
    let old = base.len();
    let names: Vec<&str> = theirs.iter().map(|label| label.name.as_str()).collect();
    let new: Vec<Label> =
        mine.get(old..)?.iter().filter(|label| !names.contains(&label.name.as_str())).cloned().collect();
    for (index, before) in base.iter().enumerate() {
        match (theirs.get(index)? == before, mine.get(index)? == before) {
            (true, _) => theirs[index] = mine[index].clone(),
            (_, true) => {}
            _ => return None,
        }
    }
    theirs.extend(new);
    serde_json::to_value(LabelSetBody { labels: theirs }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_that_both_added_can_both_stay() {
        let set = |names: &[&str]| json!({ "labels": names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>() });
        let names = |body: Value| -> Vec<String> {
            LabelSetBody::deserialize(body).unwrap_or_default().labels.into_iter().map(|it| it.name).collect()
        };
        let both =
            |base, theirs, mine| both(Some(&set(base)), Some(&set(theirs)), Some(&set(mine))).map(names);
        assert_eq!(both(&["A"], &["A", "B"], &["A", "C"]), Some(vec!["A".into(), "B".into(), "C".into()]));
        assert_eq!(
            both(&["A"], &["A", "B"], &["X", "B", "C"]),
            Some(vec!["X".into(), "B".into(), "C".into()])
        );
        assert_eq!(both(&["A"], &["Y"], &["X"]), None);
    }

    #[test]
    fn a_body_of_a_newer_server_is_shown_as_it_came() {
        assert_eq!(lines(Kind::LabelSet, &json!({ "tree": 1 }), &[]), r#"{"tree":1}"#);
    }

    #[test]
    fn gold_is_told_by_the_labels_name() {
        let labels = [Label { name: "HAM".into(), ..Label::default() }];
        assert_eq!(lines(Kind::Gold, &json!({ "label": 0, "author": "local" }), &labels), "HAM\nby local");
        assert_eq!(lines(Kind::Gold, &json!({ "label": 7, "author": "local" }), &labels), "7\nby local");
    }
}
