//! The names and words that fit a position.

use super::position::Position;
use super::{Completion, CompletionKind, Surroundings};
use crate::ast::{File, Item};
use crate::diagnostic::Span;
use crate::fold::fold;
use crate::lexer::{is_identifier, quote};
use crate::parser::parse;
use crate::plan::ColumnType;
use crate::schema::Schema;
use crate::words::{CLASSES, FUNCTIONS, TRANSFORMATIONS, words_of};

/// So many words of the corpus are offered at once.
const CORPUS_WORDS: usize = 20;

/// Collects completions.
pub(super) struct Offers<'a> {
    replace: Span,
    schema: &'a Schema,
    around: Surroundings<'a>,
    /// What could be read of the source, for the names it declares.
    file: File,
    list: Vec<Completion>,
}

impl<'a> Offers<'a> {
    pub(super) fn new(text: &str, replace: Span, schema: &'a Schema, around: Surroundings<'a>) -> Self {
        Self { replace, schema, around, file: parse(text).0, list: Vec::new() }
    }

    pub(super) fn finish(self) -> Vec<Completion> {
        self.list
    }

    pub(super) fn add(&mut self, position: Position) {
        match position {
            Position::Line { in_rule } => {
                if in_rule {
                    self.labels();
                }
                self.words(&["rule", "lexicon", "labels", "augment"]);
            }
            Position::Label => self.labels(),
            Position::ClauseWord => self.words(&["when", "otherwise"]),
            Position::LexiconTerms => self.words(&["(", "file"]),
            Position::Condition => {
                self.columns(|_| true);
                self.functions();
                self.words(&["not", "at least"]);
            }
            Position::Value => {
                self.columns(|_| true);
                self.functions();
                self.words(&["true", "false"]);
            }
            Position::Operator(kind) => self.operators(kind),
            Position::Connective => self.words(&["and", "or"]),
            Position::Terms { exactly, affix } => {
                if affix {
                    self.words(&["prefix", "suffix"]);
                }
                if exactly {
                    self.words(&["exactly"]);
                }
                self.words(&["any (", "all ("]);
                self.lexicons();
            }
            Position::Words(words) => self.words(words),
            Position::TextColumn => {
                self.columns(|kind| matches!(kind, ColumnType::Text | ColumnType::Category));
            }
            Position::ComparedColumn => self.columns(|kind| {
                matches!(kind, ColumnType::Text | ColumnType::Category | ColumnType::Vector(_))
            }),
            Position::Examples => {
                self.words(&["("]);
                self.lexicons();
            }
            Position::Column => self.columns(|_| true),
            Position::Counted => {
                self.words(&["any ("]);
                self.lexicons();
            }
            Position::Class => {
                for class in words_of(CLASSES) {
                    self.push(class.to_owned(), class, CompletionKind::Class, "class of characters");
                }
            }
            Position::Voter => {
                self.rule_names();
                self.sources();
            }
            Position::Source => self.sources(),
            Position::Lexicon => self.lexicons(),
            Position::Transformation => {
                for (name, usage) in TRANSFORMATIONS {
                    self.push(format!("{name}("), name, CompletionKind::Function, usage);
                }
            }
            Position::Changed { terms } => {
                if terms {
                    self.lexicons();
                }
                self.columns(|_| true);
            }
            // Only words of the corpus, which hang on what is written of the term.
            Position::Term | Position::Nothing => {}
        }
    }

    fn push(&mut self, insert: String, label: &str, kind: CompletionKind, detail: &str) {
        let known = self.list.iter().any(|known| known.kind == kind && known.label == label);
        if !known {
            let (label, detail) = (label.to_owned(), detail.to_owned());
            self.list.push(Completion { replace: self.replace, insert, label, kind, detail });
        }
    }

    fn columns(&mut self, fits: impl Fn(ColumnType) -> bool) {
        let schema = self.schema;
        for name in schema.column_names() {
            let Some(column) = schema.column(name).filter(|column| fits(column.kind)) else { continue };
            let insert = if is_identifier(name) { name.to_owned() } else { format!("`{name}`") };
            self.push(insert, name, CompletionKind::Column, type_name(column.kind));
        }
    }

    fn labels(&mut self) {
        let mut labels: Vec<String> = self.schema.labels.clone();
        if labels.is_empty() {
            let lines = self.file.items.iter().filter_map(|item| match item {
                Item::Labels(line) => Some(&line.labels),
                _ => None,
            });
            labels = lines.flatten().map(|label| label.text.clone()).collect();
        }
        for label in labels.iter().filter(|label| !label.is_empty()) {
            let insert = if is_identifier(label) { label.clone() } else { quote(label) };
            self.push(insert, label, CompletionKind::Label, "label");
        }
    }

    fn lexicons(&mut self) {
        let declared: Vec<String> = self
            .file
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Lexicon(lexicon) => Some(lexicon.name.text.clone()),
                _ => None,
            })
            .collect();
        for name in &declared {
            self.push(
                format!("@{name}"),
                &format!("@{name}"),
                CompletionKind::Lexicon,
                "lexicon of this source",
            );
        }
        for lexicon in &self.schema.lexicons {
            let name = format!("@{}", lexicon.name);
            self.push(name.clone(), &name, CompletionKind::Lexicon, "lexicon of the project");
        }
    }

    /// Other rules: a rule cannot name itself.
    fn rule_names(&mut self) {
        let here = self.replace;
        let declared: Vec<String> = self
            .file
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Rule(rule) if !rule.span.holds(here) => Some(rule.name.text.clone()),
                _ => None,
            })
            .collect();
        for name in declared.iter().chain(self.around.rules).filter(|name| !name.is_empty()) {
            self.push(name.clone(), name, CompletionKind::Rule, "vote of the rule");
        }
    }

    /// Words that begin with the last word of what is written of a term.
    pub(super) fn corpus_words(&mut self, term: &str) {
        let start = term
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |at| at + term[at..].chars().next().map_or(1, char::len_utf8));
        let (before, begun) = term.split_at(start);
        let begun = fold(begun);
        let fits =
            |word: &&String| !begun.is_empty() && word.len() > begun.len() && word.starts_with(&*begun);
        for word in self.around.words.iter().filter(fits).take(CORPUS_WORDS) {
            self.push(
                quote(&format!("{before}{word}")),
                word,
                CompletionKind::Word,
                "frequent in the corpus",
            );
        }
    }

    fn sources(&mut self) {
        for source in &self.schema.sources {
            self.push(quote(source), source, CompletionKind::Source, "external source");
        }
    }

    fn functions(&mut self) {
        for (name, usage) in FUNCTIONS {
            self.push(format!("{name}("), name, CompletionKind::Function, usage);
        }
    }

    fn operators(&mut self, kind: Option<ColumnType>) {
        if matches!(kind, Some(ColumnType::Text | ColumnType::Category) | None) {
            self.words(&["has", "contains", "starts with", "ends with", "has prefix", "has suffix", "~"]);
        }
        let ordered = matches!(kind, Some(ColumnType::Number | ColumnType::Date));
        if !matches!(kind, Some(ColumnType::Vector(_))) {
            self.words(if ordered { &["<", "<=", "=", "!=", ">=", ">"] } else { &["=", "!="] });
            self.words(&["in", "not in"]);
        }
        self.words(&["is missing", "and", "or"]);
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.push((*word).to_owned(), word, CompletionKind::Keyword, meaning(word));
        }
    }
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Number => "number",
        ColumnType::Bool => "true or false",
        ColumnType::Date => "date",
        ColumnType::Category => "category",
        ColumnType::Vector(_) => "vector",
    }
}

/// A few words on a word of the language.
fn meaning(word: &str) -> &'static str {
    match word {
        "rule" => "a rule: its name and clauses",
        "labels" => "the label set, in order",
        "augment" => "a policy for changed copies of train documents",
        "train" => "the only split that is augmented",
        "copies of" => "so many of each document",
        "then" => "another change of the same copy",
        "lexicon" => "a named list of terms",
        "file" => "terms that the project or command line brings",
        "when" => "votes the label where the condition holds",
        "otherwise" => "votes the label where no clause above does",
        "not" => "the contrary",
        "at least" => "holds if so many of the conditions do",
        "and" => "both hold",
        "or" => "one of them holds",
        "has" => "the whole word or phrase",
        "contains" => "anywhere, also inside words",
        "starts with" => "at the start of the text",
        "ends with" => "at the end of the text",
        "has prefix" | "prefix" => "at the start of a word",
        "has suffix" | "suffix" => "at the end of a word",
        "exactly" => "with capitals as written",
        "any (" => "one of the terms is enough",
        "all (" => "every term must be there",
        "within" => "something else stands near",
        "words of" => "how many words apart at most",
        "in order" => "and behind it",
        "~" => "matches a regular expression",
        "in" => "is one of a list",
        "not in" => "is none of a list",
        "is missing" | "missing" => "has no value",
        "not missing" => "has a value",
        _ => "",
    }
}
