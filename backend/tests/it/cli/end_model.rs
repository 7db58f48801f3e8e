//! `hunch train` and `hunch predict`, run as people run them.

use super::Folder;
use std::fmt::Write as _;

/// A corpus in which "free" and "song" tell the label, rules that know only a part of it, and the labels they give.
fn corpus() -> Folder {
    let mut text = "id,text,stars\n".to_owned();
    for row in 0..120 {
        let words = ["lovely song melody", "free money offer"][row % 2];
        let rule = if row % 3 == 0 { ["tune", "http"][row % 2] } else { "" };
        writeln!(text, "d{row},{words} {rule} number{row},{}", row % 5).expect("a line");
    }
    let rules = "labels HAM, SPAM\nrule link:\n  SPAM when text has \"http\"\nrule tune:\n  HAM when text has \"tune\"\n";
    let folder = Folder::with(&[("c.csv", &text), ("r.hunch", rules)]);
    assert_eq!(folder.hunch("apply r.hunch c.csv --out v.csv").code, Some(0));
    assert_eq!(folder.hunch("fit v.csv --labels HAM,SPAM --out l.csv").code, Some(0));
    folder
}

#[test]
fn an_end_model_labels_what_no_rule_covers() {
    let folder = corpus();
    let report = folder.json("train c.csv --labels-from l.csv --columns text --out m.model --format json");
    assert_eq!((&report["documents"], &report["labeled"]), (&120.into(), &40.into()));
    let said = folder.hunch("predict m.model c.csv --out p.csv");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let predicted = folder.read("p.csv");
    assert!(predicted.starts_with("id,label,p_HAM,p_SPAM\n"), "{predicted}");
    for (row, line) in predicted.lines().skip(1).enumerate() {
        let expected = format!("d{row},{},", ["HAM", "SPAM"][row % 2]);
        assert!(line.starts_with(&expected), "{line}");
    }
    let again = folder.json("train c.csv --labels-from l.csv --columns text --out n.model --format json");
    assert_eq!(again, report, "equal documents and labels make an equal model");
    let why = folder.hunch("predict m.model c.csv --explain d1 --top 3");
    assert!(why.out.starts_with("d1: SPAM 0."), "{}", why.out);
    assert!(why.out.contains("everything else") && why.out.contains("prior"), "{}", why.out);
}

#[test]
fn what_does_not_fit_together_is_named() {
    let folder = corpus();
    folder.write("other.csv", "id,label,p_HAM,p_SPAM\nx,HAM,0.9,0.1\n");
    folder.write("votes.csv", "id,a\nx,0\n");
    folder.write("bad.csv", "id,label,p_HAM,p_SPAM\nd1,HAM,0.9,1.5\n");
    folder.write("plain.csv", "id,body\nd1,hello there\n");
    let message = |arguments: &str| {
        let said = folder.hunch(arguments);
        assert_eq!(said.code, Some(1), "{arguments}");
        said.err
    };
    let strange = message("train c.csv --labels-from other.csv --out m.model");
    assert!(strange.contains("none of the 1 labeled documents of other.csv is in the corpus"), "{strange}");
    let votes = message("train c.csv --labels-from votes.csv --out m.model");
    assert!(votes.contains("it has no column `p_LABEL`"), "{votes}");
    let bad = message("train c.csv --labels-from bad.csv --out m.model");
    assert!(bad.contains("bad.csv, line 2: column `p_SPAM`: a probability must be 0 to 1"), "{bad}");
    let column = message("train c.csv --labels-from l.csv --columns colour --out m.model");
    assert!(column.contains("there is no column `colour` to learn from"), "{column}");
    assert!(!folder.path("m.model").exists(), "nothing is left of what failed");
    let not_one = message("predict c.csv c.csv --out p.csv");
    assert!(not_one.contains("c.csv cannot be used: not an end model"), "{not_one}");
    assert_eq!(folder.hunch("train c.csv --labels-from l.csv --columns text --out m.model").code, Some(0));
    let lacking = message("predict m.model plain.csv --out p.csv");
    assert!(lacking.contains("the documents have no column `text`"), "{lacking}");
    assert!(message("predict m.model c.csv --explain nobody").contains("no document with the id `nobody`"));
}
