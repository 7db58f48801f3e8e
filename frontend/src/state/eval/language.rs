//! The project as the rule language sees it: what the saved rules and the editor's text mean.

mod transfer;

pub use transfer::{Incoming, IncomingRule, Outgoing};

use crate::worker::message::{Draft, SavedRule};
use hunch_protocol::{Corpus, CorpusColumn, LexiconInfo, Project, Rule};
use hunch_rules::{
    Compiled, CompiledPolicy, Compiler, Completion, CompletionKind, Diagnostic, Fix, LexiconDef, Plan,
    Schema, Severity, Source, Span, Surroundings,
};

use std::collections::BTreeSet;

/// Labels, columns, lexicons and rules by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Language {
    schema: Schema,
    rules: Vec<Rule>,
}

/// What the editor's text means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// What is wrong with it, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The one rule it holds, if that is without errors.
    pub rule: Option<CheckedRule>,
}

/// A rule that compiles.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedRule {
    /// The name it gives.
    pub name: String,
    /// What it means.
    pub plan: Plan,
}

impl Language {
    /// The project as it is now.
    pub fn new(project: &Project, corpus: &Corpus, lexicons: &[LexiconInfo], rules: &[Rule]) -> Self {
        let columns = corpus.columns.iter();
        let lexicons = lexicons.iter();
        let schema = Schema {
            labels: project.label_names(),
            columns: columns.clone().map(CorpusColumn::definition).collect(),
            default_text: corpus.default_text.clone(),
            lexicons: lexicons
                .map(|it| LexiconDef { name: it.name.clone(), hash: it.hash.clone() })
                .collect(),
            sources: corpus.sources.clone(),
            weights: columns.filter_map(CorpusColumn::term_weights).collect(),
        };
        // The loser of a name that was taken twice is kept inactive until the merge conflict is settled: it takes no name.
        let lost =
            |rule: &Rule| !rule.active && rules.iter().any(|other| other.active && other.name == rule.name);
        Self { schema, rules: rules.iter().filter(|rule| !lost(rule)).cloned().collect() }
    }

    /// The active rules with their plans; a rule that no longer compiles has none.
    pub fn saved(&self, compiler: &mut Compiler) -> Vec<SavedRule> {
        let texts = self.rules.iter().map(|rule| (rule.name.as_str(), rule.source.as_str()));
        let compiled = compile(compiler, texts, &self.schema);
        let plan = |place: usize| {
            compiled.rules.iter().find(|rule| rule.source == place).map(|rule| rule.plan.clone())
        };
        let active = self.rules.iter().enumerate().filter(|(_, rule)| rule.active);
        active.map(|(place, rule)| SavedRule { id: rule.id.clone(), plan: plan(place) }).collect()
    }

    /// What a text means where it takes the place of the saved rule `replaces`, or is a new one.
    pub fn check(&self, compiler: &mut Compiler, text: &str, replaces: Option<&str>) -> Checked {
        let others = self.rules.iter().filter(|rule| Some(rule.id.as_str()) != replaces);
        // A text that names no other rule means the same without them, however many there are.
        let names_rules = ["vote", "prob"].iter().any(|function| text.contains(function));
        let others = others.filter(|rule| names_rules || text.contains(&rule.name));
        let others: Vec<_> = others.map(|rule| (rule.name.as_str(), rule.source.as_str())).collect();
        let place = others.len();
        // The text comes last, so that a name taken twice is its mistake.
        let compiled = compile(compiler, others.into_iter().chain([("", text)]), &self.schema);
        let mut diagnostics: Vec<Diagnostic> =
            compiled.diagnostics.into_iter().filter(|it| it.source == place).collect();
        let mut rules = compiled.rules.into_iter().filter(|rule| rule.source == place);
        let rule = rules.next();
        if let Some(second) = rules.next() {
            diagnostics.push(second_rule(place, second.span));
        }
        let sound = diagnostics.iter().all(|it| it.severity != Severity::Error);
        let rule = rule.filter(|_| sound).map(|rule| CheckedRule { name: rule.name, plan: rule.plan });
        Checked { diagnostics, rule }
    }

    /// What a policy's text means; `others` are the names of the other policies.
    pub fn check_policy(&self, text: &str, others: &[String]) -> (Option<CompiledPolicy>, Vec<Diagnostic>) {
        let (mut policy, mut diagnostics) = hunch_rules::compile_policy(text, &self.schema);
        if let Some(found) = policy.take_if(|found| others.contains(&found.policy.name)) {
            diagnostics.push(Diagnostic {
                source: 0,
                span: found.span,
                code: hunch_rules::code::DUPLICATE,
                severity: Severity::Error,
                message: format!("there is another policy `{}`", found.policy.name),
                help: Some("give one a name of its own, as in `augment noisy train: …`".to_owned()),
            });
        }
        (policy, diagnostics)
    }

    /// Labels, columns and lexicons.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The rules' names.
    pub fn names(&self) -> BTreeSet<String> {
        self.rules.iter().map(|rule| rule.name.clone()).collect()
    }

    /// What could stand at a byte offset of the text and fits what is written there; `words` are frequent in the corpus.
    pub fn complete(&self, text: &str, offset: usize, words: &[String]) -> Vec<Completion> {
        let rules: Vec<String> = self.rules.iter().map(|rule| rule.name.clone()).collect();
        let around = Surroundings { rules: &rules, words };
        let mut found = hunch_rules::complete(text, offset, &self.schema, around);
        let plain = |text: &str| text.trim_start_matches(['@', '"', '`']).to_lowercase();
        let written = |it: &Completion| plain(text.get(it.replace.start..offset).unwrap_or_default());
        // Words of the corpus fit as they come.
        found.retain(|it| it.kind == CompletionKind::Word || plain(&it.label).contains(&written(it)));
        found.sort_by_key(|it| {
            !(it.kind == CompletionKind::Word || plain(&it.label).starts_with(&written(it)))
        });
        found
    }

    /// What is known of the word at a byte offset of the text.
    pub fn hover(&self, text: &str, offset: usize) -> Option<(Span, String)> {
        let found = hunch_rules::hover(text, offset, &self.schema)?;
        Some((found.span, found.markdown))
    }

    /// Changes of the text that may mend what is wrong with it.
    pub fn fixes(&self, text: &str, wrong: &Diagnostic) -> Vec<Fix> {
        hunch_rules::fixes(text, wrong, &self.schema)
    }

    /// A first text for a new rule, which compiles, and the word in it to write over.
    pub fn template(&self) -> (String, Span) {
        let taken = |name: &String| self.rules.iter().any(|rule| rule.name == *name);
        let mut names = (1..).map(|n| if n == 1 { "new_rule".to_owned() } else { format!("new_rule_{n}") });
        let name = names.find(|name| !taken(name)).unwrap_or_default();
        let label = self.schema.labels.iter().find(|label| !label.is_empty()).map_or("LABEL", String::as_str);
        let label = label.replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!("rule {name}:\n  \"{label}\" when text has \"word\"\n");
        // The formatter takes the quotes off a label that needs none.
        let text = hunch_rules::format(&text).unwrap_or(text);
        let end = text.rfind('"').unwrap_or(text.len());
        let start = text[..end].rfind('"').map_or(end, |quote| quote + 1);
        (text, Span { start, end })
    }
}

impl CheckedRule {
    /// The draft for the workers.
    pub fn draft(&self, replaces: Option<String>) -> Draft {
        // The name enters no vote: renaming keeps the figures.
        Draft { replaces, plan: Plan { name: String::new(), clauses: self.plan.clauses.clone() } }
    }
}

fn compile<'a>(
    compiler: &mut Compiler,
    texts: impl Iterator<Item = (&'a str, &'a str)>,
    schema: &Schema,
) -> Compiled {
    let sources: Vec<Source<'_>> = texts.map(|(name, text)| Source { name, text }).collect();
    compiler.compile(&sources, schema)
}

fn second_rule(source: usize, span: Span) -> Diagnostic {
    Diagnostic {
        source,
        span,
        code: "one_rule",
        severity: Severity::Error,
        message: "a second rule begins here".to_owned(),
        help: Some("keep one rule here and make another with New".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hunch_protocol::{CorpusColumn, Label};
    use hunch_rules::ColumnType;

    fn language(rules: &[(&str, &str, bool)]) -> Language {
        let label = |name: &str| Label { name: name.to_owned(), ..Label::default() };
        let project = Project {
            id: "p".to_owned(),
            name: "Comments".to_owned(),
            labels: vec![label("HAM"), label("not spam"), label("SPAM")],
            seed: 0,
            blacklist: Vec::new(),
            revision: 1,
            seq: 1,
            rows: 1,
            rules: 1,
            created_at: String::new(),
            updated_at: String::new(),
        };
        let corpus = Corpus {
            columns: vec![CorpusColumn::new("text", ColumnType::Text)],
            default_text: Some("text".to_owned()),
            ..Corpus::default()
        };
        let rule = |(id, source, active): &(&str, &str, bool)| Rule {
            id: (*id).to_owned(),
            name: (*id).to_owned(),
            source: (*source).to_owned(),
            active: *active,
            revision: 1,
            created_at: String::new(),
            updated_at: String::new(),
        };
        let rules: Vec<Rule> = rules.iter().map(rule).collect();
        Language::new(&project, &corpus, &[], &rules)
    }

    const MY: &str = "rule my:\n  SPAM when text contains \"my\"\n";

    #[test]
    fn only_active_rules_count_and_one_that_broke_votes_nowhere() {
        let broken = "rule broken:\n  GONE when text has \"x\"\n";
        let saved = language(&[
            ("my", MY, true),
            ("off", &MY.replace("my:", "off:"), false),
            ("broken", broken, true),
        ])
        .saved(&mut Compiler::default());
        let told: Vec<_> = saved.iter().map(|rule| (rule.id.as_str(), rule.plan.is_some())).collect();
        assert_eq!(told, [("my", true), ("broken", false)]);
    }

    #[test]
    fn the_loser_of_a_name_does_not_silence_the_rule_that_has_it() {
        let language = language(&[("my", MY, false), ("my", MY, true)]);
        let saved = language.saved(&mut Compiler::default());
        assert_eq!(saved.iter().map(|rule| rule.plan.is_some()).collect::<Vec<_>>(), [true]);
        assert_eq!(language.check(&mut Compiler::default(), MY, Some("my")).diagnostics, []);
    }

    #[test]
    fn a_rule_may_keep_its_own_name_but_not_take_anothers() {
        let language = language(&[("my", MY, true)]);
        let edited = language.check(&mut Compiler::default(), &MY.replace("\"my\"", "\"your\""), Some("my"));
        assert_eq!(edited.diagnostics, []);
        assert_eq!(edited.rule.map(|rule| rule.name).as_deref(), Some("my"));
        let new = language.check(&mut Compiler::default(), MY, None);
        assert!(new.rule.is_none() && !new.diagnostics.is_empty(), "{new:?}");
    }

    #[test]
    fn a_text_that_names_another_rule_is_checked_beside_it() {
        let language = language(&[("my", MY, true), ("off", &MY.replace("my:", "off:"), false)]);
        let check = |text: &str| language.check(&mut Compiler::default(), text, None);
        let checked = check("rule new:\n  SPAM when vote(my) = SPAM and text has \"x\"\n");
        assert_eq!(checked.diagnostics, []);
        let nearest = check("rule new:\n  SPAM when vote(mi) = SPAM\n").diagnostics;
        assert!(nearest[0].help.as_ref().is_some_and(|help| help.contains("my")), "{nearest:?}");
    }

    #[test]
    fn an_error_has_a_place_and_no_figures() {
        let checked =
            language(&[]).check(&mut Compiler::default(), "rule a:\n  SPAM when txt has \"x\"\n", None);
        assert_eq!(checked.rule, None);
        assert_eq!(checked.diagnostics[0].span, Span { start: 20, end: 23 });
    }

    #[test]
    fn one_editor_holds_one_rule() {
        let two = format!("{MY}\n{}", MY.replace("my:", "other:"));
        let checked = language(&[]).check(&mut Compiler::default(), &two, None);
        assert_eq!(checked.rule, None);
        assert_eq!(checked.diagnostics.last().map(|it| it.code), Some("one_rule"));
    }

    #[test]
    fn a_new_rule_starts_from_a_text_that_compiles_under_a_free_name() {
        let taken = "rule new_rule:\n  HAM when text has \"x\"\n";
        let language = language(&[("new_rule", taken, true)]);
        let (text, word) = language.template();
        assert_eq!(&text[word.start..word.end], "word");
        assert_eq!(
            language.check(&mut Compiler::default(), &text, None).rule.map(|rule| rule.name).as_deref(),
            Some("new_rule_2"),
            "{text}"
        );
    }

    #[test]
    fn a_new_name_or_comment_keeps_the_figures() {
        let language = language(&[]);
        let draft = |text: &str| {
            language.check(&mut Compiler::default(), text, None).rule.map(|rule| rule.draft(None))
        };
        assert_eq!(draft(MY), draft(&format!("# why\n{}", MY.replace("my:", "mine:"))));
    }
}
