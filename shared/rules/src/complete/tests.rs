//! What is offered where the cursor, shown as `|`, stands.

use super::*;
use crate::check::test_schema;

/// The offers at `|`, as they would be inserted, and what they replace.
fn offers(marked: &str) -> (String, String) {
    let offset = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let rules = ["other".to_owned()];
    let words = ["free", "freedom", "fresh", "straße"].map(str::to_owned);
    let offers = complete(&text, offset, &test_schema(), Surroundings { rules: &rules, words: &words });
    let replaced = offers.first().map(|first| text[first.replace.start..first.replace.end].to_owned());
    let inserts: Vec<String> = offers.into_iter().map(|offer| offer.insert).collect();
    (inserts.join(" "), replaced.unwrap_or_default())
}

fn inserts(marked: &str) -> String {
    offers(marked).0
}

const COLUMNS: &str = "content author stars `education-num` verified posted embedding text";
const FUNCTIONS: &str = "count( date( length( nearest( prob( share( similar( vote( words(";

#[test]
fn a_line_begins_with_a_label_in_a_rule_and_with_a_keyword_elsewhere() {
    assert_eq!(inserts("|"), "rule lexicon labels augment");
    assert_eq!(offers("ru|"), ("rule lexicon labels augment".to_owned(), "ru".to_owned()));
    assert_eq!(inserts("rule a:\n  |"), "HAM SPAM \"<=50K\" rule lexicon labels augment");
    assert_eq!(inserts("rule a: |"), "HAM SPAM \"<=50K\" rule lexicon labels augment");
    assert_eq!(inserts("rule a:\n  SPAM |"), "when otherwise");
    assert_eq!(inserts("labels HAM, |"), "HAM SPAM \"<=50K\"");
    assert_eq!(inserts("lexicon a = |"), "( file");
    assert_eq!(inserts("rule |"), "");
}

#[test]
fn a_condition_begins_with_columns_and_functions() {
    let expected = format!("{COLUMNS} {FUNCTIONS} not at least");
    for text in
        ["|", "te|", "verified and |", "(|", "at least 2 of (verified, |", "not |", "(verified)\n  or |"]
    {
        assert_eq!(inserts(&format!("rule a:\n  SPAM when {text}")), expected, "{text}");
    }
    assert_eq!(inserts("rule a:\n  SPAM when `edu|"), COLUMNS);
    assert_eq!(offers("rule a:\n  SPAM when `edu|-num` > 3").1, "`edu-num`");
}

#[test]
fn a_term_is_completed_by_frequent_words_of_the_corpus() {
    let condition = |text: &str| inserts(&format!("rule a:\n  SPAM when {text}"));
    assert_eq!(condition(r#"text has "fre|""#), r#""free" "freedom" "fresh""#);
    assert_eq!(condition(r#"text has "FREE|"#), r#""freedom""#);
    assert_eq!(condition(r#"text contains any ("x", "for fr|")"#), r#""for free" "for freedom" "for fresh""#);
    assert_eq!(condition(r#"text has all ("stra|")"#), r#""straße""#);
    assert_eq!(condition(r#"text has "free" within 3 words of "fresh|""#), "");
    for text in [r#"text has "|""#, r#"text has "free |""#, r#"author = "fre|""#, r#"author in ("fre|")"#] {
        assert_eq!(condition(text), "", "{text}");
    }
}

#[test]
fn operators_fit_the_type_of_the_column() {
    let condition = |text: &str| inserts(&format!("rule a:\n  SPAM when {text}"));
    let text = "has contains starts with ends with has prefix has suffix ~ = != in not in is missing and or";
    assert_eq!(condition("text |"), text);
    assert_eq!(condition("verified and text ha|"), text);
    assert_eq!(condition("stars |"), "< <= = != >= > in not in is missing and or");
    assert_eq!(condition("words(text) |"), "< <= = != >= > in not in is missing and or");
    assert_eq!(condition("text has |"), "prefix suffix exactly any ( all ( @brands");
    assert_eq!(condition("text contains exactly |"), "any ( all ( @brands");
    assert_eq!(condition("text is |"), "missing not missing");
    assert_eq!(condition("text starts |"), "with");
    assert_eq!(condition("stars in (1) |"), "and or");
    assert_eq!(condition("text has \"a\" |"), "within and or");
    assert_eq!(condition("text has \"a\" within 3 |"), "words of");
    assert_eq!(condition("text has \"a\" within 3 words of |"), "any ( all ( @brands");
    assert_eq!(condition("text has \"a\" within 3 words of any (\"b\", \"c\") |"), "in order and or");
    assert_eq!(condition("text has \"a\" within 3 words of @brands in order |"), "and or");
    assert_eq!(
        condition("text has \"a\" within 3 words of \"b\" and stars > |").len(),
        condition("stars > |").len()
    );
    assert_eq!(condition("at least 2 |"), "of (");
    assert_eq!(condition("stars > |"), format!("{COLUMNS} {FUNCTIONS} true false"));
}

#[test]
fn names_are_offered_where_they_fit() {
    let condition = |text: &str| {
        inserts(&format!("lexicon shops = (\"a\")\nrule b: HAM otherwise\nrule a:\n  SPAM when {text}"))
    };
    assert_eq!(condition("words(|"), "content author text");
    assert_eq!(
        condition("share(text, |"),
        "uppercase lowercase letters digits spaces punctuation emoji non_ascii"
    );
    assert_eq!(condition("count(text, |"), "any ( @shops @brands");
    assert_eq!(condition("text has @|"), "@shops @brands");
    assert_eq!(condition("vote(|"), "b other \"gpt\"");
    assert_eq!(condition("prob(\"|"), "\"gpt\"");
    assert_eq!(condition("prob(\"gpt\", |"), "HAM SPAM \"<=50K\"");
    assert_eq!(condition("vote(b) = |"), "HAM SPAM \"<=50K\"");
    assert_eq!(condition("vote(b) not in (HAM, |"), "HAM SPAM \"<=50K\"");
}

#[test]
fn a_policy_is_completed_word_by_word() {
    assert_eq!(inserts("augment |"), "train");
    assert_eq!(inserts("augment noisy |"), "train");
    assert_eq!(inserts("augment train|"), "train");
    assert_eq!(inserts("augment train |"), ":");
    assert_eq!(inserts("augment train: 2 |"), "copies of");
    let transformations =
        "swap( delete( insert( replace( typo( case( punctuation( shuffle( eda( drop( jitter( resample(";
    assert_eq!(inserts("augment train: 2 copies of |"), transformations);
    assert_eq!(inserts("augment train: 2 copies of typo(0.1) then sw|"), transformations);
    assert_eq!(inserts("augment train: 2 copies of typo(0.1) |"), "then");
    assert_eq!(inserts("augment train: 2 copies of typo(0.1, |"), COLUMNS);
    assert_eq!(inserts("augment train: 2 copies of insert(0.1, |"), format!("@brands {COLUMNS}"));
    assert_eq!(inserts("augment train: 2 copies of jitter(|"), COLUMNS);
}

#[test]
fn what_is_compared_with_examples_is_offered_as_text_or_vector_with_lexicons_as_examples() {
    assert_eq!(inserts("rule a: SPAM when similar(|"), "content author embedding text");
    assert_eq!(inserts("rule a: SPAM when nearest(|"), "content author embedding text");
    assert_eq!(inserts("rule a: SPAM when similar(embedding, |"), "( @brands");
    assert_eq!(inserts("rule a: SPAM when embedding |"), "is missing and or");
}

#[test]
fn nothing_is_offered_inside_comments_strings_and_regular_expressions() {
    for text in [
        "# ab|",
        "rule a: SPAM when text has \"ab|\"",
        "rule a: SPAM when text ~ /ab|/",
        "rule a: SPAM when stars > 1|",
    ] {
        assert_eq!(inserts(text), "", "{text}");
    }
}
