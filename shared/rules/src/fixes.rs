//! What can be changed so that a diagnostic goes away.

use crate::ast::{File, Item};
use crate::check::days_since_epoch;
use crate::diagnostic::{Diagnostic, Span, code};
use crate::lexer::{Token, TokenKind, is_identifier, quote, text_value, tokens};
use crate::parser::parse;
use crate::schema::Schema;
use crate::suggest::meant;
use serde::Serialize;

/// A change that may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, as a command.
    pub title: String,
    /// Its parts, ascending and disjoint, all of the text as it is.
    pub edits: Vec<Edit>,
}

/// A part of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What it takes the place of.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

impl Fix {
    fn replace(title: String, span: Span, text: String) -> Self {
        Self { title, edits: vec![Edit { span, text }] }
    }
}

/// Changes of a text that may mend what is wrong with it; often none.
pub fn fixes(text: &str, diagnostic: &Diagnostic, schema: &Schema) -> Vec<Fix> {
    let Some(written) = text.get(diagnostic.span.start..diagnostic.span.end) else { return Vec::new() };
    let wrong = Wrong { text, written, diagnostic };
    let mut fixes: Vec<Fix> = wrong.nearest_name().into_iter().collect();
    match diagnostic.code {
        code::NO_LABELS => fixes.extend(wrong.add_labels()),
        code::UNKNOWN_LEXICON => fixes.extend(wrong.add_lexicon()),
        code::LABELS_DIFFER => fixes.push(wrong.project_labels(schema)),
        code::UNREACHABLE => fixes.push(wrong.remove_line()),
        code::DUPLICATE => fixes.extend(wrong.rename_rule()),
        code::UNKNOWN_COLUMN | code::TYPE => fixes.extend(wrong.quotes()),
        code::SYNTAX => fixes.extend(wrong.quotes().into_iter().chain(wrong.straight_quotes())),
        _ => {}
    }
    if diagnostic.code == code::TYPE {
        fixes.extend(wrong.constants());
    }
    fixes
}

struct Wrong<'a> {
    text: &'a str,
    /// What the diagnostic is about.
    written: &'a str,
    diagnostic: &'a Diagnostic,
}

impl Wrong<'_> {
    /// The name, or word of the language, that the advice says was meant.
    fn nearest_name(&self) -> Option<Fix> {
        let name = meant(self.diagnostic.help.as_deref()?)?;
        let plain = is_identifier(name);
        let replacement = match self.diagnostic.code {
            code::UNKNOWN_LEXICON => format!("@{name}"),
            code::UNKNOWN_SOURCE => quote(name),
            code::UNKNOWN_COLUMN if !plain => format!("`{name}`"),
            code::UNKNOWN_LABEL if !plain => quote(name),
            _ => name.to_owned(),
        };
        Some(Fix::replace(format!("Write {replacement}"), self.diagnostic.span, replacement))
    }

    /// A name in quotes, where that is the advice.
    fn quotes(&self) -> Option<Fix> {
        let quoted = quote(self.written);
        let advised = self.diagnostic.help.as_ref().is_some_and(|help| help.contains(&quoted));
        advised.then(|| Fix::replace(format!("Write {quoted}"), self.diagnostic.span, quoted))
    }

    /// Straight double quotes in place of others, on the whole line.
    fn straight_quotes(&self) -> Option<Fix> {
        const OTHERS: &[char] = &['\'', '‘', '’', '‚', '“', '”', '„', '«', '»'];
        if !self.written.starts_with(OTHERS) {
            return None;
        }
        let line = self.line();
        let edits = self.text[line.start..line.end].match_indices(OTHERS).map(|(at, found)| {
            let start = line.start + at;
            Edit { span: Span::new(start, start + found.len()), text: "\"".to_owned() }
        });
        Some(Fix { title: "Write straight double quotes".to_owned(), edits: edits.collect() })
    }

    /// A `labels` line with the labels that the clauses use.
    fn add_labels(&self) -> Option<Fix> {
        let mut labels: Vec<String> = Vec::new();
        for item in parse(self.text).0.items {
            let Item::Rule(rule) = item else { continue };
            for clause in rule.clauses {
                let name = clause.label.text;
                let spelled = if is_identifier(&name) { name } else { quote(&name) };
                if !labels.contains(&spelled) {
                    labels.push(spelled);
                }
            }
        }
        let line = format!("labels {}", labels.join(", "));
        let fix = || Fix::replace(format!("Add {line}"), Span::default(), format!("{line}\n\n"));
        (!labels.is_empty()).then(fix)
    }

    /// A `lexicon` line above everything, its only term to be replaced.
    fn add_lexicon(&self) -> Option<Fix> {
        let name = self.written.strip_prefix('@').filter(|name| is_identifier(name))?;
        let line = format!("lexicon {name} = (\"term\")\n\n");
        Some(Fix::replace(format!("Add a lexicon {name}"), Span::default(), line))
    }

    fn project_labels(&self, schema: &Schema) -> Fix {
        let labels = schema.labels.iter().filter(|label| !label.is_empty());
        let spelled: Vec<String> =
            labels.map(|name| if is_identifier(name) { name.clone() } else { quote(name) }).collect();
        let line = format!("labels {}", spelled.join(", "));
        Fix::replace("Write the project's labels".to_owned(), self.diagnostic.span, line)
    }

    fn remove_line(&self) -> Fix {
        let line = self.line();
        let end = (line.end + 1).min(self.text.len());
        Fix::replace("Remove the clause".to_owned(), Span::new(line.start, end), String::new())
    }

    /// Another name for the second of two rules.
    fn rename_rule(&self) -> Option<Fix> {
        let File { items } = parse(self.text).0;
        let taken =
            |name: &str| items.iter().any(|item| matches!(item, Item::Rule(rule) if rule.name.text == name));
        // They are more than the items that could have taken them.
        let mut names = (2..items.len() + 3).map(|number| format!("{}_{number}", self.written));
        let free = names.find(|name| !taken(name))?;
        taken(self.written).then(|| Fix::replace(format!("Call it {free}"), self.diagnostic.span, free))
    }

    /// A number or a day that was written as a text, as what it is.
    fn constants(&self) -> Vec<Fix> {
        let inside = |token: &Token| self.diagnostic.span.holds(token.span);
        let texts =
            tokens(self.text).into_iter().filter(inside).filter(|token| token.kind == TokenKind::Text);
        let constant = |token: Token| {
            let written = token.text(self.text);
            let value = text_value(&written[1..written.len() - 1]).ok()?;
            let number =
                |text: &str| text.parse().is_ok_and(|number: f64| number.is_finite() && number >= 0.0);
            let wrapped = match value.trim() {
                number_like if number(number_like) => number_like.to_owned(),
                bool_like @ ("true" | "false") => bool_like.to_owned(),
                day if days_since_epoch(day).is_some() => format!("date({})", quote(day)),
                _ => return None,
            };
            Some(Fix::replace(format!("Write {wrapped}"), token.span, wrapped))
        };
        texts.filter_map(constant).collect()
    }

    /// The line on which the diagnostic begins, without its end.
    fn line(&self) -> Span {
        let at = self.diagnostic.span.start;
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        Span::new(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test_schema;
    use crate::{Source, compile};

    fn apply(text: &str, fix: &Fix) -> String {
        let mut fixed = text.to_owned();
        for edit in fix.edits.iter().rev() {
            fixed.replace_range(edit.span.start..edit.span.end, &edit.text);
        }
        fixed
    }

    /// What the first fix of the first diagnostic makes of a text, and that nothing is wrong then.
    fn mended(text: &str, schema: &Schema) -> String {
        let found = compile(&[Source { name: "test", text }], schema).diagnostics;
        let first = fixes(text, &found[0], schema);
        assert!(!first.is_empty(), "{text}: {found:?}");
        let fixed = apply(text, &first[0]);
        assert_eq!(compile(&[Source { name: "test", text: &fixed }], schema).diagnostics, [], "{fixed}");
        fixed
    }

    #[test]
    fn the_first_fix_mends_what_is_wrong() {
        let condition = |wrong: &str| {
            let text = mended(&format!("rule r:\n  SPAM when {wrong}\n"), &test_schema());
            text.trim_end().strip_prefix("rule r:\n  SPAM when ").map(str::to_owned).unwrap_or(text)
        };
        assert_eq!(condition("text hass \"a\""), "text has \"a\"");
        assert_eq!(condition("txet has \"a\""), "text has \"a\"");
        assert_eq!(condition("education_num > 3"), "`education-num` > 3");
        assert_eq!(condition("text has @brand"), "text has @brands");
        assert_eq!(condition("wrods(text) < 3"), "words(text) < 3");
        assert_eq!(condition("share(text, uppercas) > 0.5"), "share(text, uppercase) > 0.5");
        assert_eq!(condition("prob(\"gtp\", SPAM) > 0.5"), "prob(\"gpt\", SPAM) > 0.5");
        assert_eq!(condition("text has free"), "text has \"free\"");
        assert_eq!(condition("text has any (free, \"entry\")"), "text has any (\"free\", \"entry\")");
        assert_eq!(condition("text has “free”"), "text has \"free\"");
        assert_eq!(condition("stars > \"3\""), "stars > 3");
        assert_eq!(condition("verified = \"true\""), "verified = true");
        assert_eq!(condition("posted < \"2012-01-31\""), "posted < date(\"2012-01-31\")");
    }

    #[test]
    fn lines_that_are_missing_or_wrong_are_written() {
        let schema = test_schema();
        assert_eq!(mended("rule r: SPAN otherwise", &schema), "rule r: SPAM otherwise");
        assert_eq!(
            mended("rule r: SPAM when text has @shops", &schema),
            "lexicon shops = (\"term\")\n\nrule r: SPAM when text has @shops"
        );
        assert_eq!(mended("labels SPAM, HAM\n", &schema), "labels HAM, SPAM, \"<=50K\"\n");
        assert_eq!(
            mended("rule r:\n  HAM otherwise\n  SPAM when verified\n", &schema),
            "rule r:\n  HAM otherwise\n"
        );
        let twice = "rule a: HAM otherwise\nrule a_2: HAM otherwise\nrule a: HAM otherwise";
        assert!(mended(twice, &schema).ends_with("\nrule a_3: HAM otherwise"));
        let without = Schema { labels: Vec::new(), ..schema };
        assert_eq!(
            mended("rule r:\n  B when verified\n  \"a b\" otherwise\n", &without),
            "labels B, \"a b\"\n\nrule r:\n  B when verified\n  \"a b\" otherwise\n"
        );
    }
}
