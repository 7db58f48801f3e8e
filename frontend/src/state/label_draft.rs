//! A label set while it is being written.

use super::labels::standard_color;
use hunch_protocol::{Label, limits};
use leptos::prelude::*;

/// The fields of one label.
#[derive(Debug, Clone, Copy)]
pub struct LabelFields {
    /// Tells it from the others while it is moved around.
    pub key: u32,
    /// Name.
    pub name: RwSignal<String>,
    /// `#rrggbb`
    pub color: RwSignal<String>,
    /// One key, or empty.
    pub hotkey: RwSignal<String>,
    /// When to give it.
    pub description: RwSignal<String>,
}

/// A label set while it is being written.
#[derive(Debug, Clone, Copy)]
pub struct LabelDraft {
    /// In the order of their indexes.
    pub fields: RwSignal<Vec<LabelFields>>,
    next: StoredValue<u32>,
}

impl LabelDraft {
    /// Begins with these names.
    pub fn new(names: &[String]) -> Self {
        let draft = Self { fields: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
        for name in names {
            draft.add(name);
        }
        draft
    }

    /// Adds a label with the colour and the key of its place.
    pub fn add(self, name: &str) {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        self.fields.update(|fields| {
            let place = fields.len();
            let hotkey = if place < 9 { (place + 1).to_string() } else { String::new() };
            fields.push(LabelFields {
                key,
                name: RwSignal::new(name.to_owned()),
                color: RwSignal::new(standard_color(place).to_owned()),
                hotkey: RwSignal::new(hotkey),
                description: RwSignal::new(String::new()),
            });
        });
    }

    /// Takes one away.
    pub fn remove(self, key: u32) {
        self.fields.update(|fields| fields.retain(|label| label.key != key));
    }

    /// Moves one a place up.
    pub fn move_up(self, key: u32) {
        self.fields.update(|fields| {
            if let Some(place @ 1..) = fields.iter().position(|label| label.key == key) {
                fields.swap(place, place - 1);
            }
        });
    }

    /// The labels as they stand. Tracks.
    pub fn labels(self) -> Vec<Label> {
        let label = |fields: &LabelFields| Label {
            name: fields.name.get().trim().to_owned(),
            color: fields.color.get(),
            hotkey: fields.hotkey.get().trim().to_owned(),
            description: fields.description.get().trim().to_owned(),
            retired: false,
        };
        self.fields.with(|fields| fields.iter().map(label).collect())
    }
}

/// What keeps labels from being a label set, as sentences.
pub fn problems(labels: &[Label]) -> Vec<String> {
    let mut problems = Vec::new();
    if labels.is_empty() {
        problems.push("A project needs at least one label.".to_owned());
    }
    if labels.len() > limits::LABELS {
        problems.push(format!("A project has at most {} labels.", limits::LABELS));
    }
    if labels.iter().any(|label| label.name.is_empty()) {
        problems.push("Give every label a name.".to_owned());
    }
    for (place, label) in labels.iter().enumerate() {
        let before = &labels[..place];
        if !label.name.is_empty() && before.iter().any(|other| other.name == label.name) {
            problems.push(format!("Two labels are called “{}”.", label.name));
        }
        if !label.hotkey.is_empty()
            && before.iter().any(|other| other.hotkey.eq_ignore_ascii_case(&label.hotkey))
        {
            problems.push(format!("Two labels have the key {}.", label.hotkey));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(name: &str, hotkey: &str) -> Label {
        Label { name: name.into(), hotkey: hotkey.into(), ..Label::default() }
    }

    #[test]
    fn a_label_set_that_the_server_would_refuse_is_caught_while_it_is_written() {
        assert!(problems(&[label("HAM", "1"), label("SPAM", "2")]).is_empty());
        assert!(problems(&[label("HAM", ""), label("SPAM", "")]).is_empty());
        assert_eq!(problems(&[]).len(), 1);
        assert_eq!(problems(&[label("", "1"), label("", "2")]).len(), 1);
        assert_eq!(problems(&[label("HAM", "h"), label("HAM", "H")]).len(), 2);
    }
}
