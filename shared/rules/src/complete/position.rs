//! Where in the grammar a position is, judged by the tokens before it. The text need not be correct.

use crate::lexer::{Token, TokenKind};
use crate::parser::significant;
use crate::plan::ColumnType;
use crate::schema::Schema;
use crate::words::{COMPARISONS, SEARCHES, TOP_LEVEL, words_of};

/// What can stand at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// A top-level line; in a rule also a clause.
    Line { in_rule: bool },
    /// A label, also in quotes.
    Label,
    /// `when` or `otherwise`.
    ClauseWord,
    /// The terms of a lexicon.
    LexiconTerms,
    /// The first operand of a condition.
    Condition,
    /// The second operand of a comparison or calculation.
    Value,
    /// An operator, after an operand of a type, where that is known.
    Operator(Option<ColumnType>),
    /// `and` or `or`.
    Connective,
    /// What to look for; `exactly` and `prefix` may come first.
    Terms { exactly: bool, affix: bool },
    /// One of the terms of a list.
    Term,
    /// One of a few words.
    Words(&'static [&'static str]),
    /// A text column.
    TextColumn,
    /// A column that is compared with examples.
    ComparedColumn,
    /// Examples.
    Examples,
    /// Any column.
    Column,
    /// What `count` counts.
    Counted,
    /// A class of `share`.
    Class,
    /// A rule or external source.
    Voter,
    /// An external source.
    Source,
    /// A lexicon.
    Lexicon,
    /// A transformation.
    Transformation,
    /// A column of a transformation, or a lexicon that it takes.
    Changed { terms: bool },
    /// Nothing that could be listed.
    Nothing,
}

/// The position after some tokens.
pub(super) fn find(text: &str, before: &[Token], schema: &Schema) -> Position {
    let tokens = significant(text, before);
    let words: Vec<Word<'_>> =
        tokens.iter().map(|&token| Word { kind: token.kind, text: token.text(text) }).collect();
    let line_start = words.iter().rposition(|word| word.kind == TokenKind::Newline).map_or(0, |at| at + 1);
    let line = &words[line_start..];
    match line.first().filter(|word| word.kind == TokenKind::Keyword).map(|word| word.text) {
        Some("labels") => Position::Label,
        Some("lexicon") => match line {
            [_, _] => Position::Words(&["="]),
            [_, _, equals] if equals.is("=") => Position::LexiconTerms,
            _ => Position::Nothing,
        },
        Some("augment") => augment(line),
        Some("rule") => match line.iter().position(|word| word.is(":")) {
            Some(colon) => clause(&line[colon + 1..], true, schema),
            None => Position::Nothing,
        },
        _ => {
            let top_level = words[..line_start].iter().rfind(|word| word.is_any(TOP_LEVEL));
            clause(line, top_level.is_some_and(|word| word.is("rule")), schema)
        }
    }
}

/// A token, by what matters here.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    kind: TokenKind,
    text: &'a str,
}

impl Word<'_> {
    /// Whether it is this word or sign of the language.
    fn is(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Keyword | TokenKind::Operator | TokenKind::Punctuation)
            && self.text == word
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn ends_operand(&self) -> bool {
        match self.kind {
            TokenKind::Name
            | TokenKind::Column
            | TokenKind::Text
            | TokenKind::Number
            | TokenKind::Regex
            | TokenKind::Lexicon => true,
            _ => self.is_any(&[")", "true", "false", "missing", "order"]),
        }
    }
}

/// In an `augment` line.
fn augment(line: &[Word<'_>]) -> Position {
    let Some(colon) = line.iter().position(|word| word.is(":")) else {
        let split = line.len() > 1 && line[line.len() - 1].text == "train";
        return Position::Words(if split { &[":"] } else { &["train"] });
    };
    let words = &line[colon + 1..];
    let [.., last] = words else { return Position::Nothing };
    if last.is_any(&["of", "then"]) {
        return Position::Transformation;
    }
    if words.len() == 1 {
        return Position::Words(&["copies of"]);
    }
    let open = words.iter().rposition(|word| word.is("(")).filter(|_| last.is_any(&["(", ","]));
    match open.and_then(|open| words[..open].last()) {
        Some(name) if name.kind == TokenKind::Function => {
            Position::Changed { terms: matches!(name.text, "insert" | "replace" | "eda") && last.is(",") }
        }
        _ if last.is(")") => Position::Words(&["then"]),
        _ => Position::Nothing,
    }
}

/// Whether a word begins the second half of a comparison.
fn is_test(word: &Word<'_>) -> bool {
    word.is_any(&["~", "in", "is"]) || words_of(COMPARISONS).any(|sign| word.is(sign)) || is_search(word)
}

/// Whether a word begins a search in a text.
fn is_search(word: &Word<'_>) -> bool {
    words_of(SEARCHES).any(|words| words.split(' ').next().is_some_and(|first| word.is(first)))
}

fn clause(line: &[Word<'_>], in_rule: bool, schema: &Schema) -> Position {
    match line {
        [] => Position::Line { in_rule },
        [_] => Position::ClauseWord,
        [_, when, condition @ ..] if when.is("when") => self::condition(condition, schema),
        _ => Position::Nothing,
    }
}

fn condition(words: &[Word<'_>], schema: &Schema) -> Position {
    let Some(last) = words.last() else { return Position::Condition };
    let around = Around::find(words);
    if let Some(argument) = around.argument {
        return if last.is_any(&["(", ","]) { argument } else { Position::Nothing };
    }
    let here = &words[around.start..];
    if last.ends_operand() {
        return after_operand(here, schema);
    }
    match last.text {
        "has" => Position::Terms { exactly: true, affix: true },
        "contains" | "with" | "prefix" | "suffix" => Position::Terms { exactly: true, affix: false },
        "exactly" => Position::Terms { exactly: false, affix: false },
        "of" if here.iter().any(|word| word.is("within")) => Position::Terms { exactly: false, affix: false },
        "is" => Position::Words(&["missing", "not missing"]),
        "least" | "~" | "any" | "all" | "in" => Position::Nothing,
        "=" | "!=" if follows_vote(&here[..here.len() - 1]) => Position::Label,
        _ if last.kind == TokenKind::Operator => Position::Value,
        _ => Position::Condition,
    }
}

/// After the operand at the end of a comparison that has begun.
fn after_operand(comparison: &[Word<'_>], schema: &Schema) -> Position {
    let last = comparison.len() - 1;
    match comparison {
        [.., at, least, number] if at.is("at") && least.is("least") && number.kind == TokenKind::Number => {
            return Position::Words(&["of ("]);
        }
        [.., within, number] if within.is("within") && number.kind == TokenKind::Number => {
            return Position::Words(&["words of"]);
        }
        [.., before, word] if before.ends_operand() && word.kind == TokenKind::Name => {
            return if matches!(word.text, "starts" | "ends") {
                Position::Words(&["with"])
            } else {
                Position::Nothing
            };
        }
        [word] if word.kind == TokenKind::Name && word.text == "at" => {
            return Position::Words(&["least", "has", "contains", "=", "and", "or"]);
        }
        _ => {}
    }
    if comparison.iter().any(is_test) {
        return match comparison[last].text {
            "order" if comparison[last].is("order") => Position::Connective,
            _ if comparison.iter().any(|word| word.is("within")) => {
                Position::Words(&["in order", "and", "or"])
            }
            _ if comparison.iter().any(is_search) => Position::Words(&["within", "and", "or"]),
            _ => Position::Connective,
        };
    }
    let name = comparison[last].text.trim_matches('`');
    let kind = match comparison[last].kind {
        TokenKind::Name | TokenKind::Column => schema.column(name).map(|column| column.kind),
        TokenKind::Number => Some(ColumnType::Number),
        _ => match call_before(comparison) {
            Some("vote") => Some(ColumnType::Bool),
            Some(_) => Some(ColumnType::Number),
            None => None,
        },
    };
    Position::Operator(kind)
}

/// Whether the words end with `vote(…)`, or with `vote(…) not`.
fn follows_vote(words: &[Word<'_>]) -> bool {
    let words = match words {
        [before @ .., not] if not.is("not") => before,
        _ => words,
    };
    call_before(words) == Some("vote")
}

/// Whether a `not` is part of `is not missing` or `not in`.
fn joined_not(words: &[Word<'_>], at: usize) -> bool {
    let is =
        |at: Option<usize>, word: &str| at.and_then(|at| words.get(at)).is_some_and(|found| found.is(word));
    is(at.checked_sub(1), "is") || is(at.checked_add(1), "in")
}

/// The function whose call ends the words.
fn call_before<'a>(words: &[Word<'a>]) -> Option<&'a str> {
    let (last, mut rest) = words.split_last()?;
    if !last.is(")") {
        return None;
    }
    let mut closed = 1;
    while let Some((word, before)) = rest.split_last() {
        closed += usize::from(word.is(")"));
        closed -= usize::from(word.is("("));
        rest = before;
        if closed == 0 {
            return rest.last().filter(|word| word.kind == TokenKind::Function).map(|word| word.text);
        }
    }
    None
}

/// What surrounds the end of a condition.
struct Around {
    /// Where the comparison begins that the end is in.
    start: usize,
    /// What the innermost open parenthesis lists, unless that is conditions.
    argument: Option<Position>,
}

impl Around {
    fn find(words: &[Word<'_>]) -> Self {
        // Of each open parenthesis: where it opens and the commas in it.
        let mut open: Vec<(usize, usize)> = Vec::new();
        // Where the comparison begins, for each level.
        let mut starts = vec![0];
        for (at, word) in words.iter().enumerate() {
            if word.is("(") {
                open.push((at, 0));
                starts.push(at + 1);
            } else if word.is(")") && open.pop().is_some() {
                starts.pop();
            } else if word.is_any(&[",", "and", "or"]) || (word.is("not") && !joined_not(words, at)) {
                starts.pop();
                starts.push(at + 1);
                if let Some((_, commas)) = open.last_mut() {
                    *commas += usize::from(word.is(","));
                }
            }
        }
        let argument = open.last().and_then(|&(at, commas)| Self::argument(&words[..at], commas));
        Self { start: starts.last().copied().unwrap_or(0), argument }
    }

    /// What stands in a parenthesis that opens after some words.
    fn argument(before: &[Word<'_>], commas: usize) -> Option<Position> {
        let owner = before.last()?;
        if owner.kind != TokenKind::Function {
            return match owner.text {
                "in" if follows_vote(before.split_last()?.1) => Some(Position::Label),
                "any" | "all" => Some(Position::Term),
                "in" => Some(Position::Nothing),
                _ => None,
            };
        }
        Some(match (owner.text, commas) {
            ("words" | "length" | "count" | "share", 0) => Position::TextColumn,
            ("similar" | "nearest", 0) => Position::ComparedColumn,
            ("similar", 1) => Position::Examples,
            ("count", 1) => Position::Counted,
            ("share", 1) => Position::Class,
            ("vote", 0) => Position::Voter,
            ("prob", 0) => Position::Source,
            ("prob", 1) => Position::Label,
            _ => Position::Nothing,
        })
    }
}
