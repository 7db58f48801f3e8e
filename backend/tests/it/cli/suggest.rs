//! `hunch suggest`.

use super::Folder;
use std::fmt::Write as _;

/// Ten documents of each label, told apart by their words.
fn corpus() -> String {
    let mut corpus = "id,text,label\n".to_owned();
    for n in 0..10 {
        writeln!(corpus, "s{n},check out my channel,SPAM\nh{n},what a lovely song,HAM")
            .expect("a text grows");
    }
    corpus
}

#[test]
fn suggestions_come_from_gold_or_from_the_votes_and_their_text_does_what_they_say() {
    let folder = Folder::with(&[
        ("none.hunch", "labels HAM, SPAM\n"),
        ("one.hunch", "labels HAM, SPAM\nrule song:\n  HAM when text has \"song\"\n"),
        ("corpus.csv", &corpus()),
        ("blacklist.txt", "CHANNEL\ncheck\nmy\nout\n"),
    ]);
    let gold = folder.json("suggest none.hunch corpus.csv --format json");
    let gold = gold.as_array().expect("a list");
    assert_eq!(gold.len(), 2, "{gold:?}");
    let spam = gold.iter().find(|it| it["label_name"] == "SPAM").expect("a suggestion for each label");
    assert_eq!((&spam["votes"], &spam["adds"], &spam["judged"]), (&10.into(), &10.into(), &10.into()));

    let rules = folder.hunch("suggest none.hunch corpus.csv --format rules");
    folder.write("suggested.hunch", &format!("labels HAM, SPAM\n\n{}", rules.out));
    let analyzed = folder.json("analyze suggested.hunch corpus.csv --format json");
    let votes = |rule: &serde_json::Value| rule["votes"].as_u64();
    assert!(analyzed["rules"].as_array().expect("rules").iter().all(|rule| votes(rule) == Some(10)));

    let beside = folder.json("suggest one.hunch corpus.csv --format json");
    assert!(beside.as_array().expect("a list").iter().all(|it| it["label_name"] == "SPAM"), "{beside}");
    let other = folder.json("suggest one.hunch corpus.csv --blacklist blacklist.txt --format json");
    let refused = ["channel", "check", "my", "out"];
    assert!(
        other.as_array().expect("a list").iter().all(|it| !refused.iter().any(|term| it["term"] == **term))
    );

    let model = folder.hunch("suggest none.hunch corpus.csv --by model");
    assert_eq!((model.code, model.err.contains("at least one rule")), (Some(1), true), "{}", model.err);
    assert_eq!(folder.hunch("suggest one.hunch corpus.csv --by model").code, Some(0));
}
