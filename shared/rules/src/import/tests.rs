use super::*;
use crate::{Schema, Severity, Source, compile};
use insta::assert_snapshot;

fn read(text: &str, options: Options<'_>) -> Imported {
    import(text, options, &mut Compiler::default()).unwrap()
}

/// What a person sees of it.
fn shown(text: &str) -> String {
    let imported = read(text, Options::default());
    let schema = Schema {
        columns: vec![crate::ColumnDef { name: "text".to_owned(), kind: crate::ColumnType::Text }],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "imported", text: &imported.rules }], &schema);
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:?}", compiled.diagnostics);
    let skipped: Vec<_> =
        imported.skipped.iter().map(|skipped| format!("line {}: {}", skipped.line, skipped.reason)).collect();
    format!(
        "{}, {} entries\n{}\nskipped:\n{}",
        imported.format.name(),
        imported.entries,
        imported.rules,
        skipped.join("\n")
    )
}

#[test]
fn a_table_of_regular_expressions_becomes_one_rule_a_line_and_names_what_cannot() {
    assert_snapshot!(shown(concat!(
        "label\tregex\n",
        "ham\t( |^)(thanks\\.|thanks)[^\\w]*( |$)\n",
        "spam\thttps?://\tx\n",
        "\n",
        "spam\t(?=look)ahead\n",
        "spam\t\n",
        "spam (no tab)\n",
        "\tfree\n",
        "not sure\ta\n",
    )));
}

#[test]
fn names_in_a_table_are_kept_and_never_given_twice() {
    let taken = BTreeSet::from(["free".to_owned()]);
    let text = "name\tlabel\tregex\nfree\tA\tx\n50% off!\tA\ty\nfree\tB\tz\nrule\tB\tz\n";
    let imported = read(text, Options { taken: Some(&taken), ..Options::default() });
    let names: Vec<_> =
        imported.rules.lines().filter_map(|line| line.strip_prefix("rule ")?.strip_suffix(':')).collect();
    assert_eq!(names, ["free_2", "_50_off", "free_3", "_rule"]);
    let renamed = ["free_2", "free_3"].map(|name| ("free".to_owned(), name.to_owned()));
    assert_eq!(imported.renamed, renamed);
}

#[test]
fn the_label_set_of_the_caller_decides_the_order_and_which_labels_there_are() {
    let labels = ["SPAM", "HAM"].map(str::to_owned);
    let text = "label\tregex\nham\ta\nspam\tb\neggs\tc\n";
    let imported = read(text, Options { labels: &labels, ..Options::default() });
    assert!(imported.rules.starts_with("labels SPAM, HAM\n"));
    assert!(imported.rules.contains("HAM when text ~ /a/i"));
    assert_eq!(imported.labels, labels);
    let reason = "there is no label `eggs`; labels are `SPAM`, `HAM`".to_owned();
    assert_eq!(imported.skipped, [Skipped { line: 4, reason }]);
}

#[test]
fn words_behind_their_labels_become_one_rule_a_label() {
    assert_snapshot!(shown("spam\tfree\nspam\tFREE\nham\tsee you\nspam\twin $$$\nspam\t\nno label here\n"));
}

#[test]
fn a_list_of_words_needs_a_label() {
    let list = "free\n\n click here \n#winning\n";
    let error = import(list, Options::default(), &mut Compiler::default());
    assert_eq!(error, Err(ImportError::NoLabel));
    let imported = read(list, Options { label: Some("SPAM"), ..Options::default() });
    assert!(
        imported.rules.contains("text has any (\"free\", \"click here\", \"#winning\")"),
        "{}",
        imported.rules
    );
    assert_eq!((imported.entries, imported.skipped.len()), (3, 0));
    let table = read("label,keyword\nSPAM,\"free, now\"\n", Options::default());
    assert!(table.rules.contains("text has \"free, now\""), "{}", table.rules);
}

#[test]
fn patterns_of_prodigy_become_phrases_and_expressions() {
    assert_snapshot!(shown(
        r#"{"label": "SPAM", "pattern": [{"lower": "free"}, {"lower": "prize"}]}
{"label": "SPAM", "pattern": [{"LOWER": "winner"}]}
{"label": "SPAM", "pattern": "Click HERE"}
{"label": "HAM", "pattern": [{"lower": {"in": ["good", "great"]}}, {"op": "?"}, {"orth": "Song"}]}
{"label": "SPAM", "pattern": [{"is_digit": true, "op": "+"}, {"lower": "$"}]}
{"label": "SPAM", "pattern": [{"lemma": "win"}]}
{"label": "SPAM", "pattern": [{"lower": "a", "op": "*"}]}
{"label": "SPAM"}
{"pattern": "x"}
{broken
"#
    ));
}

#[test]
fn queries_of_argilla_become_conditions_that_mean_the_same_or_are_refused() {
    assert_snapshot!(shown(
        r#"query,label,description
free prize,SPAM,both words
"""click here"" OR subscrib*",SPAM,
"(free OR win) AND NOT ""see you""",SPAM,
-free +text:offer *ness,HAM,
f?ee*d,SPAM,
free AND win OR prize,SPAM,
free OR NOT win,SPAM,
metadata.lang:en,SPAM,
spelt~,SPAM,
/fre+/,SPAM,
(free,SPAM,
,SPAM,
*,SPAM,
"unclosed,SPAM,
"#
    ));
}

#[test]
fn an_empty_file_or_one_without_its_header_is_an_error_that_says_so() {
    let import = |text: &str, format| {
        let options = Options { format, ..Options::default() };
        import(text, options, &mut Compiler::default()).unwrap_err().to_string()
    };
    assert_eq!(import(" \n", None), "the file is empty");
    let header = import("spam\tfree\n", Some(Format::RegexTable));
    assert_eq!(header, "the first line must name the columns `label` and `regex`, a tab between them");
}
