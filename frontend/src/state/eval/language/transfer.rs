//! Rules out of files of other tools, and rules in the languages of other tools.

use super::{Language, compile};
use hunch_rules::ast::Item;
use hunch_rules::export::{Refusals, Rules, Table, Target, export};
use hunch_rules::import::{Format, ImportError, Options, import};
use hunch_rules::{Compiled, Compiler, LineIndex, Severity, Source, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What would come of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// What the file was read as.
    pub format: Format,
    /// Rules that would be added.
    pub rules: Vec<IncomingRule>,
    /// Rules that got another name, because theirs is taken: old and new.
    pub renamed: Vec<(String, String)>,
    /// What would not come, and why, each as a sentence.
    pub skipped: Vec<String>,
}

/// A rule that would be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingRule {
    /// Its name.
    pub name: String,
    /// Its text.
    pub source: String,
}

/// Rules in another language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The text; none if no rule could be written.
    pub text: Option<String>,
    /// How many rules it holds.
    pub written: usize,
    /// What was left out, and why, each as a sentence.
    pub refused: Vec<String>,
}

impl Language {
    /// What would come of a file in this project; `label` is for words that stand without one.
    ///
    /// # Errors
    /// When nothing of the file can be read.
    pub fn import(
        &self,
        text: &str,
        format: Option<Format>,
        label: Option<&str>,
    ) -> Result<Incoming, ImportError> {
        let taken: BTreeSet<String> = self.rules.iter().map(|rule| rule.name.clone()).collect();
        let mut compiler = Compiler::without_sizes();
        let options = Options { format, labels: &self.schema.labels, label, taken: Some(&taken) };
        let imported = import(text, options, &mut compiler)?;
        let mut skipped: Vec<String> = imported
            .skipped
            .iter()
            .map(|skipped| format!("Line {}: {}.", skipped.line, skipped.reason))
            .collect();
        let (file, _) = hunch_rules::parse(&imported.rules);
        let part =
            |span: Span| imported.rules.get(span.start..span.end).unwrap_or_default().to_owned() + "\n";
        let rules = file.items.iter().filter_map(|item| match item {
            Item::Rule(rule) => Some(IncomingRule { name: rule.name.text.clone(), source: part(rule.span) }),
            _ => None,
        });
        let rules: Vec<IncomingRule> = rules.collect();
        // In a project without a column of text, or with a full one, they may mean nothing.
        let texts = rules.iter().map(|rule| (rule.name.as_str(), rule.source.as_str()));
        let diagnostics = compile(&mut compiler, texts, &self.schema).diagnostics;
        let wrong = |place: usize| {
            diagnostics.iter().find(|found| found.source == place && found.severity == Severity::Error)
        };
        let mut sound = Vec::new();
        for (place, rule) in rules.iter().enumerate() {
            match wrong(place) {
                None => sound.push(rule.clone()),
                Some(error) => skipped.push(format!("Rule `{}`: {error}.", rule.name)),
            }
        }
        Ok(Incoming { format: imported.format, rules: sound, renamed: imported.renamed, skipped })
    }

    /// The active rules for a target. What cannot be written there is left out and told.
    pub fn export(&self, target: Target) -> Outgoing {
        let active: Vec<_> = self.rules.iter().filter(|rule| rule.active).collect();
        let sources: Vec<Source<'_>> =
            active.iter().map(|rule| Source { name: &rule.name, text: &rule.source }).collect();
        let mut compiled = Compiler::without_sizes().compile(&sources, &self.schema);
        let known: BTreeSet<&str> = compiled.rules.iter().map(|rule| rule.name.as_str()).collect();
        let broken = active.iter().filter(|rule| !known.contains(rule.name.as_str()));
        let mut refused: Vec<String> =
            broken.map(|rule| format!("`{}` has an error of its own.", rule.name)).collect();
        // Terms of stored lexicons are on the server.
        let lexicons = BTreeMap::new();
        let write = |compiled: &Compiled| {
            let rules = Rules { sources: &sources, compiled, schema: &self.schema, lexicons: &lexicons };
            export(target, &rules, Table::default())
        };
        if let Err(Refusals(refusals)) = write(&compiled) {
            let names: BTreeSet<String> = refusals.iter().map(|refusal| refusal.rule.clone()).collect();
            compiled.rules.retain(|rule| !names.contains(&rule.name));
            refused.extend(refusals.into_iter().map(|refusal| {
                let text = sources.get(refusal.source).map_or("", |source| source.text);
                let line = LineIndex::new(text).line_column(refusal.span.start).0;
                format!("`{}`, line {line}: {}: {}.", refusal.rule, refusal.construct, refusal.reason)
            }));
        }
        let text = if compiled.rules.is_empty() { None } else { write(&compiled).ok() };
        Outgoing { written: if text.is_some() { compiled.rules.len() } else { 0 }, text, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::Rule;
    use hunch_rules::{ColumnDef, ColumnType, Schema};

    fn language(rules: &[(&str, &str)]) -> Language {
        let schema = Schema {
            labels: vec!["HAM".to_owned(), "SPAM".to_owned()],
            columns: vec![ColumnDef { name: "content".to_owned(), kind: ColumnType::Text }],
            default_text: Some("content".to_owned()),
            sources: vec!["gpt".to_owned()],
            ..Schema::default()
        };
        let rule = |(name, source): &(&str, &str)| Rule {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            source: (*source).to_owned(),
            revision: 1,
            active: true,
            created_at: String::default(),
            updated_at: String::default(),
        };
        Language { schema, rules: rules.iter().map(rule).collect() }
    }

    #[test]
    fn rules_of_a_file_come_with_names_of_their_own_and_lines_left_out_are_told() {
        let language = language(&[("rule_1", "rule rule_1:\n  SPAM when text has \"a\"\n")]);
        let incoming =
            language.import("label\tregex\nspam\tfree\nham\t(?=x)\nham\tsee you\n", None, None).unwrap();
        let names: Vec<_> = incoming.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["rule_1_2", "rule_3"]);
        assert_eq!(incoming.renamed, [("rule_1".to_owned(), "rule_1_2".to_owned())]);
        assert_eq!(incoming.rules[1].source, "rule rule_3:\n  HAM when text ~ /see you/i\n");
        assert_eq!(incoming.skipped.len(), 1);
        assert!(incoming.skipped[0].starts_with("Line 3: "), "{:?}", incoming.skipped);
    }

    #[test]
    fn rules_that_a_target_has_no_equal_for_are_left_out_and_told() {
        let language = language(&[
            ("free", "rule free:\n  SPAM when text has \"free\"\n"),
            ("model", "rule model:\n  SPAM when vote(\"gpt\") = SPAM\n"),
            ("broken", "rule broken:\n  SPAM when nothing has \"free\"\n"),
        ]);
        let outgoing = language.export(Target::DuckDb);
        assert_eq!((outgoing.written, outgoing.refused.len()), (1, 2));
        assert!(outgoing.text.is_some_and(|text| text.contains("AS \"free\"")));
        assert!(outgoing.refused[1].starts_with("`model`, line 2: `vote(…)`: "), "{:?}", outgoing.refused);
    }
}
