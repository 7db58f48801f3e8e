//! `hunch augment` on files.

use super::Folder;
use serde_json::Value;

const POLICY: &str = "lexicon synonyms = (\"film|movie\")\n\
    augment train: 2 copies of swap(1)\n\
    augment stars train: 1 copy of jitter(stars, 0.5) then replace(1, @synonyms)\n";
const CORPUS: &str = "id,text,split,label,stars\n\
    a,a good film for all,train,HAM,1\n\
    b,never look at this one,test,SPAM,2\n\
    c,the film I loved most,train,HAM,5\n";

fn rows(folder: &Folder, name: &str) -> Vec<Value> {
    folder.read(name).lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

#[test]
fn copies_are_made_of_train_rows_only_and_say_where_they_come_from() {
    let folder = Folder::with(&[("policy.hunch", POLICY), ("corpus.csv", CORPUS)]);
    let said = folder.hunch("augment policy.hunch corpus.csv --text text --seed 3 --out copies.jsonl");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert!(said.err.contains("6 copies of 2 train documents"), "{}", said.err);
    let rows = rows(&folder, "copies.jsonl");
    let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["a~augment~1", "a~augment~2", "c~augment~1", "c~augment~2", "a~stars~1", "c~stars~1"]);
    let first = &rows[0];
    assert_eq!(
        (&first["parent"], &first["policy"], &first["seed"]),
        (&"a".into(), &"augment".into(), &"3".into())
    );
    assert_eq!(first["parameters"], "augment train: 2 copies of swap(1)");
    assert_eq!(
        (&first["label"], &first["split"], &first["stars"]),
        (&"HAM".into(), &"train".into(), &1.0.into())
    );
    assert_ne!(first["text"], "a good film for all");
    assert_eq!(rows[4]["text"], "a good movie for all");
}

#[test]
fn the_same_seed_gives_the_same_file_and_originals_come_first() {
    let folder = Folder::with(&[("policy.hunch", POLICY), ("corpus.csv", CORPUS)]);
    for (name, seed) in [("one.csv", 1), ("again.csv", 1), ("other.csv", 2)] {
        let said =
            folder.hunch(&format!("augment policy.hunch corpus.csv --originals --seed {seed} --out {name}"));
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    let one = folder.read("one.csv");
    assert_eq!(one, folder.read("again.csv"));
    assert_ne!(one, folder.read("other.csv"));
    let lines: Vec<&str> = one.lines().collect();
    assert_eq!(lines[0], "id,parent,policy,parameters,seed,split,label,text,stars");
    assert_eq!(lines[1], "a,,,,,train,HAM,a good film for all,1");
    assert_eq!(lines.len(), 1 + 3 + 6);
}

#[test]
fn what_cannot_be_made_is_told_and_writes_no_file() {
    let folder = Folder::with(&[
        ("test.hunch", "augment test: 1 copy of swap(1)\n"),
        ("none.hunch", "labels A\n"),
        ("policy.hunch", POLICY),
        ("corpus.csv", CORPUS),
    ]);
    let refused = folder.hunch("augment test.hunch corpus.csv --out copies.csv");
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("only `train` is augmented, never `test`"), "{}", refused.err);
    let none = folder.hunch("augment none.hunch corpus.csv --out copies.csv");
    assert!(none.err.contains("has no `augment` line"), "{}", none.err);
    let ending = folder.hunch("augment policy.hunch corpus.csv --out copies.txt");
    assert!(ending.err.contains("must end with .csv, .jsonl or .parquet"), "{}", ending.err);
    assert!(!folder.path("copies.csv").exists());
}
