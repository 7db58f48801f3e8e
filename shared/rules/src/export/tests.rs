use super::*;
use crate::{ColumnDef, ColumnType, Severity, compile};
use insta::assert_snapshot;

const RULES: &str = r#"
lexicon shops = ("amazon", "ebay")

rule check_out "asks readers to look":
  SPAM when text ~ /check.*out/i

rule words:
  SPAM when text has "free" or not (text contains any ("my", "ß") and stars > 2.5)
  HAM when text has exactly @shops

rule measures:
  SPAM when at least 2 of (words(text) < 6, share(text, uppercase) > 0.5, count(text, /!/) >= 3)
  HAM when stars / length(text) > 0.1 and country in ("DE", "at") and posted >= date("2020-01-31")

rule votes:
  HAM when vote(check_out) != SPAM and verified
  SPAM otherwise
"#;

fn schema() -> Schema {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    Schema {
        labels: ["HAM", "SPAM"].map(str::to_owned).to_vec(),
        columns: vec![
            column("text", ColumnType::Text),
            column("title", ColumnType::Text),
            column("country", ColumnType::Category),
            column("stars", ColumnType::Number),
            column("verified", ColumnType::Bool),
            column("posted", ColumnType::Date),
        ],
        sources: vec!["gpt".to_owned()],
        ..Schema::default()
    }
}

fn written(target: Target, text: &str) -> Result<String, Refusals> {
    let schema = schema();
    let sources = [Source { name: "rules", text }];
    let compiled = compile(&sources, &schema);
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:?}", compiled.diagnostics);
    let rules = Rules { sources: &sources, compiled: &compiled, schema: &schema, lexicons: &BTreeMap::new() };
    export(target, &rules, Table::default())
}

/// No run of Spark checks this: what it says is all that is known of it.
#[test]
fn spark_gets_raw_literals_and_expressions_that_look_aside() {
    assert_snapshot!(short(&written(Target::Spark, RULES).unwrap()));
}

#[test]
fn duckdb_gets_expressions_that_take_the_characters_beside_a_word() {
    assert_snapshot!(short(&written(Target::DuckDb, RULES).unwrap()));
}

#[test]
fn snorkel_gets_one_function_a_rule() {
    let module = written(Target::Snorkel, RULES).unwrap();
    let functions = module.split("@labeling_function").skip(1).collect::<Vec<_>>().join("@labeling_function");
    assert_snapshot!(short(&functions));
}

/// Classes of hundreds of characters are told by their beginning.
fn short(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let end = rest[start..].find(']').map_or(rest.len(), |end| start + end);
        let class = &rest[start..end];
        let shown: String = class.chars().take(30).collect();
        short.push_str(&rest[..start]);
        short.push_str(&shown);
        short.push_str(if shown.len() < class.len() { "…" } else { "" });
        rest = &rest[end..];
    }
    short + rest
}

#[test]
fn what_has_no_equal_is_refused_by_name_and_place() {
    let text = concat!(
        "rule middle:\n  SPAM when text ~ /free\\b.*\\bprizes/\n",
        "rule gpt:\n  SPAM when text has \"a\"\n  HAM when prob(\"gpt\", SPAM) > 0.5 or vote(\"gpt\") = HAM\n",
        "rule titles:\n  SPAM when text = title\n",
        "rule phrases:\n  SPAM when count(text, any (\"a b\", \"c\")) > 1\n",
        "rule named:\n  SPAM when vote(gpt) = SPAM\n",
    );
    let refusals = written(Target::DuckDb, text).unwrap_err().0;
    let told: Vec<_> = refusals
        .iter()
        .map(|refusal| {
            (refusal.rule.as_str(), &text[refusal.span.start..refusal.span.end], refusal.construct.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("middle", "/free\\b.*\\bprizes/", "`/free\\b.*\\bprizes/`"),
            ("gpt", "prob(\"gpt\", SPAM)", "`prob(…)`"),
            ("gpt", "vote(\"gpt\")", "`vote(…)`"),
            ("titles", "text = title", "comparing two columns of text"),
            ("phrases", "count(text, any (\"a b\", \"c\"))", "`count(…)`"),
            ("named", "vote(gpt)", "`prob(…)`"),
            ("named", "vote(gpt)", "`vote(…)`"),
        ]
    );
    let postgres = written(Target::Postgres, text).unwrap_err().0;
    assert!(postgres.iter().all(|refusal| refusal.rule != "middle"), "{postgres:?}");
}

#[test]
fn names_and_texts_cannot_break_out_of_their_quotes() {
    let text = "rule a \"two\nlines */ '\":\n  SPAM when text contains \"it's \\\"so\\\" \\\\ -- `x`\"\n";
    let text = text.replace("two\nlines", "two\\nlines");
    for (_, target) in Target::NAMES {
        let written = written(target, &text).unwrap();
        assert!(written.lines().all(|line| !line.starts_with("lines")), "{written}");
    }
    let sql = written(Target::DuckDb, &text).unwrap();
    assert!(sql.contains("[Tt]''[Ssſ] \"[Ssſ][Oo]\" \\\\ -- "), "{sql}");
}
