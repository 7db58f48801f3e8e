//! The command line on files, run as people run it.

mod agreement;
mod augment;
mod end_model;
mod server;
mod suggest;
mod transfer;

use regex::Regex;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const RULES: &str = "labels HAM, SPAM\n\n\
    rule link:\n  SPAM when text contains \"http\"\n\n\
    rule song:\n  HAM when text contains \"song\"\n\n\
    rule short:\n  HAM when words(text) < 3\n";
const CORPUS: &str = "id,text,label\n\
    a,see http://x now please,1\n\
    b,a song,HAM\n\
    c,song at http://y again,SPAM\n\
    d,nothing to see here at all,\n";

/// A folder with files to run commands in.
struct Folder(TempDir);

/// What a command said, and its exit code.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file to write");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file to read")
    }

    fn hunch(&self, arguments: &str) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_hunch"))
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .expect("the binary to run");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The JSON a command writes, which must succeed.
    fn json(&self, arguments: &str) -> Value {
        let said = self.hunch(arguments);
        assert_eq!(said.code, Some(0), "{arguments}: {}", said.err);
        serde_json::from_str(&said.out).expect("JSON")
    }
}

#[test]
fn check_says_where_an_error_is_and_fails() {
    let folder = Folder::with(&[
        ("good.hunch", RULES),
        ("bad.hunch", "labels A, B\nrule x:\n  C when text has \"y\"\n"),
    ]);
    let good = folder.hunch("check good.hunch");
    assert_eq!(
        (good.code, good.out.as_str(), good.err.as_str()),
        (Some(0), "good.hunch: 3 rules, no errors\n", "")
    );
    let bad = folder.hunch("check good.hunch bad.hunch");
    assert_eq!(bad.code, Some(1));
    assert!(bad.err.starts_with("bad.hunch:3:3: error[unknown_label]: "), "{}", bad.err);
    assert!(bad.err.contains("\n  help: "), "{}", bad.err);
    let missing = folder.hunch("check nowhere.hunch");
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.starts_with("error: cannot read nowhere.hunch"), "{}", missing.err);
    assert_eq!(folder.hunch("check").code, Some(2));
    assert_eq!(folder.hunch("check --no-such-option good.hunch").code, Some(2));
}

#[test]
fn check_without_a_corpus_takes_columns_for_what_they_are_used_as() {
    let rules = "labels A, B\n\
        rule x:\n  A when stars >= 4 and verified and country in (\"DE\", \"AT\") and day > date(\"2026-01-01\")\n\
        rule y:\n  B when words(`the body`) < 3 and vote(\"gpt\") = B and prob(\"gpt\", A) > 0.5\n";
    let folder = Folder::with(&[
        ("open.hunch", rules),
        ("torn.hunch", "labels A\nrule x:\n  A when stars >= 4\n  A when stars has \"y\"\n"),
        ("corpus.csv", CORPUS),
    ]);
    let open = folder.hunch("check open.hunch");
    assert_eq!(open.code, Some(0), "{}", open.err);
    let torn = folder.hunch("check torn.hunch");
    assert_eq!((torn.code, torn.err.contains("error[type]")), (Some(1), true), "{}", torn.err);
    let closed = folder.hunch("check open.hunch --corpus corpus.csv");
    assert_eq!(
        (closed.code, closed.err.contains("error[unknown_column]")),
        (Some(1), true),
        "{}",
        closed.err
    );
}

#[test]
fn fmt_rewrites_what_is_spelled_otherwise_and_nothing_else() {
    let folder = Folder::with(&[
        ("a.hunch", "labels  A,B\nrule x :\n    A when  text has \"y\" # why\n"),
        ("b.hunch", "rule"),
    ]);
    let before = folder.read("a.hunch");
    let checked = folder.hunch("fmt a.hunch --check");
    assert_eq!((checked.code, checked.out.as_str()), (Some(1), "a.hunch\n"));
    assert_eq!(folder.read("a.hunch"), before);
    assert_eq!(folder.hunch("fmt a.hunch").code, Some(0));
    assert!(folder.read("a.hunch").contains("# why"));
    assert_eq!(folder.hunch("fmt a.hunch --check").code, Some(0));
    let broken = folder.hunch("fmt b.hunch");
    assert_eq!((broken.code, folder.read("b.hunch").as_str()), (Some(1), "rule"));
    assert!(broken.err.starts_with("b.hunch:1:"), "{}", broken.err);
}

#[test]
fn rules_become_a_tree_and_a_tree_rules_again() {
    let rules = "labels A, B\n\nrule x:\n  A when text has \"y\" within 2 words of \"z\"\n";
    let folder = Folder::with(&[("a.hunch", rules), ("b.hunch", "rule"), ("c.json", "{\"items\": 1}")]);
    assert_eq!(folder.hunch("tree a.hunch --out a.json").code, Some(0));
    assert_eq!(folder.hunch("tree a.json").out, rules);
    let broken = folder.hunch("tree b.hunch");
    assert_eq!((broken.code, broken.out.as_str()), (Some(1), ""));
    assert!(broken.err.starts_with("b.hunch:1:"), "{}", broken.err);
    let wrong = folder.hunch("tree c.json");
    assert!(wrong.code == Some(1) && wrong.err.contains("c.json"), "{}", wrong.err);
    let published = include_str!("../../../docs/rule-tree.schema.json");
    assert_eq!(folder.hunch("tree --schema").out, published);
}

#[test]
fn a_code_is_explained_and_another_word_is_answered_with_the_codes() {
    let folder = Folder::with(&[]);
    assert!(folder.hunch("explain unknown_label").out.starts_with("The label is not in the label set."));
    let unknown = folder.hunch("explain nonsense");
    assert!(unknown.code == Some(1) && unknown.err.contains("unknown_label"), "{}", unknown.err);
}

#[test]
fn analyze_counts_what_snorkel_counts() {
    let folder = Folder::with(&[("r.hunch", RULES), ("c.csv", CORPUS)]);
    let report = folder.json("analyze r.hunch c.csv --format json");
    let rule = |name: &str, label: &str, [votes, overlaps, conflicts, correct, incorrect]: [u32; 5]| {
        let share = |count: u32| f64::from(count) / 4.0;
        let (accuracy, known) =
            (f64::from(correct) / f64::from(correct + incorrect), correct + incorrect > 0);
        serde_json::json!({
            "name": name, "labels": [label], "votes": votes, "coverage": share(votes), "overlaps": share(overlaps),
            "conflicts": share(conflicts), "correct": correct, "incorrect": incorrect,
            "accuracy": known.then_some(accuracy),
        })
    };
    let rules = [
        rule("link", "SPAM", [2, 1, 1, 2, 0]),
        rule("song", "HAM", [2, 2, 1, 1, 1]),
        rule("short", "HAM", [1, 1, 0, 1, 0]),
    ];
    assert_eq!(report, serde_json::json!({ "rows": 4, "rules": rules }));
    let csv = folder.hunch("analyze r.hunch c.csv --format csv").out;
    assert!(csv.starts_with("name,labels,votes,coverage,"), "{csv}");
    assert!(csv.contains("\nlink,SPAM,2,0.5,0.25,0.25,2,0,1\n"), "{csv}");
    let table = folder.hunch("analyze r.hunch c.csv").out;
    assert!(table.contains("song") && table.ends_with("\n4 documents\n"), "{table}");
}

/// With all words weighing alike, the last document would be alike too.
#[test]
fn texts_are_compared_with_examples_by_weights_counted_over_the_file() {
    let rules = "labels HAM, SPAM\n\nrule alike:\n  SPAM when similar(text, (\"see http now\")) > 0.2\n";
    let folder = Folder::with(&[("r.hunch", rules), ("c.csv", CORPUS)]);
    assert_eq!(folder.hunch("check r.hunch").code, Some(0));
    let applied = folder.hunch("apply r.hunch c.csv --out v.csv");
    assert_eq!((applied.code, applied.err.as_str()), (Some(0), ""));
    assert_eq!(folder.read("v.csv"), "id,label,alike\na,1,1\nb,0,-1\nc,1,1\nd,,-1\n");
}

#[test]
fn vectors_are_compared_with_examples_of_a_lexicon() {
    let rules = "labels HAM, SPAM\n\nrule near_spam:\n  SPAM when similar(embedding, @near_spam, 2) > 0.8\n";
    let folder = Folder::with(&[
        ("r.hunch", rules),
        ("near.txt", "[1, 0.2, 0]\n[1, -0.2, 0]\n[0, 0, 1]\n"),
        ("wrong.txt", "1 2\n"),
        (
            "c.jsonl",
            "{\"id\":\"a\",\"text\":\"x\",\"embedding\":[2,0,0]}\n{\"id\":\"b\",\"text\":\"y\",\"embedding\":[0,1,0.5]}\n\
             {\"id\":\"c\",\"text\":\"z\",\"embedding\":null}\n",
        ),
        ("c.csv", "id,text,embedding\na,x,\"[2, 0, 0]\"\nb,y,\"[0, 1, 0.5]\"\nc,z,\n"),
    ]);
    for corpus in ["c.jsonl", "c.csv"] {
        let said = folder.hunch(&format!("apply r.hunch {corpus} --lexicon near_spam=near.txt --out v.csv"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{corpus}");
        assert_eq!(folder.read("v.csv"), "id,near_spam\na,1\nb,-1\nc,-1\n", "{corpus}");
        let said = folder.hunch(&format!("check r.hunch --corpus {corpus} --lexicon near_spam=near.txt"));
        assert_eq!(said.code, Some(0), "{corpus}: {}", said.err);
    }
    let said = folder.hunch("apply r.hunch c.csv --lexicon near_spam=wrong.txt --out v.csv");
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("`@near_spam`") && said.err.contains("it has 2 numbers, not 3"),
        "{}",
        said.err
    );
}

#[test]
fn errors_in_rules_and_corpus_are_told_by_line() {
    let folder = Folder::with(&[
        ("bad.hunch", "labels A, B\nrule x:\n  A when txet has \"y\"\n"),
        ("r.hunch", RULES),
        ("c.csv", CORPUS),
        ("gold.csv", "text,label\nx,HAM\ny,EGGS\n"),
    ]);
    let rules = folder.hunch("analyze bad.hunch c.csv");
    assert_eq!(rules.code, Some(1));
    assert!(
        rules.err.contains("bad.hunch:3:10: error[unknown_column]")
            && rules.err.contains("nothing was evaluated")
    );
    let gold = folder.hunch("analyze r.hunch gold.csv");
    assert_eq!((gold.code, gold.out.as_str()), (Some(1), ""));
    assert!(gold.err.contains("line 3") && gold.err.contains("EGGS"), "{}", gold.err);
    assert!(folder.hunch("analyze r.hunch c.csv --text nope").err.contains("`nope`"));
    let out = folder.hunch("apply r.hunch c.csv --out votes.txt");
    assert_eq!((out.code, out.err.contains(".npz")), (Some(1), true), "{}", out.err);
}

#[test]
fn votes_say_the_same_in_every_format() {
    let folder = Folder::with(&[("r.hunch", RULES), ("c.csv", CORPUS)]);
    let mut reports = Vec::new();
    for out in ["v.csv", "v.parquet", "v.npz"] {
        let applied = folder.hunch(&format!("apply r.hunch c.csv --out {out}"));
        assert_eq!((applied.code, applied.err.as_str()), (Some(0), ""), "{out}");
        let mut report = folder.json(&format!("fit {out} --labels HAM,SPAM --format json"));
        let models = report["models"].as_array_mut().expect("models");
        for model in models {
            model["seconds"] = Value::Null;
        }
        reports.push(report);
    }
    assert_eq!(
        folder.read("v.csv"),
        "id,label,link,song,short\na,1,1,-1,-1\nb,0,-1,0,0\nc,1,1,0,-1\nd,,-1,-1,-1\n"
    );
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
    assert_eq!(
        (&reports[0]["rows"], &reports[0]["covered"], &reports[0]["patterns"]),
        (&4.into(), &3.into(), &3.into())
    );
}

#[test]
fn lexicons_and_external_sources_reach_the_rules() {
    let rules = "labels NO, YES\nlexicon near = file \"near.txt\"\n\
        rule shops:\n  YES when text has @shops\n\
        rule near:\n  NO when text has @near\n\
        rule model:\n  YES when vote(\"gpt\") = YES and prob(\"gpt\", YES) > 0.8\n";
    let folder = Folder::with(&[
        ("r.hunch", rules),
        ("near.txt", "here\n\nover there\n"),
        ("shops.txt", "amazon\nebay\n"),
        ("c.csv", "id,text\na,buy at Amazon\nb,look over there\nc,nothing\n"),
        ("gpt.csv", "id,gpt:YES,gpt\nc,0.9,YES\na,0.7,1\nx,,\n"),
        ("by_row.csv", "gpt,gpt:YES\n,\n1,0.95\n"),
    ]);
    let run = "apply r.hunch c.csv --lexicon shops=shops.txt --out v.csv --votes";
    assert_eq!(folder.hunch(&format!("{run} gpt.csv")).err, "");
    assert_eq!(folder.read("v.csv"), "id,shops,near,model\na,1,-1,-1\nb,-1,0,-1\nc,-1,-1,1\n");
    let short = folder.hunch(&format!("{run} by_row.csv"));
    assert!(short.err.contains("it has 2 rows, but the corpus has 3"), "{}", short.err);
    folder.write("by_row.csv", "gpt,gpt:YES\n,\n1,0.95\n0,1\n");
    assert_eq!(folder.hunch(&format!("{run} by_row.csv")).err, "");
    assert_eq!(folder.read("v.csv"), "id,shops,near,model\na,1,-1,-1\nb,-1,0,1\nc,-1,-1,-1\n");
    folder.write("gpt.csv", "id,gpt\nx,1\n");
    let strangers = folder.hunch("analyze r.hunch c.csv --lexicon shops=shops.txt --votes gpt.csv");
    assert!(strangers.err.contains("prob") || strangers.err.contains("none of its ids"), "{}", strangers.err);
}

#[test]
fn fit_writes_labels_that_training_can_load() {
    let folder = Folder::with(&[("v.csv", "id,label,x,y\na,yes,yes,yes\nb,no,no,\nc,,-1,\nd,no,yes,no\n")]);
    let report = folder.json("fit v.csv --labels no,yes --model majority --out l.csv --format json");
    assert_eq!(
        folder.read("l.csv").lines().take(4).collect::<Vec<_>>(),
        ["id,label,p_no,p_yes", "a,yes,0,1", "b,no,1,0", "c,,0.5,0.5"]
    );
    let model = &report["models"][0];
    assert_eq!((&model["name"], &model["default"]), (&"majority".into(), &false.into()));
    assert_eq!(
        (model["accuracy"].as_f64(), model["accuracy_covered"].as_f64()),
        (Some(2.5 / 3.0), Some(2.5 / 3.0))
    );
    assert_eq!(model["sources"][1], serde_json::json!({ "name": "y", "accuracy": 0.75 }));
    let learned = folder.hunch("fit v.csv --labels no,yes --use-gold --out l.csv");
    assert!(learned.out.contains("have learned from"), "{}", learned.out);
    assert!(folder.read("l.csv").ends_with("d,no,1,0\n"));
    assert_eq!(folder.hunch("fit v.csv --labels no,yes --out l.parquet").code, Some(0));
    let again = folder.hunch("fit v.csv");
    assert!(
        again.err.contains("line 2: column `label`: `yes`") || again.err.contains("--labels"),
        "{}",
        again.err
    );
    let balance = folder.hunch("fit v.csv --labels no,yes --balance 0.2,0.3,0.5");
    assert_eq!((balance.code, balance.err.contains("3 shares")), (Some(1), true), "{}", balance.err);
    assert_eq!(folder.hunch("fit v.csv --model naive").code, Some(2));
}

#[test]
fn order_of_rows_and_sources_changes_no_score() {
    let folder = Folder::with(&[
        ("a.csv", "id,label,x,y,z\na,1,1,1,-1\nb,0,0,1,0\nc,1,-1,1,-1\nd,0,0,-1,-1\ne,1,1,0,-1\n"),
        ("b.csv", "z,id,y,x,label\n-1,e,0,1,1\n-1,d,-1,0,0\n-1,c,1,-1,1\n0,b,1,0,0\n-1,a,1,1,1\n"),
    ]);
    let scores = |file: &str| -> Vec<Value> {
        let report = folder.json(&format!("fit {file} --format json"));
        let models = report["models"].as_array().cloned().unwrap_or_default();
        let scores = ["accuracy", "accuracy_covered", "macro_f1", "f1", "log_loss", "brier", "prior"];
        models.iter().flat_map(|model| scores.map(|score| model[score].clone())).collect()
    };
    assert_eq!(scores("a.csv"), scores("b.csv"));
}

/// Where the real data lie; none, with a message, if they are not there.
#[expect(clippy::print_stdout, reason = "a test that proves nothing says so")]
fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUNCH_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no HUNCH_DATA ({} is not there)", folder.display());
    None
}

#[test]
fn youtube_counts_equal_those_of_a_few_lines_of_other_code() {
    let Some(data) = data("youtube") else { return };
    let rules = "labels HAM, SPAM\n\
        rule my:\n  SPAM when text contains \"my\"\n\
        rule subscribe:\n  SPAM when text contains \"subscribe\"\n\
        rule link:\n  SPAM when text contains \"http\"\n\
        rule please:\n  SPAM when text has any (\"please\", \"plz\")\n\
        rule check_out:\n  SPAM when text ~ /check.*out/i\n\
        rule song:\n  HAM when text contains \"song\"\n\
        rule short:\n  HAM when words(text) < 6\n";
    let folder = Folder::with(&[("r.hunch", rules)]);
    let csv_path = data.join("text_train.csv");
    let report = folder.json(&format!("analyze r.hunch {} --format json", csv_path.display()));

    let patterns = ["my", "subscribe", "http", r"\b(please|plz)\b", "check.*out", "song"];
    let patterns = patterns.map(|pattern| Regex::new(&format!("(?i){pattern}")).expect("a pattern"));
    let word = Regex::new(r"\w+").expect("a pattern");
    let mut reader = csv::Reader::from_path(&csv_path).expect("the corpus");
    let text_column =
        reader.headers().expect("a header").iter().position(|name| name == "text").expect("a text");
    let votes: Vec<[i8; 7]> = reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            let text = &record[text_column];
            let mut row = [-1; 7];
            for (vote, (pattern, label)) in row.iter_mut().zip(patterns.iter().zip([1, 1, 1, 1, 1, 0])) {
                *vote = if pattern.is_match(text) { label } else { -1 };
            }
            row[6] = if word.find_iter(text).count() < 6 { 0 } else { -1 };
            row
        })
        .collect();
    assert_eq!(report["rows"], votes.len());
    let share = |holds: &dyn Fn(&[i8; 7]) -> bool| {
        votes.iter().filter(|row| holds(row)).count() as f64 / votes.len() as f64
    };
    for own in 0..7 {
        let others = |row: &[i8; 7]| {
            row.iter().enumerate().filter(|(other, vote)| *other != own && **vote >= 0).count()
        };
        let differ = |row: &[i8; 7]| row.iter().any(|vote| *vote >= 0 && *vote != row[own]);
        let rule = &report["rules"][own];
        assert_eq!(rule["coverage"], share(&|row| row[own] >= 0), "{rule}");
        assert_eq!(rule["overlaps"], share(&|row| row[own] >= 0 && others(row) > 0), "{rule}");
        assert_eq!(rule["conflicts"], share(&|row| row[own] >= 0 && differ(row)), "{rule}");
    }
}

#[test]
fn a_crowd_is_taken_for_people() {
    let Some(data) = data("crowd/rte") else { return };
    let mut reader = csv::Reader::from_path(data.join("label.csv")).expect("answers");
    let answers: Vec<[usize; 3]> = reader.deserialize().map(|row| row.expect("an answer")).collect();
    let mut truth = csv::Reader::from_path(data.join("truth.csv")).expect("truth");
    let truth: Vec<[usize; 2]> = truth.deserialize().map(|row| row.expect("a truth")).collect();
    let workers = answers.iter().map(|answer| answer[1]).max().unwrap_or(0) + 1;
    let names: Vec<String> = (0..workers).map(|worker| format!("w{worker:03}")).collect();
    let mut lines = vec![format!("id,label,{}", names.join(","))];
    for [item, gold] in truth {
        let mut row = vec![String::new(); workers];
        for answer in answers.iter().filter(|answer| answer[0] == item) {
            row[answer[1]] = answer[2].to_string();
        }
        lines.push(format!("{item},{gold},{}", row.join(",")));
    }
    let folder = Folder::with(&[("v.csv", &lines.join("\n"))]);
    let report = folder.json("fit v.csv --format json");
    assert_eq!((&report["rows"], &report["source_kind"]), (&800.into(), &"people".into()));
    let accuracy = |name: &str| {
        let models = report["models"].as_array().expect("models");
        let model = models.iter().find(|model| model["name"] == name).expect("the model");
        format!("{:.2}", model["accuracy"].as_f64().unwrap_or_default() * 100.0)
    };
    assert_eq!((accuracy("majority").as_str(), accuracy("dawid-skene").as_str()), ("89.69", "92.75"));
}
