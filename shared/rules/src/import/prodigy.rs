//! Prodigy's `patterns.jsonl`, which is spaCy's: a label and a phrase, or tokens by their attributes.
//!
//! Tokens here are words and marks between them; of the attributes, those that a text alone decides are taken.

use super::draft::{Draft, NewRule};
use super::keywords::has;
use crate::lexer::quote_regex;
use serde_json::{Map, Value};

/// Phrases of one label and one way of comparing make one rule; each other pattern makes its own.
pub(super) fn read(text: &str, draft: &mut Draft<'_>) {
    let mut phrases: Vec<Phrases> = Vec::new();
    for (text, line) in text.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty()) {
        match entry(text).and_then(|(label, pattern)| Ok((draft.label(&label)?, pattern))) {
            Err(reason) => draft.skip(line, reason),
            Ok((label, Pattern::Regex(regex))) => {
                let condition = format!("text ~ /{}/", quote_regex(&regex));
                let name = format!("pattern {label} line {line}");
                draft.rule(&[line], &NewRule { name, description: None, label, condition });
            }
            Ok((label, Pattern::Phrase { text, exact })) => {
                let same = phrases.iter_mut().find(|known| known.label == label && known.exact == exact);
                match same {
                    Some(known) => known.add(line, text),
                    None => phrases.push(Phrases { label, exact, texts: vec![text], lines: vec![line] }),
                }
            }
        }
    }
    for Phrases { label, exact, texts, lines } in phrases {
        let name = format!("phrases {label}{}", if exact { " exactly" } else { "" });
        let condition = has(&texts, exact);
        draft.rule(&lines, &NewRule { name, description: None, label, condition });
    }
}

struct Phrases {
    label: String,
    exact: bool,
    texts: Vec<String>,
    lines: Vec<usize>,
}

impl Phrases {
    fn add(&mut self, line: usize, text: String) {
        self.texts.push(text);
        self.lines.push(line);
    }
}

enum Pattern {
    Phrase { text: String, exact: bool },
    Regex(String),
}

/// Label and pattern of a line, or why it cannot be taken.
fn entry(line: &str) -> Result<(String, Pattern), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("this is no JSON: {error}"))?;
    let label = value.get("label").and_then(Value::as_str).ok_or("`label` is missing")?;
    let pattern = match value.get("pattern") {
        Some(Value::String(phrase)) if !phrase.trim().is_empty() => {
            Pattern::Phrase { text: phrase.trim().to_owned(), exact: true }
        }
        Some(Value::Array(tokens)) if !tokens.is_empty() => sequence(tokens)?,
        _ => return Err("`pattern` is neither a phrase nor a list of tokens".to_owned()),
    };
    Ok((label.to_owned(), pattern))
}

/// A token that a pattern describes.
struct Token {
    /// What it is like.
    like: Like,
    /// `?`, `*`, `+` or nothing.
    times: &'static str,
}

enum Like {
    /// One of these texts.
    Text { any: Vec<String>, exact: bool },
    /// An expression for a whole token.
    Class(&'static str),
}

fn sequence(tokens: &[Value]) -> Result<Pattern, String> {
    let tokens = tokens.iter().map(token).collect::<Result<Vec<_>, _>>()?;
    if let Some(phrase) = phrase(&tokens) {
        return Ok(phrase);
    }
    if tokens.iter().all(|token| matches!(token.times, "?" | "*")) {
        return Err("no token of the pattern must be there, so it would match every text".to_owned());
    }
    // Space may stand between tokens, and the edges of words keep them apart.
    let parts: Vec<String> = tokens
        .iter()
        .map(|token| match token.times {
            "" => format!(r"{}\s*", token.like.regex()),
            times => format!(r"(?:{}\s*){times}", token.like.regex()),
        })
        .collect();
    let regex = parts.concat();
    Ok(Pattern::Regex(regex.strip_suffix(r"\s*").map(str::to_owned).unwrap_or(regex)))
}

/// Plain words one after another, all compared in one way, are a phrase.
fn phrase(tokens: &[Token]) -> Option<Pattern> {
    let mut words = Vec::new();
    let mut exact = None;
    for token in tokens {
        match &token.like {
            Like::Text { any, exact: this }
                if token.times.is_empty() && *exact.get_or_insert(*this) == *this =>
            {
                let [word] = any.as_slice() else { return None };
                if !word.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    return None;
                }
                words.push(word.as_str());
            }
            _ => return None,
        }
    }
    Some(Pattern::Phrase { text: words.join(" "), exact: exact? })
}

fn token(value: &Value) -> Result<Token, String> {
    let attributes = value.as_object().ok_or("a token is described by an object")?;
    let mut times = "";
    let mut like = None;
    for (name, value) in attributes {
        let found = match (name.to_lowercase().as_str(), value) {
            ("op", value) => {
                times = repeat(value)?;
                continue;
            }
            ("lower", value) => Like::Text { any: texts(name, value)?, exact: false },
            ("text" | "orth", value) => Like::Text { any: texts(name, value)?, exact: true },
            ("is_digit", Value::Bool(true)) => Like::Class(r"\b\p{Nd}+\b"),
            ("is_alpha", Value::Bool(true)) => Like::Class(r"\b\p{Alphabetic}+\b"),
            ("is_punct", Value::Bool(true)) => Like::Class(r"\p{P}"),
            _ => return Err(format!("`{name}` is an attribute of a token that rules do not know")),
        };
        if like.replace(found).is_some() {
            return Err("a token has two attributes at once".to_owned());
        }
    }
    // Nothing is asked of the token.
    Ok(Token { like: like.unwrap_or(Like::Class(r"(?:\b\w+\b|[^\w\s])")), times })
}

fn repeat(value: &Value) -> Result<&'static str, String> {
    match value.as_str() {
        Some("1" | "") => Ok(""),
        Some("?") => Ok("?"),
        Some("*") => Ok("*"),
        Some("+") => Ok("+"),
        _ => Err(format!("the operator {value} of a token is not known")),
    }
}

/// One text, or those of `{"in": […]}`.
fn texts(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let members = |members: &Map<String, Value>| {
        let [(operator, Value::Array(list))] = members.iter().collect::<Vec<_>>()[..] else { return None };
        operator.eq_ignore_ascii_case("in").then(|| list.clone())
    };
    let list = match value {
        Value::String(_) => vec![value.clone()],
        Value::Object(object) => {
            members(object).ok_or_else(|| format!("`{name}` takes a text or {{\"in\": […]}}"))?
        }
        _ => return Err(format!("`{name}` takes a text or {{\"in\": […]}}")),
    };
    let texts: Option<Vec<String>> = list.iter().map(|text| text.as_str().map(str::to_owned)).collect();
    texts
        .filter(|texts| !texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty()))
        .ok_or_else(|| format!("`{name}` holds no text"))
}

impl Like {
    fn regex(&self) -> String {
        match self {
            Self::Class(regex) => (*regex).to_owned(),
            Self::Text { any, exact } => {
                let texts: Vec<String> = any.iter().map(|text| whole(text)).collect();
                format!("(?{}:{})", if *exact { "" } else { "i" }, texts.join("|"))
            }
        }
    }
}

/// A text that no word goes on before or after.
fn whole(text: &str) -> String {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let edge = |at_word: bool| if at_word { r"\b" } else { "" };
    let (first, last) = (text.chars().next(), text.chars().next_back());
    format!("{}{}{}", edge(word(first)), regex_syntax::escape(text), edge(word(last)))
}
