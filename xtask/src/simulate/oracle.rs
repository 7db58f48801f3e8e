//! What should come of edits, by the simplest means: a thing is a handful of cells, each with a text; two edits of one
//! thing merge unless both changed one cell. It knows neither texts nor lists, neither devices nor cursors.

use hunch_sync::{Kind, Status};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A thing's cells by name. It shares no code with the bodies' own merge.
pub(super) type Cells = BTreeMap<String, String>;

/// Every thing's revisions, first to last; none where it was taken away.
#[derive(Debug, Clone, Default)]
pub(super) struct Oracle {
    things: BTreeMap<(Kind, String), Vec<Option<Cells>>>,
}

impl Oracle {
    /// What becomes of an edit, and does it.
    pub(super) fn edit(&mut self, kind: Kind, id: &str, base: u64, want: Option<Cells>) -> Status {
        let taken = want.as_ref().is_some_and(|want| self.taken(kind, id, want));
        let revisions = self.things.entry((kind, id.to_owned())).or_default();
        let now = revisions.last().cloned().flatten();
        let base = usize::try_from(base).unwrap_or(usize::MAX);
        if now == want {
            return Status::Unchanged;
        }
        if want.as_ref().is_some_and(bad) {
            return Status::Rejected;
        }
        if base == revisions.len() || (base == 0 && now.is_none()) || kind == Kind::Annotation {
            if !taken {
                revisions.push(want);
                return Status::Applied;
            }
            if now.is_none() {
                // The loser of a name is kept, inactive.
                revisions.push(want.map(|mut cells| {
                    cells.insert("active".into(), "false".into());
                    cells
                }));
            }
            return Status::Conflict;
        }
        let before = match base {
            0 => Some(None),
            _ => revisions.get(base - 1).cloned(),
        };
        match (now, want, before) {
            (_, Some(want), Some(Some(before))) if want == before => Status::Unchanged,
            (Some(now), None, Some(Some(before))) if now == before => {
                revisions.push(None);
                Status::Applied
            }
            (Some(now), Some(want), Some(before)) => {
                let merged = merge(&before.unwrap_or_default(), &now, &want);
                let Some(merged) = merged.filter(|merged| !bad(merged)) else { return Status::Conflict };
                if self.taken(kind, id, &merged) {
                    return Status::Conflict;
                }
                let revisions = self.things.entry((kind, id.to_owned())).or_default();
                revisions.push(Some(want.clone()));
                if merged == want {
                    return Status::Applied;
                }
                revisions.push(Some(merged));
                Status::Merged
            }
            _ => Status::Conflict,
        }
    }

    /// What there is in the end.
    pub(super) fn all(&self) -> BTreeMap<(Kind, String), Cells> {
        let last = |(key, revisions): (&(Kind, String), &Vec<Option<Cells>>)| {
            Some((key.clone(), revisions.last().cloned().flatten()?))
        };
        self.things.iter().filter_map(last).collect()
    }

    /// Whether another active rule has the name.
    fn taken(&self, kind: Kind, id: &str, want: &Cells) -> bool {
        let others = self.all().into_iter().filter(|((other, name), _)| *other == kind && name != id);
        kind == Kind::Rule
            && others.into_iter().any(|(_, cells)| cells["active"] == "true" && cells["name"] == want["name"])
    }
}

fn merge(before: &Cells, now: &Cells, want: &Cells) -> Option<Cells> {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).chain(want.keys()).collect();
    let mut merged = Cells::new();
    for name in names {
        let (old, one, other) = (before.get(name), now.get(name), want.get(name));
        let cell = match (old == one, old == other) {
            (_, true) => one,
            (true, _) => other,
            _ if one == other => one,
            _ => return None,
        };
        if let Some(cell) = cell {
            merged.insert(name.clone(), cell.clone());
        }
    }
    Some(merged)
}

/// What the server's check refuses: a bad word, or two halves that must not meet.
pub(super) fn bad(cells: &Cells) -> bool {
    let count = |word: &str| cells.values().filter(|cell| cell.contains(word)).count();
    count("bad") > 0 || count("half") > 1
}

/// A body as cells. Who gave a gold label does not matter.
pub(super) fn cells(kind: Kind, body: &Value) -> Cells {
    let text = |name: &str| body[name].to_string();
    let plain = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), text(name))).collect();
    let items = |name: &str| body[name].as_array().cloned().unwrap_or_default();
    match kind {
        Kind::Rule => {
            let mut cells: Cells = plain(&["name", "active"]);
            let source = body["source"].as_str().unwrap_or_default();
            let lines = source.lines().enumerate();
            cells.extend(lines.map(|(number, line)| (format!("line {number}"), line.to_owned())));
            cells
        }
        Kind::Lexicon => items("terms").iter().map(|term| (term.to_string(), String::new())).collect(),
        Kind::LabelSet => {
            let labels = items("labels").into_iter().enumerate();
            labels.map(|(index, label)| (index.to_string(), label.to_string())).collect()
        }
        Kind::Settings => plain(&["name", "seed"]),
        Kind::Annotation | Kind::Gold => plain(&["label"]),
        Kind::Policy | Kind::MergeConflict => Cells::new(),
    }
}
