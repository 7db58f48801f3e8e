use super::*;
use hunch_engine::{RuleVotes, TextColumn};
use std::fs;

fn ids(ids: &[&str]) -> TextColumn {
    TextColumn::from_rows(ids.iter().map(|id| Some(*id))).unwrap()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn read(file: &VotesFile) -> Result<Vec<VoteRow>, CorpusError> {
    let (mut rows, mut all) = (file.rows()?, Vec::new());
    while let Some(row) = rows.next()? {
        all.push(row.clone());
    }
    Ok(all)
}

fn opened(
    name: &str,
    text: &str,
    options: &VotesOptions,
) -> Result<(VotesFile, tempfile::TempDir), CorpusError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    Ok((VotesFile::open(&path, options)?, folder))
}

#[test]
fn votes_come_back_from_every_format() {
    let labels = names(&["HAM", "SPAM"]);
    let expected = [
        VoteRow { id: Some("a".into()), gold: 1, votes: vec![-1, 0] },
        VoteRow { id: Some("ä,\"".into()), gold: -1, votes: vec![1, -1] },
        VoteRow { id: Some("c".into()), gold: 0, votes: vec![1, 1] },
    ];
    for name in ["v.csv", "v.parquet", "v.npz"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut writer = VotesWriter::create(&path, &labels, &names(&["x", "y"]), true).unwrap();
        let votes = |votes: [&[i16]; 2]| votes.map(RuleVotes::from_votes).to_vec();
        writer.write(&ids(&["a", "ä,\""]), Some(&[1, -1]), votes([&[-1, 1], &[0, -1]])).unwrap();
        writer.write(&ids(&["c"]), Some(&[0]), votes([&[1], &[1]])).unwrap();
        assert!(!path.exists(), "an incomplete {name} must not be seen");
        writer.finish().unwrap();
        let file =
            VotesFile::open(&path, &VotesOptions { labels: Some(labels.clone()), ..VotesOptions::default() });
        let file = file.unwrap();
        assert_eq!((file.sources(), file.labels(), file.has_gold()), (&*names(&["x", "y"]), &*labels, true));
        assert_eq!(read(&file).unwrap(), expected, "{name}");
        // npz says its labels itself, the others let the largest index count.
        let own = VotesFile::open(&path, &VotesOptions::default()).unwrap();
        let counted = names(if name == "v.npz" { &["HAM", "SPAM"] } else { &["0", "1"] });
        assert_eq!(own.labels(), counted);
    }
}

#[test]
fn without_gold_there_is_no_gold_column() {
    for name in ["v.csv", "v.parquet", "v.npz"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut writer = VotesWriter::create(&path, &names(&["A", "B"]), &names(&["x"]), false).unwrap();
        writer.write(&ids(&["a"]), None, vec![RuleVotes::from_votes(&[1])]).unwrap();
        writer.finish().unwrap();
        let file = VotesFile::open(&path, &VotesOptions::default()).unwrap();
        assert!(!file.has_gold(), "{name}");
        assert_eq!(
            read(&file).unwrap(),
            [VoteRow { id: Some("a".into()), gold: -1, votes: vec![1] }],
            "{name}"
        );
    }
}

#[test]
fn names_and_indexes_mean_the_same() {
    let options = VotesOptions { labels: Some(names(&["no", "yes", "2 stars"])), ..VotesOptions::default() };
    let (file, _folder) = opened("v.csv", "label,a,b\nyes,1,-1\n,no,2 stars\n2,,1.0\n", &options).unwrap();
    let rows = read(&file).unwrap();
    let expected = [(1, [1, -1]), (-1, [0, 2]), (2, [-1, 1])];
    assert_eq!(rows, expected.map(|(gold, votes)| VoteRow { id: None, gold, votes: votes.to_vec() }));
    // A label that is named like another's index: the name counts.
    let options = VotesOptions { labels: Some(names(&["1", "0"])), ..VotesOptions::default() };
    let (file, _folder) = opened("v.csv", "a\n1\n", &options).unwrap();
    assert_eq!(read(&file).unwrap()[0].votes, [0]);
}

#[test]
fn another_gold_column_can_be_named() {
    let options = VotesOptions { gold: Some("truth".into()), ..VotesOptions::default() };
    let (file, _folder) = opened("v.tsv", "a\ttruth\tlabel\n1\t0\t1\n", &options).unwrap();
    assert_eq!((file.sources(), read(&file).unwrap()[0].gold), (&*names(&["a"]), 0));
    assert!(opened("v.csv", "a,label\n1,0\n", &options).is_err());
}

#[test]
fn a_wrong_vote_is_told_with_line_and_column() {
    let refusal = |text: &str, labels: Option<&[&str]>| {
        let options = VotesOptions { labels: labels.map(names), ..VotesOptions::default() };
        let file = opened("v.csv", text, &options);
        file.and_then(|(file, _folder)| read(&file)).unwrap_err().to_string()
    };
    let message = refusal("a,b\n0,1\n1,7\n", Some(&["no", "yes"]));
    assert!(message.contains("line 3: column `b`: `7` is not a label; the labels are no, yes"), "{message}");
    let message = refusal("a,b\n0,spam\n", None);
    assert!(message.contains("line 2: column `b`: `spam` is not a label's index"), "{message}");
    assert!(refusal("a\n-2\n", None).contains("`-2`"));
    assert!(refusal("a\n20000\n", None).contains("limit"));
    assert!(refusal("a\n9223372036854775807\n", None).contains("limit"));
    assert!(refusal("id,label\nx,0\n", None).contains("no votes"));
    assert!(refusal("a\n0\n", Some(&["A", "A"])).contains("`A` is given twice"));
}

#[test]
fn a_rule_named_like_a_column_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.csv");
    let refused = VotesWriter::create(&path, &names(&["A"]), &names(&["label"]), false).err().unwrap();
    assert!(refused.to_string().contains("`label`"));
    let path = folder.path().join("v.txt");
    assert!(VotesWriter::create(&path, &names(&["A"]), &names(&["x"]), false).is_err());
}
