//! Formatting keeps the tree and the comments, and does nothing the second time.

use super::*;
use crate::ast::arbitrary::file;
use crate::lexer::{Token, TokenKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn tree(text: &str) -> serde_json::Value {
    let (file, diagnostics) = parse(text);
    assert_eq!(diagnostics, [], "{text}");
    serde_json::to_value(file).unwrap()
}

fn comments_of(text: &str) -> Vec<String> {
    let comment = |token: &Token| token.kind == TokenKind::Comment;
    tokens(text).into_iter().filter(comment).map(|token| token.text(text).trim_end().to_owned()).collect()
}

/// What must hold for every text that can be formatted.
fn check(text: &str) -> Result<(), TestCaseError> {
    let Ok(formatted) = format(text) else { return Ok(()) };
    prop_assert_eq!(tree(&formatted), tree(text), "the tree of\n{}\nbecame\n{}", text, formatted);
    let sorted = |text: &str| {
        let mut comments = comments_of(text);
        comments.sort_unstable();
        comments
    };
    prop_assert_eq!(sorted(&formatted), sorted(text), "the comments of\n{}\nbecame\n{}", text, formatted);
    prop_assert_eq!(&format(&formatted).unwrap(), &formatted, "from\n{}", text);
    Ok(())
}

#[test]
fn a_source_comes_out_in_the_canonical_spelling() {
    let text = r#"
# what it is about
labels   HAM,"SPAM" , "<=50K"  # in order
lexicon shops=("amazon","ebay")


# loud
# people
rule loud   "shouts":SPAM when(share( text,uppercase )>0.5 or text has any("a") # why not
  )
 # then
 HAM   otherwise
  # commented out: HAM when x
# of the next rule
rule next:

  SPAM when `a b`+1*-2>=3e20 and not text~/a\/b/i or at   least 2 of(a,b,  c)


  SPAM when text has exactly any ("one long term", "another long term", "a third long term", "the last of them")
  SPAM when verified and text contains "a rather long text" or text starts with "another long text" or stars < 3
# end
"#;
    insta::assert_snapshot!(format(text).unwrap(), @r#"
    # what it is about
    labels HAM, SPAM, "<=50K"  # in order
    lexicon shops = ("amazon", "ebay")

    # loud
    # people
    rule loud "shouts":
      SPAM when (
        share(text, uppercase) > 0.5 or text has any ("a")  # why not
      )
      # then
      HAM otherwise
      # commented out: HAM when x

    # of the next rule
    rule next:
      SPAM when `a b` + 1 * -2 >= 3e20 and not text ~ /a\/b/i or at least 2 of (a, b, c)

      SPAM when text has exactly any (
        "one long term",
        "another long term",
        "a third long term",
        "the last of them"
      )
      SPAM when verified and text contains "a rather long text"
        or text starts with "another long text"
        or stars < 3
    # end
    "#);
    check(text).unwrap();
}

#[test]
fn a_policy_is_broken_before_then_where_it_does_not_fit_or_is_commented() {
    let text = r#"
augment   train:2 copies   of typo( 0.05 )then swap(1)  # as in the issue
# why
augment careful train: 1 copies of replace(0.1,("film","movie")) then insert(0.05, @brands, title) then shuffle( )
augment noisy train: 3 copies of case(0.2) # a little
  then  jitter(`education-num`,0.1)
"#;
    insta::assert_snapshot!(format(text).unwrap(), @r#"
    augment train: 2 copies of typo(0.05) then swap(1)  # as in the issue
    # why
    augment careful train: 1 copy of replace(0.1, ("film", "movie"))
      then insert(0.05, @brands, title)
      then shuffle()
    augment noisy train: 3 copies of case(0.2)  # a little
      then jitter(`education-num`, 0.1)
    "#);
    check(text).unwrap();
}

/// It used to move above the policy without the blank line before it, which the next time added.
#[test]
fn a_comment_in_the_middle_of_a_line_moves_right_above_it() {
    let text = "rule r:\n  A when b\n\naugment train: 5 copies of typo(1 # why\n)\n";
    insta::assert_snapshot!(format(text).unwrap(), @r"
    rule r:
      A when b

    # why
    augment train: 5 copies of typo(1)
    ");
    check(text).unwrap();
}

#[test]
fn a_source_with_errors_is_returned_with_them_and_not_changed() {
    assert_eq!(format("rule a: B when").unwrap_err().len(), 1);
    assert_eq!(format("").unwrap(), "");
    assert_eq!(format("\u{feff}\n\n# only\r\n").unwrap(), "# only\n");
}

/// Puts comments at some of the places where white space stands.
fn with_comments(text: &str, places: &[(prop::sample::Index, bool)]) -> String {
    let code = tokens(text);
    let gaps: Vec<usize> = code.iter().map(|token| token.span.start).chain([text.len()]).collect();
    let mut chosen: Vec<(usize, bool)> =
        places.iter().map(|(place, own)| (*place.get(&gaps), *own)).collect();
    chosen.sort_unstable();
    let mut commented = String::new();
    let mut done = 0;
    for (number, (at, own)) in chosen.into_iter().enumerate() {
        commented.push_str(&text[done..at]);
        commented.push_str(if own { "\n\n # " } else { " # " });
        commented.push_str(&number.to_string());
        commented.push_str(" (\n");
        done = at;
    }
    commented + &text[done..]
}

proptest! {
    #[test]
    fn a_printed_tree_reads_as_the_same_tree(file in file()) {
        let text = print(&file, "");
        prop_assert_eq!(tree(&text), serde_json::to_value(&file).unwrap(), "{}", text);
        prop_assert_eq!(&format(&text).unwrap(), &text);
    }

    #[test]
    fn comments_anywhere_survive(file in file(), places in vec(any::<(prop::sample::Index, bool)>(), 0..6)) {
        check(&with_comments(&print(&file, ""), &places))?;
    }

    #[test]
    fn formatting_any_tokens_a_second_time_changes_nothing(soup in vec(select(SOUP), 0..30)) {
        check(&soup.join(" "))?;
        check(&format!("rule r: A when {}", soup.join(" ")))?;
    }
}

const SOUP: &[&str] = &[
    "rule",
    "labels",
    "lexicon",
    "augment",
    "augment train: 2 copies of typo(0.05)",
    "then swap(1)",
    "copies of",
    "when",
    "otherwise",
    "A when",
    "and",
    "or",
    "not",
    "(",
    ")",
    ",",
    ":",
    "=",
    "<",
    "-",
    "/",
    "~",
    "/x/i",
    "\"t\"",
    "1",
    "a",
    "b",
    "has",
    "contains any",
    "in",
    "is missing",
    "at least 1 of (",
    "words(",
    "@l",
    "# c\n",
    "\n",
    "\n\n  ",
    "\r\n",
    "`c d`",
    "true",
    "date(\"2020-01-31\")",
    "file",
];
