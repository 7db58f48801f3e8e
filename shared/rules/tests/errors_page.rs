//! The page on errors has a section for each code, and its examples have, and have not, the error.

use hunch_rules::{ColumnDef, ColumnType, LexiconDef, Schema, Source, code, compile, explain};

/// The project of the examples in `docs/rule-language.md`; `no_labels` is said where there is no label set.
fn schema(code: &str) -> Schema {
    let columns = [
        ("content", ColumnType::Text),
        ("stars", ColumnType::Number),
        ("verified", ColumnType::Bool),
        ("posted", ColumnType::Date),
        ("embedding", ColumnType::Vector(3)),
    ];
    let labels = if code == code::NO_LABELS { &[][..] } else { &["HAM", "SPAM", "<=50K"] };
    Schema {
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        columns: columns.map(|(name, kind)| ColumnDef { name: name.to_owned(), kind }).to_vec(),
        default_text: Some("content".to_owned()),
        lexicons: vec![LexiconDef { name: "brands".to_owned(), hash: "0".repeat(64) }],
        sources: vec!["gpt".to_owned()],
        ..Schema::default()
    }
}

fn codes(code: &str, text: &str) -> Vec<&'static str> {
    let compiled = compile(&[Source { name: "page", text }], &schema(code));
    compiled.diagnostics.into_iter().map(|found| found.code).collect()
}

#[test]
fn every_code_is_explained_by_an_example_that_has_it_and_one_that_has_not() {
    for &code in code::ALL {
        let section = explain(code).unwrap_or_else(|| panic!("docs/errors.md has no section `{code}`"));
        let examples: Vec<&str> =
            section.split("```hunch\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [wrong, right] = examples[..] else { panic!("`{code}` has {} examples", examples.len()) };
        assert!(codes(code, wrong).contains(&code), "{code}: {:?}", codes(code, wrong));
        assert!(codes(code, right).is_empty(), "{code}: {:?}", codes(code, right));
    }
    assert_eq!(explain("no_such_code"), None);
}

#[test]
fn the_page_has_no_section_of_a_code_that_is_gone() {
    let page = include_str!("../../../docs/errors.md");
    let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections, code::ALL);
}
