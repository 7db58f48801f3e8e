//! Renaming a rule or a lexicon where it is named.

use crate::lexer::{Token, TokenKind, is_identifier, quote, text_value, tokens};

/// A source in which `vote(FROM)` and `prob(FROM, …)` name another rule. Everything else stays as it is written.
pub fn rename_references(source: &str, from: &str, to: &str) -> String {
    let tokens: Vec<_> = tokens(source)
        .into_iter()
        .filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Newline))
        .collect();
    let text = |at: usize| &source[tokens[at].span.start..tokens[at].span.end];
    let to = if is_identifier(to) { to.to_owned() } else { quote(to) };
    let (mut renamed, mut copied) = (String::with_capacity(source.len()), 0);
    for at in 2..tokens.len() {
        let called = matches!(text(at - 2), "vote" | "prob") && text(at - 1) == "(";
        let named = match tokens[at].kind {
            TokenKind::Name => text(at) == from,
            TokenKind::Text => text_value(text(at).trim_matches('"')).is_ok_and(|value| value == from),
            _ => false,
        };
        if called && named {
            renamed.push_str(&source[copied..tokens[at].span.start]);
            renamed.push_str(&to);
            copied = tokens[at].span.end;
        }
    }
    renamed.push_str(&source[copied..]);
    renamed
}

/// A source in which `@FROM` names another lexicon. Everything else stays as it is written.
pub fn rename_lexicon(source: &str, from: &str, to: &str) -> String {
    let (mut renamed, mut copied) = (String::with_capacity(source.len()), 0);
    for token in tokens(source).into_iter().filter(|token| is_lexicon(source, *token, from)) {
        renamed.push_str(&source[copied..token.span.start]);
        renamed.push('@');
        renamed.push_str(to);
        copied = token.span.end;
    }
    renamed.push_str(&source[copied..]);
    renamed
}

/// Whether a source names the lexicon by `@NAME`.
pub fn names_lexicon(source: &str, name: &str) -> bool {
    tokens(source).into_iter().any(|token| is_lexicon(source, token, name))
}

fn is_lexicon(source: &str, token: Token, name: &str) -> bool {
    token.kind == TokenKind::Lexicon && token.text(source).strip_prefix('@') == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_rule_is_named_anew_and_nothing_else_is_touched() {
        let source = "rule user \"vote(short)\": # vote(short)\n  HAM when vote(short) = HAM and prob( \"short\", HAM) > 0.5\n  \
                      SPAM when text has \"short\" and vote(shorter) = SPAM\n";
        let renamed = rename_references(source, "short", "brief");
        assert_eq!(
            renamed,
            "rule user \"vote(short)\": # vote(short)\n  HAM when vote(brief) = HAM and prob( brief, HAM) > 0.5\n  \
             SPAM when text has \"short\" and vote(shorter) = SPAM\n"
        );
        assert_eq!(rename_references(&renamed, "brief", "short").matches("vote(short)").count(), 3);
    }

    #[test]
    fn a_renamed_lexicon_is_named_anew_where_it_is_used_and_not_in_texts_and_comments() {
        let source = "rule r \"@shops\": # @shops\n  SPAM when text has @shops and not text has @shops2\n";
        let renamed = rename_lexicon(source, "shops", "stores");
        let expected = "rule r \"@shops\": # @shops\n  SPAM when text has @stores and not text has @shops2\n";
        assert_eq!(renamed, expected);
        assert!(names_lexicon(source, "shops") && !names_lexicon(&renamed, "shops"));
    }
}
