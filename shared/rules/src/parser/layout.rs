//! Which ends of lines end something.

use crate::lexer::{Token, TokenKind};
use crate::words::TOP_LEVEL;

/// The tokens that matter to the parser: no comments, and of the line ends only those that end a line of the language.
///
/// A line goes on inside parentheses and before `and`, `or` and `then`. A line that begins a clause or a rule ends whatever parentheses
/// were left open before it, so that a missing `)` spoils one clause and not the rest of the text.
pub(crate) fn significant(text: &str, tokens: &[Token]) -> Vec<Token> {
    let tokens: Vec<Token> =
        tokens.iter().copied().filter(|token| token.kind != TokenKind::Comment).collect();
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open: usize = 0;
    for (at, &token) in tokens.iter().enumerate() {
        if token.kind == TokenKind::Newline {
            // Of several line ends one after the other the last decides.
            let next = &tokens[at + 1..];
            if next.first().is_some_and(|next| next.kind == TokenKind::Newline) {
                continue;
            }
            if begins_line(text, next) {
                open = 0;
            } else if open > 0 || continues_line(text, next) {
                continue;
            }
        } else if token.kind == TokenKind::Punctuation {
            match token.text(text) {
                "(" => open += 1,
                ")" => open = open.saturating_sub(1),
                _ => {}
            }
        }
        kept.push(token);
    }
    kept
}

/// Whether the tokens begin a rule, a top-level line or a clause.
fn begins_line(text: &str, next: &[Token]) -> bool {
    let keyword =
        |token: &Token, words: &[&str]| token.kind == TokenKind::Keyword && words.contains(&token.text(text));
    match next {
        [first, ..] if keyword(first, TOP_LEVEL) => true,
        [label, second, ..] => {
            matches!(label.kind, TokenKind::Name | TokenKind::Text) && keyword(second, &["when", "otherwise"])
        }
        _ => false,
    }
}

/// Whether the next token joins what follows to what stands before.
fn continues_line(text: &str, next: &[Token]) -> bool {
    next.first().is_some_and(|token| {
        token.kind == TokenKind::Keyword && matches!(token.text(text), "and" | "or" | "then")
    })
}
