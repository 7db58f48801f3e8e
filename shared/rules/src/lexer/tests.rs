//! Any text has tokens, and they say what it is made of.

use super::*;
use proptest::prelude::*;

/// The tokens as `kind:text`, without line ends.
fn kinds(text: &str) -> String {
    let shown = |token: Token| format!("{:?}:{}", token.kind, token.text(text));
    let tokens = tokens(text).into_iter().filter(|token| token.kind != TokenKind::Newline);
    tokens.map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_slash_divides_after_an_operand_and_begins_a_regular_expression_elsewhere() {
    assert_eq!(kinds("a / b / 2"), "Name:a Operator:/ Name:b Operator:/ Number:2");
    assert_eq!(kinds(r"x ~ /a\/b c/i"), r"Name:x Operator:~ Regex:/a\/b c/i");
    assert_eq!(
        kinds("count(t, /!/) / 2"),
        "Function:count Punctuation:( Name:t Punctuation:, Regex:/!/ Punctuation:) Operator:/ Number:2"
    );
    assert_eq!(kinds("and /b/"), "Keyword:and Regex:/b/");
}

#[test]
fn most_words_of_the_language_may_name_a_column() {
    assert_eq!(kinds("order starts with"), "Name:order Keyword:starts Keyword:with");
    assert_eq!(
        kinds("not missing and starts = 1"),
        "Keyword:not Name:missing Keyword:and Name:starts Operator:= Number:1"
    );
    assert_eq!(kinds("is not missing"), "Keyword:is Keyword:not Keyword:missing");
    assert_eq!(kinds("at least 2 of ("), "Keyword:at Keyword:least Number:2 Keyword:of Punctuation:(");
    assert_eq!(kinds("words = 2"), "Name:words Operator:= Number:2");
}

#[test]
fn what_does_not_end_or_begin_anything_is_one_token() {
    assert_eq!(kinds("\"abc\nx"), "Unknown:\"abc Name:x");
    assert_eq!(kinds("a ;;{ b"), "Name:a Unknown:;;{ Name:b");
    assert_eq!(kinds(r#""a\"b" `c d`"#), r#"Text:"a\"b" Column:`c d`"#);
    assert_eq!(kinds("1.5e-3 1e 2.x"), "Number:1.5e-3 Number:1e Number:2 Unknown:. Name:x");
    assert_eq!(kinds("@größe # über"), "Lexicon:@größe Comment:# über");
}

fn blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

proptest! {
    #[test]
    fn tokens_cover_any_text_but_its_white_space(text in ".{0,60}|[\"`/#@\\\\(\n a1'é]{0,30}") {
        let mut end = 0;
        for token in tokens(&text) {
            prop_assert!(end <= token.span.start && token.span.start < token.span.end);
            prop_assert!(blank(&text[end..token.span.start]));
            end = token.span.end;
        }
        prop_assert!(blank(&text[end..]));
    }

    #[test]
    fn a_text_in_quotes_stands_for_itself(text in any::<String>()) {
        let quoted = quote(&text);
        prop_assert_eq!(tokens(&quoted).len(), 1);
        prop_assert_eq!(text_value(&quoted[1..quoted.len() - 1]), Ok(text));
    }
}
