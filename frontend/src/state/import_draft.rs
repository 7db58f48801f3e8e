//! What a person says about a file before it is imported: what each column is.

use hunch_protocol::{
    AttributeMapping, ImportMode, ImportRequest, Mapping, OnBadRow, Preview, Upload, VoteMapping,
};
use hunch_rules::ColumnType;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The text that rules mean when they name no column.
    MainText,
    /// Another text.
    Text,
    /// A typed attribute.
    Attribute,
    /// The stable identifier.
    Id,
    /// The true label.
    Gold,
    /// The split.
    Split,
    /// An external source's votes.
    Votes,
    /// An external source's probability of one label.
    Probability,
    /// Nothing: it is left out.
    Unused,
}

impl Role {
    /// All, in the order of the menu.
    pub const ALL: [Self; 9] = [
        Self::MainText,
        Self::Text,
        Self::Attribute,
        Self::Id,
        Self::Gold,
        Self::Split,
        Self::Votes,
        Self::Probability,
        Self::Unused,
    ];

    /// What the menu calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MainText => "Main text",
            Self::Text => "Text",
            Self::Attribute => "Attribute",
            Self::Id => "Id",
            Self::Gold => "Gold label",
            Self::Split => "Split",
            Self::Votes => "Votes of a source",
            Self::Probability => "Probability by a source",
            Self::Unused => "Leave out",
        }
    }

    /// What a column becomes when another takes its role, which only one can have.
    fn yields_to(self) -> Option<Self> {
        match self {
            Self::MainText => Some(Self::Text),
            Self::Id | Self::Gold | Self::Split => Some(Self::Attribute),
            Self::Text | Self::Attribute | Self::Votes | Self::Probability | Self::Unused => None,
        }
    }
}

/// A column and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftColumn {
    /// Its name in the file.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its type, if it is an attribute.
    pub kind: ColumnType,
    /// The source's name in rules, if it holds votes or probabilities.
    pub source: String,
    /// The label whose probability it holds.
    pub label: String,
}

/// An import as far as it has been thought out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDraft {
    /// In the file's order.
    pub columns: Vec<DraftColumn>,
    /// What to do with bad rows.
    pub on_bad_row: OnBadRow,
    /// How rows meet those that are there.
    pub mode: ImportMode,
}

impl ImportDraft {
    /// Begins with what the server would do.
    pub fn new(preview: &Preview) -> Self {
        let guess = &preview.guess;
        let is = |column: &Option<String>, name: &str| column.as_deref() == Some(name);
        let columns = preview.columns.iter().map(|column| {
            let name = column.name.as_str();
            let attribute = guess.attributes.iter().find(|attribute| attribute.column == name);
            let vote = guess.votes.iter().find(|vote| vote.column == name);
            let role = if guess.text.first().is_some_and(|text| text == name) {
                Role::MainText
            } else if guess.text.iter().any(|text| text == name) {
                Role::Text
            } else if is(&guess.id, name) {
                Role::Id
            } else if is(&guess.gold, name) {
                Role::Gold
            } else if is(&guess.split, name) {
                Role::Split
            } else if attribute.is_some() {
                Role::Attribute
            } else {
                match vote {
                    Some(VoteMapping { label: Some(_), .. }) => Role::Probability,
                    Some(VoteMapping { label: None, .. }) => Role::Votes,
                    None => Role::Unused,
                }
            };
            DraftColumn {
                name: column.name.clone(),
                role,
                kind: attribute.map_or(column.kind, |attribute| attribute.kind),
                source: vote.map_or_else(|| column.name.clone(), |vote| vote.source.clone()),
                label: vote.and_then(|vote| vote.label.clone()).unwrap_or_default(),
            }
        });
        Self { columns: columns.collect(), on_bad_row: OnBadRow::default(), mode: ImportMode::default() }
    }

    /// Says what a column is. A role that only one column can have is taken from the one that has it.
    pub fn set_role(&mut self, index: usize, role: Role) {
        if let Some(yielded) = role.yields_to() {
            for column in self.columns.iter_mut().filter(|column| column.role == role) {
                column.role = yielded;
            }
        }
        if let Some(column) = self.columns.get_mut(index) {
            column.role = role;
        }
    }

    /// What still keeps it from being imported, as sentences.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.columns.iter().any(|column| column.role == Role::MainText) {
            problems.push("Say which column is the main text: rules read it.".to_owned());
        }
        if self.mode == ImportMode::Update && !self.columns.iter().any(|column| column.role == Role::Id) {
            problems.push("Say which column is the id: rows are updated by it.".to_owned());
        }
        for column in &self.columns {
            let needs_source = matches!(column.role, Role::Votes | Role::Probability);
            if needs_source && column.source.trim().is_empty() {
                problems.push(format!("Name the source whose votes column “{}” holds.", column.name));
            }
            if column.role == Role::Probability && column.label.is_empty() {
                problems.push(format!("Say which label's probability column “{}” holds.", column.name));
            }
        }
        problems
    }

    /// The mapping as the server takes it.
    pub fn mapping(&self) -> Mapping {
        let named = |role: Role| {
            self.columns.iter().filter(move |column| column.role == role).map(|column| column.name.clone())
        };
        let attributes = self.columns.iter().filter(|column| column.role == Role::Attribute);
        let votes =
            self.columns.iter().filter(|column| matches!(column.role, Role::Votes | Role::Probability));
        Mapping {
            text: named(Role::MainText).chain(named(Role::Text)).collect(),
            id: named(Role::Id).next(),
            gold: named(Role::Gold).next(),
            split: named(Role::Split).next(),
            attributes: attributes
                .map(|column| AttributeMapping { column: column.name.clone(), kind: column.kind })
                .collect(),
            votes: votes
                .map(|column| VoteMapping {
                    column: column.name.clone(),
                    source: column.source.trim().to_owned(),
                    label: (column.role == Role::Probability).then(|| column.label.clone()),
                })
                .collect(),
        }
    }

    /// The request that imports an upload this way.
    pub fn request(&self, upload: &Upload, preview: &Preview) -> ImportRequest {
        ImportRequest {
            upload: upload.upload.clone(),
            format: Some(preview.format),
            mapping: self.mapping(),
            on_bad_row: self.on_bad_row,
            mode: self.mode,
        }
    }

    /// The distinct values of the gold column, as far as they have been seen.
    pub fn gold_values(&self, preview: &Preview) -> Vec<String> {
        let Some(gold) = self.columns.iter().position(|column| column.role == Role::Gold) else {
            return Vec::new();
        };
        if preview.guess.gold.as_deref() == Some(self.columns[gold].name.as_str()) {
            return preview.labels.clone();
        }
        let mut values: Vec<String> =
            preview.rows.iter().filter_map(|row| row.get(gold).cloned().flatten()).collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// Whether gold is written as label indexes; then the labels still need names people understand.
pub fn are_indexes(values: &[String]) -> bool {
    !values.is_empty() && values.iter().all(|value| value.trim().parse::<i64>().is_ok())
}

/// Names of labels that the gold values suggest: themselves, or one for each index up to the highest.
pub fn suggested_labels(values: &[String]) -> Vec<String> {
    if !are_indexes(values) {
        return values
            .iter()
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect();
    }
    let highest = values.iter().filter_map(|value| value.trim().parse::<usize>().ok()).max().unwrap_or(0);
    let highest = highest.min(hunch_protocol::limits::LABELS - 1);
    (0..=highest).map(|index| index.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::{FileFormat, PreviewColumn};

    fn preview() -> Preview {
        let column = |name: &str, kind| PreviewColumn { name: name.into(), kind, missing: false };
        Preview {
            format: FileFormat::Csv,
            columns: vec![
                column("id", ColumnType::Category),
                column("text", ColumnType::Text),
                column("title", ColumnType::Text),
                column("stars", ColumnType::Number),
                column("label", ColumnType::Category),
                column("gpt", ColumnType::Number),
            ],
            rows: vec![["1", "a", "t", "5", "SPAM", "0.5"], ["2", "b", "t", "3", "HAM", "0.1"]]
                .into_iter()
                .map(|row| row.into_iter().map(|cell| Some(cell.to_owned())).collect())
                .collect(),
            guess: Mapping {
                text: vec!["text".into(), "title".into()],
                id: Some("id".into()),
                gold: Some("label".into()),
                split: None,
                attributes: vec![AttributeMapping { column: "stars".into(), kind: ColumnType::Number }],
                votes: vec![VoteMapping {
                    column: "gpt".into(),
                    source: "gpt".into(),
                    label: Some("SPAM".into()),
                }],
            },
            labels: vec!["HAM".into(), "SPAM".into()],
            notes: vec![],
        }
    }

    #[test]
    fn a_guess_left_alone_is_sent_back_as_it_was() {
        let preview = preview();
        assert_eq!(ImportDraft::new(&preview).mapping(), preview.guess);
    }

    #[test]
    fn only_one_column_is_the_main_text_or_the_gold() {
        let preview = preview();
        let mut draft = ImportDraft::new(&preview);
        draft.set_role(2, Role::MainText);
        draft.set_role(3, Role::Gold);
        let mapping = draft.mapping();
        assert_eq!(mapping.text, ["title", "text"]);
        assert_eq!(mapping.gold.as_deref(), Some("stars"));
        assert_eq!(draft.columns[4].role, Role::Attribute);
    }

    #[test]
    fn an_import_that_cannot_work_says_why_before_it_is_sent() {
        let mut draft = ImportDraft::new(&preview());
        assert!(draft.problems().is_empty());
        draft.set_role(1, Role::Unused);
        draft.set_role(0, Role::Unused);
        draft.mode = ImportMode::Update;
        draft.columns[5].label.clear();
        assert_eq!(draft.problems().len(), 3);
    }

    #[test]
    fn another_gold_column_brings_its_own_values() {
        let preview = preview();
        let mut draft = ImportDraft::new(&preview);
        assert_eq!(draft.gold_values(&preview), ["HAM", "SPAM"]);
        draft.set_role(3, Role::Gold);
        assert_eq!(draft.gold_values(&preview), ["3", "5"]);
        draft.set_role(3, Role::Unused);
        assert!(draft.gold_values(&preview).is_empty());
    }

    #[test]
    fn gold_indexes_suggest_a_label_for_each_place_up_to_the_highest() {
        let values = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>();
        assert_eq!(suggested_labels(&values(&["-1", "0", "2"])), ["0", "1", "2"]);
        assert_eq!(suggested_labels(&values(&["ham", " spam "])), ["ham", "spam"]);
        assert!(suggested_labels(&[]).is_empty());
        assert_eq!(suggested_labels(&values(&["99999999999"])).len(), 200);
    }
}
