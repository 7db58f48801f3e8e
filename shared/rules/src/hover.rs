//! What stands at a position: the words of the language as the documentation explains them, and names as the project and
//! the source know them.

use crate::ast::{File, Item, LexiconTerms};
use crate::diagnostic::Span;
use crate::explain::section;
use crate::lexer::{Token, TokenKind, tokens};
use crate::parser::parse;
use crate::plan::ColumnType;
use crate::schema::Schema;
use crate::words::{CLASSES, FUNCTIONS, meaning};
use serde::Serialize;

/// What is said about a piece of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hover {
    /// The piece.
    pub span: Span,
    /// Paragraphs, `code` and code blocks in Markdown.
    pub markdown: String,
}

/// What is known of the word at a byte offset; none for what explains itself.
pub fn hover(text: &str, offset: usize, schema: &Schema) -> Option<Hover> {
    let offset = text.floor_char_boundary(offset);
    let mut tokens = tokens(text);
    tokens.retain(|token| !matches!(token.kind, TokenKind::Newline | TokenKind::Comment));
    let covers = |token: &Token| token.span.start <= offset && offset < token.span.end;
    let touches = |token: &Token| token.span.end == offset;
    let at = tokens.iter().position(covers).or_else(|| tokens.iter().position(touches))?;
    let words = Words { text, tokens: &tokens };
    let (span, markdown) = match tokens[at].kind {
        TokenKind::Keyword | TokenKind::Operator => words.operator(at)?,
        TokenKind::Function => {
            let name = words.word(at);
            let usage = meaning(FUNCTIONS, name)?;
            let said = section(name).map_or_else(|| format!("`{usage}`"), str::to_owned);
            (tokens[at].span, said)
        }
        _ => (tokens[at].span, name(text, &words, at, schema)?),
    };
    Some(Hover { span, markdown })
}

/// The words of a source.
struct Words<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

/// Words and signs of the language, the longest first, and the heading under which the page explains them.
const OPERATORS: &[(&str, &str)] = &[
    ("has prefix", "has prefix"),
    ("has suffix", "has suffix"),
    ("has", "has"),
    ("contains", "contains"),
    ("starts with", "starts with"),
    ("ends with", "ends with"),
    ("exactly", "exactly"),
    ("any", "any"),
    ("all", "all"),
    ("within", "within … words of"),
    ("words of", "within … words of"),
    ("word of", "within … words of"),
    ("in order", "in order"),
    ("is not missing", "is not missing"),
    ("is missing", "is missing"),
    ("not in", "not in"),
    ("in", "in"),
    ("and", "and"),
    ("or", "or"),
    ("not", "not"),
    ("at least", "at least n of"),
    ("of", "at least n of"),
    ("~", "~"),
    ("<=", "<="),
    ("<", "<"),
    (">=", ">="),
    (">", ">"),
    ("!=", "!="),
    ("=", "="),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("rule", "rule"),
    ("when", "rule"),
    ("otherwise", "rule"),
    ("labels", "labels"),
    ("lexicon", "lexicon"),
    ("file", "lexicon"),
    ("augment", "augment"),
    ("then", "augment"),
    ("copies", "augment"),
    ("copy", "augment"),
];

impl<'a> Words<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text(self.text))
    }

    /// Whether these words stand from a token on.
    fn stand_at(&self, start: usize, words: &str) -> bool {
        words.split(' ').enumerate().all(|(ahead, word)| self.word(start + ahead) == word)
    }

    /// The operator that a word or sign belongs to: the longest, beginning where it likes.
    fn operator(&self, at: usize) -> Option<(Span, String)> {
        OPERATORS.iter().find_map(|(words, heading)| {
            let count = words.split(' ').count();
            let start = (at.saturating_sub(count - 1)..=at).find(|start| self.stand_at(*start, words))?;
            let span = self.tokens[start].span.to(self.tokens[start + count - 1].span);
            Some((span, section(heading)?.to_owned()))
        })
    }
}

/// What is known of a name.
fn name(text: &str, words: &Words<'_>, at: usize, schema: &Schema) -> Option<String> {
    let token = words.tokens[at];
    let (written, file) = (words.word(at), parse(text).0);
    match token.kind {
        TokenKind::Lexicon => lexicon(written.trim_start_matches('@'), &file, schema),
        TokenKind::Column => column(written.trim_matches('`'), schema),
        TokenKind::Name if words.word(at.wrapping_sub(2)) == "vote" => Some(rule(written, &file)),
        TokenKind::Name | TokenKind::Text => {
            let plain = written.trim_matches('"');
            let class = || {
                let in_share = words.word(at.wrapping_sub(1)) == ",";
                meaning(CLASSES, plain).filter(|_| in_share).and_then(|_| section("share"))
            };
            let of_text = |found: Option<String>| found.filter(|_| token.kind == TokenKind::Name);
            label(plain, &file, schema)
                .or_else(|| of_text(column(plain, schema)))
                .or_else(|| of_text(class().map(str::to_owned)))
        }
        _ => None,
    }
}

fn column(name: &str, schema: &Schema) -> Option<String> {
    let column = schema.column(name)?;
    let kind = match column.kind {
        ColumnType::Text => "text, searched by `has`, `contains`, `~` and the like",
        ColumnType::Number => "a number, compared by `<`, `=`, `>=` and the like",
        ColumnType::Bool => "true or false; it may stand alone as a condition",
        ColumnType::Date => "a day, compared as in `>= date(\"2020-01-31\")`",
        ColumnType::Category => "one of few texts, compared by `=` and `in`, or searched like text",
        ColumnType::Vector(length) => {
            return Some(format!(
                "Column `{name}`: a vector of {length} numbers, compared with examples by `similar` and `nearest`."
            ));
        }
    };
    let main = if column.name == name { String::new() } else { format!(" (the column `{}`)", column.name) };
    Some(format!("Column `{name}`{main}: {kind}."))
}

fn label(name: &str, file: &File, schema: &Schema) -> Option<String> {
    let declared = file.items.iter().find_map(|item| match item {
        Item::Labels(line) => line.labels.iter().position(|label| label.text == name),
        _ => None,
    });
    let known = schema.labels.iter().position(|label| label == name && !label.is_empty());
    known.or(declared).map(|index| format!("Label `{name}`, number {index} of the label set."))
}

fn lexicon(name: &str, file: &File, schema: &Schema) -> Option<String> {
    let here = file.items.iter().find_map(|item| match item {
        Item::Lexicon(lexicon) if lexicon.name.text == name => match &lexicon.terms {
            LexiconTerms::List(list) => {
                Some(format!("Lexicon `@{name}` of this source, {} terms.", list.len()))
            }
            LexiconTerms::File(_) => None,
        },
        _ => None,
    });
    let known = schema.lexicons.iter().any(|lexicon| lexicon.name == name);
    here.or_else(|| known.then(|| format!("Lexicon `@{name}` of the project.")))
}

fn rule(name: &str, file: &File) -> String {
    let here = file.items.iter().find_map(|item| match item {
        Item::Rule(rule) if rule.name.text == name => Some(rule),
        _ => None,
    });
    let description = here.and_then(|rule| rule.description.as_ref());
    let described = description.map(|text| format!(": {}", text.text)).unwrap_or_default();
    format!("Rule `{name}`{described}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::test_schema;

    /// What is said at `|`, its first line, and the piece it is said about.
    fn at(marked: &str) -> Option<(String, String)> {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let found = hover(&text, offset, &test_schema())?;
        let line = found.markdown.lines().next().unwrap_or_default().to_owned();
        Some((text[found.span.start..found.span.end].to_owned(), line))
    }

    #[test]
    fn every_operator_is_explained_by_the_page() {
        for (words, heading) in OPERATORS {
            let section = section(heading).unwrap_or_else(|| panic!("{words}: no section `{heading}`"));
            assert!(!section.is_empty(), "{heading}");
        }
        for (function, _) in FUNCTIONS {
            assert!(section(function).is_some() || *function == "date", "{function}");
        }
    }

    #[test]
    fn operators_of_several_words_are_one() {
        let said = |marked: &str| at(&format!("rule r:\n  SPAM when {marked}")).unwrap();
        assert_eq!(said("text has pre|fix \"a\"").0, "has prefix");
        assert_eq!(said("text ha|s \"a\"").0, "has");
        assert_eq!(said("text |starts with \"a\"").0, "starts with");
        assert_eq!(said("stars is not miss|ing").0, "is not missing");
        assert_eq!(said("stars not i|n (1)").0, "not in");
        assert_eq!(said("a|t least 1 of (verified)").0, "at least");
        assert_eq!(said("text has \"a\" within 3 wor|ds of \"b\"").0, "words of");
        assert!(said("text ha|s \"a\"").1.starts_with("*What it does:* finds a whole word"));
        assert!(said("wor|ds(text) < 3").1.contains("number of words"));
    }

    #[test]
    fn names_are_told_apart() {
        let text = "lexicon shops = (\"a\", \"b\")\nrule base \"as it is\": HAM otherwise\nrule r:\n  ";
        let said = |marked: &str| at(&format!("{text}{marked}")).map(|(_, line)| line);
        assert_eq!(said("SP|AM when verified").unwrap(), "Label `SPAM`, number 1 of the label set.");
        assert_eq!(said("SPAM when text has @sh|ops").unwrap(), "Lexicon `@shops` of this source, 2 terms.");
        assert_eq!(said("SPAM when text has @bra|nds").unwrap(), "Lexicon `@brands` of the project.");
        assert_eq!(said("SPAM when vote(ba|se) = HAM").unwrap(), "Rule `base`: as it is.");
        assert!(
            said("SPAM when te|xt has \"a\"").unwrap().starts_with("Column `text` (the column `content`)")
        );
        assert!(
            said("SPAM when `education|-num` > 3").unwrap().starts_with("Column `education-num`: a number")
        );
        assert!(said("SPAM when embe|dding is missing").unwrap().contains("a vector of 2 numbers"));
        assert_eq!(said("SPAM when text has \"fre|e\""), None);
        assert_eq!(said("SPAM when nothing| = 3"), None);
    }
}
