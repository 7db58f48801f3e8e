//! The rules that are measured.

use std::{collections::BTreeSet, sync::Arc};

use hunch_engine::{Lexicon, Lexicons, Program};
use hunch_rules::{
    ColumnDef, ColumnType, LexiconDef, Schema, Source, compile, lexicon_hash, normalize_terms,
};

use crate::corpus::Corpus;

/// Ten of literals and words, six of regular expressions, two of lexicons, two of attributes.
/// `appliers.py` has a Python function for each.
pub(crate) const MIXED: [(&str, &str); 20] = [
    ("subscribe", r#"SPAM when text contains "subscribe""#),
    ("http", r#"SPAM when text contains "http""#),
    ("www", r#"SPAM when text contains "www.""#),
    ("song", r#"HAM when text contains "song""#),
    ("call_now", r#"SPAM when text contains any ("call now", "text stop", "reply yes")"#),
    ("my", r#"SPAM when text has "my""#),
    ("free", r#"SPAM when text has "free""#),
    ("please", r#"SPAM when text has any ("please", "plz")"#),
    (
        "prizes",
        r#"SPAM when text has any ("win", "won", "prize", "cash", "claim", "urgent", "guaranteed", "award")"#,
    ),
    ("thanks", r#"HAM when text has any ("love", "thanks", "sorry")"#),
    ("check_out", r"SPAM when text ~ /check.*out/i"),
    ("url", r"SPAM when text ~ /https?:\/\/\S+/"),
    ("call_free", r"SPAM when text ~ /( |^)(call|ringtone)[^\w]* ([^\s]+ )*(free)[^\w]*( |$)/i"),
    ("offers", r"SPAM when text ~ /\b(?:winner|offers?|voucher|bonus)\b/i"),
    ("number", r"SPAM when text ~ /[0-9]{5,}/"),
    ("price", r"SPAM when text ~ /£ ?[0-9]+/"),
    ("names", "HAM when text has @names"),
    ("shops", "SPAM when text has @shops"),
    ("stars", r#"HAM when stars >= 4 and country in ("DE", "AT")"#),
    ("low", r#"SPAM when stars < 2 or country = "IN""#),
];

/// Labels as [`MIXED`] votes them.
pub(crate) const LABELS: [&str; 2] = ["HAM", "SPAM"];

/// A lexicon of `size` words: `real` of them are some of the corpus, the others are made up.
pub(crate) fn lexicon(corpus: &Corpus, seed: usize, real: usize, size: usize) -> Vec<String> {
    let words: BTreeSet<String> = corpus
        .texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| word.len() > 4)
        .map(str::to_ascii_lowercase)
        .collect();
    let step = words.len() / real;
    let real_words = words.into_iter().skip(seed).step_by(step).take(real);
    let made_up = (0..).map(|n: usize| format!("{}{}", ["ann", "shop", "brand", "mc"][n % 4], n * 7 + seed));
    normalize_terms(real_words.chain(made_up).take(size))
}

/// The lexicons of [`MIXED`].
pub(crate) fn lexicons(corpus: &Corpus) -> [(&'static str, Vec<String>); 2] {
    [("names", lexicon(corpus, 1, 300, 10_000)), ("shops", lexicon(corpus, 2, 200, 10_000))]
}

/// Compiles a rule for each clause.
pub(crate) fn programs(clauses: &[&str], lexicons: &[(&str, Vec<String>)]) -> Vec<Program> {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    let hashed: Vec<_> = lexicons.iter().map(|(name, terms)| (name, lexicon_hash(terms), terms)).collect();
    let schema = Schema {
        labels: LABELS.map(str::to_owned).to_vec(),
        columns: vec![
            column("text", ColumnType::Text),
            column("country", ColumnType::Category),
            column("stars", ColumnType::Number),
        ],
        lexicons: hashed
            .iter()
            .map(|(name, hash, _)| LexiconDef { name: (**name).to_owned(), hash: hash.clone() })
            .collect(),
        ..Schema::default()
    };
    let terms: Lexicons =
        hashed.into_iter().map(|(_, hash, terms)| (hash, Arc::new(Lexicon::new(terms.clone())))).collect();
    let rules: Vec<_> =
        clauses.iter().enumerate().map(|(n, clause)| format!("rule r{n}: {clause}")).collect();
    let source = rules.join("\n");
    let compiled = compile(&[Source { name: "bench", text: &source }], &schema);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled.rules.iter().map(|rule| Program::compile(&rule.plan, &terms).unwrap()).collect()
}
