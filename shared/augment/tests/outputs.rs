//! Outputs of every transformation on texts of many scripts, the same natively and in WebAssembly (under Node), and
//! the examples of the page on augmentation.
//!
//! ```text
//! cargo test -p hunch-augment --test outputs
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//!     cargo test -p hunch-augment --test outputs --target wasm32-unknown-unknown
//! ```

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use hunch_augment::{Augmenter, Parameters};
use hunch_engine::{Bitset, Chunk, Column, ColumnData, Lexicons, Split, TextColumn};
use hunch_rules::{ColumnDef, ColumnType, Policy, Schema, Source, compile};
use std::fmt::Write as _;

const TEXTS: [&str; 7] = [
    "Check out my new channel, it has the best music videos! Please subscribe. Thanks",
    "I watched this film 3 times; a good movie :)",
    "Ce café n'est pas très cher… On y va?",
    "שלום לכולם! זה סרט טוב מאוד.",
    "我喜欢这首歌。太好听了！ 再来一次",
    "नमस्ते दुनिया, यह गाना बहुत अच्छा है।",
    "Love it ❤\u{fe0f} 👩\u{200d}👩\u{200d}👧 e\u{301}te\u{301} 👍🏽 STRASSE groß",
];

const POLICIES: &str = r#"
lexicon synonyms = ("film|movie|motion picture", "good|great|fine", "best|finest", "music|songs")
augment swap train: 2 copies of swap(1)
augment swaps train: 2 copies of swap(0.3)
augment delete train: 2 copies of delete(0.2)
augment insert train: 2 copies of insert(0.2, ("wow", "so much"))
augment replace train: 2 copies of replace(1, @synonyms)
augment typo train: 3 copies of typo(0.1)
augment case train: 2 copies of case(0.4)
augment punctuation train: 2 copies of punctuation(0.4)
augment shuffle train: 2 copies of shuffle()
augment eda train: 4 copies of eda(0.2, @synonyms)
augment eda_alone train: 2 copies of eda(0.2)
augment chain train: 2 copies of typo(0.05) then swap(1)
augment drop train: 2 copies of drop(0.5)
augment jitter train: 2 copies of jitter(stars, 0.5) then jitter(weight, 0.1)
augment resample train: 2 copies of resample(country)
"#;

/// Some documents with attributes.
fn chunk() -> Chunk {
    let column = |name: &str, data| Column { name: name.to_owned(), data };
    let rows = TEXTS.len();
    let number = |row: usize| (row != 2).then_some(row);
    Chunk {
        rows,
        ids: TextColumn::from_rows((0..rows).map(|row| Some(row.to_string()))).unwrap(),
        splits: vec![Split::Train; rows],
        columns: vec![
            column("text", ColumnData::Text(TextColumn::from_rows(TEXTS.map(Some)).unwrap())),
            column("stars", ColumnData::Number((0..rows).map(|row| number(row).map(|x| x as f64)).collect())),
            column(
                "weight",
                ColumnData::Number((0..rows).map(|row| number(row).map(|x| x as f64 / 7.0)).collect()),
            ),
            column(
                "country",
                ColumnData::Category(
                    TextColumn::from_rows((0..rows).map(|row| number(row).map(|x| ["DE", "AT"][x % 2])))
                        .unwrap(),
                ),
            ),
            column("verified", ColumnData::Bool((0..rows).map(|row| number(row).map(|x| x > 3)).collect())),
        ],
        ..Chunk::default()
    }
}

fn policies(text: &str) -> Vec<Policy> {
    let columns = [
        ("text", ColumnType::Text),
        ("stars", ColumnType::Number),
        ("weight", ColumnType::Number),
        ("country", ColumnType::Category),
        ("verified", ColumnType::Bool),
    ];
    let columns = columns.map(|(name, kind)| ColumnDef { name: name.to_owned(), kind }).to_vec();
    let schema = Schema { columns, default_text: Some("text".to_owned()), ..Schema::default() };
    let compiled = compile(&[Source { name: "test", text }], &schema);
    assert_eq!(compiled.diagnostics, [], "{text}");
    compiled.policies.into_iter().map(|compiled| compiled.policy).collect()
}

/// The copies of all documents, cell by cell.
fn outputs(policy: &Policy, chunk: &Chunk) -> String {
    let parameters = Parameters::measure(policy, chunk, &Bitset::full(chunk.rows));
    let augmenter = Augmenter::new(policy, &Lexicons::new(), &parameters, 42).unwrap();
    let rows: Vec<usize> = (0..chunk.rows).collect();
    let variants = augmenter.variants(chunk, &rows).unwrap();
    assert_eq!(variants.chunk.check(), Ok(()));
    let mut out = String::new();
    for (row, parent) in variants.parents.iter().enumerate() {
        write!(out, "{}", variants.chunk.ids.get(row).unwrap()).unwrap();
        for column in &variants.chunk.columns {
            let cell = match &column.data {
                ColumnData::Text(it) | ColumnData::Category(it) => it.get(row).map(|it| format!("{it:?}")),
                ColumnData::Number(it) => it.get(row).map(|it| format!("{it:?}")),
                ColumnData::Bool(it) => it.get(row).map(|it| it.to_string()),
                ColumnData::Date(it) => it.get(row).map(|it| it.to_string()),
                ColumnData::Vector(it) => it.get(row).map(|it| format!("{it:?}")),
            };
            write!(out, "  {}", cell.unwrap_or_else(|| "missing".to_owned())).unwrap();
        }
        assert_eq!(*parent, row / policy.copies as usize);
        out.push('\n');
    }
    out
}

fn all() -> String {
    let chunk = chunk();
    let shown =
        policies(POLICIES).into_iter().map(|policy| format!("{}\n{}", policy.name, outputs(&policy, &chunk)));
    shown.collect::<Vec<_>>().join("\n")
}

/// In WebAssembly there are no files: the snapshot is compiled in.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn copies_are_the_same_everywhere_to_the_bit() {
    let snapshot = include_str!("snapshots/outputs__copies_are_the_same_everywhere_to_the_bit.snap");
    let expected = snapshot.splitn(3, "---\n").nth(2).unwrap();
    assert_eq!(all().trim_end(), expected.trim_end());
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn copies_are_the_same_everywhere_to_the_bit() {
    insta::assert_snapshot!(all());
}

/// The page's examples: a block of the language, then a block with a text and what becomes of it.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_page_shows_what_becomes_of_its_examples() {
    let page = include_str!("../../../docs/augmentation.md");
    let mut examples = 0;
    for example in page.split("```hunch\n").skip(1) {
        let (source, rest) = example.split_once("```").unwrap();
        let Some(shown) =
            rest.trim_start().strip_prefix("```text\n").and_then(|rest| rest.split("```").next())
        else {
            continue;
        };
        let text = shown.lines().next().unwrap();
        let chunk = Chunk {
            rows: 1,
            ids: TextColumn::from_rows([Some("1")]).unwrap(),
            splits: vec![Split::Train],
            columns: vec![Column {
                name: "text".to_owned(),
                data: ColumnData::Text(TextColumn::from_rows([Some(text)]).unwrap()),
            }],
            ..Chunk::default()
        };
        let policy = policies(source).remove(0);
        let augmenter = Augmenter::new(&policy, &Lexicons::new(), &Parameters::default(), 1).unwrap();
        let variants = augmenter.variants(&chunk, &[0]).unwrap().chunk;
        let copies = variants.text_column("text").unwrap();
        let lines: Vec<String> =
            (0..variants.rows).map(|row| format!("→ {}\n", copies.get(row).unwrap())).collect();
        let lines = lines.concat();
        assert_eq!(shown, format!("{text}\n{lines}"), "{source}");
        examples += 1;
    }
    assert!(examples >= 10, "{examples} examples");
}
