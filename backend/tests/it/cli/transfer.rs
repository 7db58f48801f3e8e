//! `import-rules` and `export-rules`.

use super::Folder;
use std::fs;
use std::path::PathBuf;

const TABLE: &str = "label\tregex\nham\tsee you\nspam\tfree( now)?\neggs\tx\nspam\t(?=look)\n";

#[test]
fn import_rules_writes_what_it_can_and_names_the_other_lines() {
    let folder = Folder::with(&[("rules.tsv", TABLE)]);
    let said = folder.hunch("import-rules rules.tsv --labels spam,ham --out rules.hunch");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        folder.read("rules.hunch"),
        "labels spam, ham\n\nrule rule_1:\n  ham when text ~ /see you/i\n\nrule rule_2:\n  spam when text ~ /free( now)?/i\n"
    );
    assert!(said.err.contains("rules.tsv:4: skipped: there is no label `eggs`"), "{}", said.err);
    assert!(said.err.contains("rules.tsv:5: skipped: "), "{}", said.err);
    let words = Folder::with(&[("words.txt", "free\n")]);
    let said = words.hunch("import-rules words.txt --out rules.hunch");
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("stand without a label"), "{}", said.err);
    assert!(!words.path("rules.hunch").exists());
}

#[test]
fn the_imported_expressions_of_sms_vote_as_published_cell_by_cell() {
    let data = std::env::var_os("HUNCH_DATA")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").into(), PathBuf::from);
    if !data.is_dir() {
        println!("skipped: no HUNCH_DATA");
        return;
    }
    let folder = Folder::with(&[]);
    let table = data.join("sms/rules.tsv");
    let import = format!("import-rules {} --labels ham,spam --out rules.hunch", table.display());
    let said = folder.hunch(&import);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for split in ["train", "valid", "test"] {
        let texts = data.join(format!("sms/text_{split}.csv"));
        let said = folder.hunch(&format!("apply rules.hunch {} --out votes.csv", texts.display()));
        assert_eq!(said.code, Some(0), "{}", said.err);
        let packed = fs::File::open(data.join(format!("sms/votes_re_{split}.csv.gz"))).expect("votes");
        let (names, expected) = columns(flate2::read::GzDecoder::new(packed));
        let (found_names, found) = columns(fs::File::open(folder.path("votes.csv")).expect("votes"));
        assert_eq!(found_names, names);
        assert_eq!(found, expected, "{split}");
    }
}

/// The names of the sources of a votes file, and the cells of each row: -1 or the index of a label.
fn columns(file: impl std::io::Read) -> (Vec<String>, Vec<Vec<i16>>) {
    let mut reader = csv::Reader::from_reader(file);
    let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let first = names.iter().position(|name| name.starts_with("rule_")).expect("rules");
    let cell = |cell: &str| match cell {
        "ham" => 0,
        "spam" => 1,
        index => index.parse().expect("a vote"),
    };
    let rows = reader.records().map(|record| record.expect("a row").iter().skip(first).map(cell).collect());
    let rows = rows.collect();
    (names[first..].to_vec(), rows)
}

#[test]
fn export_rules_refuses_with_the_place_and_writes_the_others_if_asked() {
    let rules = "labels A, B\n\nrule one:\n  A when text has \"free\"\n\nrule two:\n  B when prob(\"gpt\", A) > 0.5\n";
    let folder = Folder::with(&[("rules.hunch", rules)]);
    let said = folder.hunch("export-rules rules.hunch --to duckdb --out rules.sql");
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("rules.hunch:7:10: refused in rule `two`: `prob(…)`: "), "{}", said.err);
    assert!(!folder.path("rules.sql").exists());
    let said = folder.hunch("export-rules rules.hunch --to postgres --partial --table comments --id key");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("FROM \"comments\"") && said.out.contains("AS \"one\""), "{}", said.out);
    assert!(!said.out.contains("AS \"two\""), "{}", said.out);
    let said = folder.hunch("export-rules rules.hunch --to snorkel --partial");
    assert!(said.out.contains("def one(row):"), "{}", said.out);
}
