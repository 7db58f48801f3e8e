//! Queries of Argilla 1, which are Elasticsearch's `query_string` over the text with the operator AND between words.
//!
//! Words and phrases, `AND`, `OR`, `NOT` and their signs, parentheses and wildcards mean the same in the rule language.
//! What has no equal there, or is read by Elasticsearch in a way of its own, is refused.

use crate::lexer::{quote, quote_regex};
use crate::limits;

/// The condition that a query asks for.
///
/// # Errors
/// With the part of the query that has no equal, and why.
pub(super) fn condition(query: &str) -> Result<String, String> {
    let tokens = tokens(query)?;
    if tokens.is_empty() {
        return Err("the query is missing".to_owned());
    }
    let mut reader = Reader { tokens: &tokens, at: 0, depth: 0 };
    let condition = reader.group()?;
    if reader.at < tokens.len() {
        return Err("a parenthesis closes that was not opened".to_owned());
    }
    Ok(condition.text)
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `+`
    Must,
    Phrase(String),
    /// With escapes resolved; wildcards are apart from the characters they are written with.
    Word(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// `*`
    Any,
    /// `?`
    One,
}

fn tokens(query: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '!' | '-' => (Token::Not, 1),
            '+' => (Token::Must, 1),
            '&' if rest.starts_with("&&") => (Token::And, 2),
            '|' if rest.starts_with("||") => (Token::Or, 2),
            '"' => phrase(rest)?,
            '/' => return Err("a regular expression of Elasticsearch is another language".to_owned()),
            '[' | '{' => return Err("a range has no equal for text".to_owned()),
            _ => word(rest)?,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The phrase at the start of a text, and its length.
fn phrase(text: &str) -> Result<(Token, usize), String> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            '"' if value.trim().is_empty() => return Err("a phrase is empty".to_owned()),
            '"' => {
                if text[at + 1..].starts_with('~') {
                    return Err("a phrase with room between its words (`~`) is not taken over".to_owned());
                }
                no_boost(&text[at + 1..])?;
                return Ok((Token::Phrase(value.split_whitespace().collect::<Vec<_>>().join(" ")), at + 1));
            }
            c => value.push(c),
        }
    }
    Err("a quote opens that is never closed".to_owned())
}

/// The word or operator at the start of a text, and its length.
fn word(text: &str) -> Result<(Token, usize), String> {
    let mut pieces = vec![Piece::Text(String::new())];
    let mut end = text.len();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' | ')' | '"' => end = at,
            c if c.is_whitespace() => end = at,
            '*' | '?' => {
                pieces.extend([if c == '*' { Piece::Any } else { Piece::One }, Piece::Text(String::new())]);
            }
            ':' => {
                let field = &text[..at];
                if ["text", "text.exact", "inputs.text"].contains(&field) {
                    let (token, length) = tokens_of_field(&text[at + 1..])?;
                    return Ok((token, at + 1 + length));
                }
                return Err(format!("the query asks for the field `{field}`, not for the text"));
            }
            '~' => return Err("a word that is spelled nearly so (`~`) has no equal".to_owned()),
            '^' => return Err("a weight (`^`) says nothing about whether a text matches".to_owned()),
            '[' | ']' | '{' | '}' => return Err(format!("`{c}` is not taken over")),
            c => {
                let c = if c == '\\' { chars.next().map_or('\\', |(_, c)| c) } else { c };
                if let Some(Piece::Text(piece)) = pieces.last_mut() {
                    piece.push(c);
                }
            }
        }
        if end < text.len() {
            break;
        }
    }
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    let token = match &text[..end] {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "TO" => return Err("a range has no equal for text".to_owned()),
        _ => Token::Word(pieces),
    };
    Ok((token, end))
}

/// What stands behind `text:`: nothing is between.
fn tokens_of_field(text: &str) -> Result<(Token, usize), String> {
    match text.chars().next() {
        Some('(') => Ok((Token::Open, 1)),
        Some('"') => phrase(text),
        Some(c) if !c.is_whitespace() && c != ')' => word(text),
        _ => Err("nothing stands behind `text:`".to_owned()),
    }
}

fn no_boost(after: &str) -> Result<(), String> {
    if after.starts_with('^') {
        return Err("a weight (`^`) says nothing about whether a text matches".to_owned());
    }
    Ok(())
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

/// A condition, and whether it must stand in parentheses inside another.
struct Condition {
    text: String,
    joined: bool,
}

impl Condition {
    fn inside(self) -> String {
        if self.joined { format!("({})", self.text) } else { self.text }
    }
}

impl Reader<'_> {
    /// Operands up to the end or a closing parenthesis, joined all by AND or all by OR.
    fn group(&mut self) -> Result<Condition, String> {
        let mut operands = Vec::new();
        let mut negated = false;
        let mut joined_by: Option<&str> = None;
        loop {
            let (operand, not) = self.operand()?;
            negated |= not;
            operands.push(operand);
            let operator = match self.tokens.get(self.at) {
                None | Some(Token::Close) => break,
                Some(Token::And) => "and",
                Some(Token::Or) => "or",
                Some(_) => "",
            };
            self.at += usize::from(!operator.is_empty());
            let operator = if operator.is_empty() { "and" } else { operator };
            if *joined_by.get_or_insert(operator) != operator {
                return Err(
                    "AND and OR are mixed without parentheses, which Elasticsearch reads in its own way"
                        .to_owned(),
                );
            }
        }
        let operator = joined_by.unwrap_or("and");
        if operator == "or" && negated {
            return Err("OR beside NOT is read by Elasticsearch in its own way".to_owned());
        }
        if let [_] = operands.as_slice() {
            return operands.pop().ok_or_else(String::new);
        }
        let operands: Vec<String> = operands.into_iter().map(Condition::inside).collect();
        Ok(Condition { text: operands.join(&format!(" {operator} ")), joined: true })
    }

    /// An operand, and whether it is negated.
    fn operand(&mut self) -> Result<(Condition, bool), String> {
        let mut negated = false;
        let token = loop {
            let token = self.tokens.get(self.at).ok_or("the query ends where a word is expected")?;
            self.at += 1;
            match token {
                Token::Not => negated = !negated,
                Token::Must => {}
                token => break token,
            }
        };
        let condition = match token {
            Token::Open => self.parenthesis()?,
            Token::Phrase(phrase) => plain(format!("text has {}", quote(phrase))),
            Token::Word(pieces) => plain(of_word(pieces)?),
            Token::Close | Token::And | Token::Or | Token::Not | Token::Must => {
                return Err("a word is expected where an operator stands".to_owned());
            }
        };
        if negated {
            return Ok((plain(format!("not {}", condition.inside())), true));
        }
        Ok((condition, false))
    }

    fn parenthesis(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > limits::NESTING {
            return Err("the query nests too deeply".to_owned());
        }
        let inner = self.group()?;
        if self.tokens.get(self.at) != Some(&Token::Close) {
            return Err("a parenthesis opens that is never closed".to_owned());
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }
}

fn plain(text: String) -> Condition {
    Condition { text, joined: false }
}

/// The search for a word that may have wildcards.
fn of_word(pieces: &[Piece]) -> Result<String, String> {
    Ok(match pieces {
        [Piece::Text(word)] => format!("text has {}", quote(word)),
        [Piece::Text(start), Piece::Any] => format!("text has prefix {}", quote(start)),
        [Piece::Any, Piece::Text(end)] => format!("text has suffix {}", quote(end)),
        pieces if pieces.iter().all(|piece| !matches!(piece, Piece::Text(_))) => {
            return Err("the query matches every text".to_owned());
        }
        pieces => {
            let part = |piece: &Piece| match piece {
                Piece::Text(text) => regex_syntax::escape(text),
                Piece::Any => r"\w*".to_owned(),
                Piece::One => r"\w".to_owned(),
            };
            let regex: String = pieces.iter().map(part).collect();
            format!("text ~ /{}/i", quote_regex(&format!(r"\b{regex}\b")))
        }
    })
}
