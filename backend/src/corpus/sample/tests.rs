use super::*;
use hunch_engine::{Bitset, Evaluator, Lexicon, Lexicons, Program, RuleFigures, count};
use hunch_protocol::label_names;
use hunch_rules::{ColumnDef, LexiconDef, Schema, Source, compile, lexicon_hash, normalize_terms};
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
fn the_sample_is_the_same_on_every_machine() {
    let sample = generate().unwrap();
    let hashes: Vec<String> = sample.chunks.iter().map(Chunk::hash).collect();
    let again: Vec<String> = generate().unwrap().chunks.iter().map(Chunk::hash).collect();
    assert_eq!(hashes, again);
    assert_eq!(hashes, ["abcdd5b92245b958bab2e02de2ed94cfebf608645d3dd3244b4f8408dd404955"]);
}

#[test]
fn every_label_split_and_attribute_has_something_to_show() {
    let sample = generate().unwrap();
    assert_eq!(sample.truth.len(), ROWS);
    for label in 0..3 {
        let share = sample.truth.iter().filter(|truth| **truth == label).count() as f64 / ROWS as f64;
        assert!((0.15..0.5).contains(&share), "label {label}: {share}");
    }
    let [chunk] = &sample.chunks[..] else { panic!("2,000 short texts fit one chunk") };
    let gold = chunk.gold.as_ref().unwrap();
    for split in Split::ALL {
        let rows: Vec<usize> = (0..ROWS).filter(|row| chunk.splits[*row] == split).collect();
        let known = rows.iter().filter(|row| gold[**row] != ABSTAIN).count();
        assert!(known > 50, "{split:?}: {known}");
        assert!(split == Split::Train || known == rows.len());
    }
    let known = (0..ROWS).filter(|row| gold[*row] != ABSTAIN);
    assert!(known.into_iter().all(|row| gold[row] == sample.truth[row]));
}

#[test]
fn few_comments_are_repeated() {
    let sample = generate().unwrap();
    let text = sample.chunks[0].text_column("text").unwrap();
    let distinct: std::collections::BTreeSet<_> = (0..ROWS).map(|row| text.get(row)).collect();
    assert!(distinct.len() > ROWS * 9 / 10, "{} distinct comments", distinct.len());
}

/// Figures of the sample's rules against the whole truth, by name.
fn figures() -> BTreeMap<String, RuleFigures> {
    let sample = generate().unwrap();
    let lexicons = sample.lexicons.iter().map(|(name, terms)| (name, normalize_terms(terms.clone())));
    let lexicons: Vec<_> = lexicons.map(|(name, terms)| (name, lexicon_hash(&terms), terms)).collect();
    let schema = Schema {
        labels: label_names(&sample.labels),
        columns: sample
            .schema
            .columns
            .iter()
            .map(|c| ColumnDef { name: c.name.clone(), kind: c.kind })
            .collect(),
        default_text: sample.schema.default_text.clone(),
        lexicons: lexicons
            .iter()
            .map(|(n, h, _)| LexiconDef { name: (*n).clone(), hash: h.clone() })
            .collect(),
        sources: Vec::new(),
        weights: Vec::new(),
    };
    let terms: Lexicons =
        lexicons.into_iter().map(|(_, hash, terms)| (hash, Arc::new(Lexicon::new(terms)))).collect();
    let sources: Vec<Source<'_>> = sample.rules.iter().map(|(name, text)| Source { name, text }).collect();
    let compiled = compile(&sources, &schema);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    let mut evaluator = Evaluator::new(sample.chunks[0].clone());
    let programs = compiled.rules.iter().map(|rule| Program::compile(&rule.plan, &terms).unwrap());
    let votes: Vec<_> = programs.map(|program| evaluator.votes(&program)).collect();
    let counts = count(&votes.iter().collect::<Vec<_>>(), &Bitset::full(ROWS), Some(&sample.truth));
    let figures = counts.into_iter().map(|counts| counts.figures(ROWS as u64));
    compiled.rules.into_iter().map(|rule| rule.name).zip(figures).collect()
}

#[test]
fn good_rules_look_good_and_poor_ones_poor() {
    let figures = figures();
    let accuracy = |rule: &str| figures[rule].accuracy.unwrap();
    for (rule, figures) in &figures {
        assert!(
            figures.coverage > 0.03 && figures.conflicts > 0.0,
            "{rule} is never in the way: {figures:?}"
        );
    }
    for rule in ["failures", "asks", "stars"] {
        assert!(accuracy(rule) > 0.8, "{rule}: {}", accuracy(rule));
    }
    assert!((0.45..0.75).contains(&accuracy("likes")), "likes: {}", accuracy("likes"));
    assert!(accuracy("shouting") < 0.6, "shouting: {}", accuracy("shouting"));
}

#[test]
fn the_sources_are_as_the_formatter_writes_them() {
    for (name, source) in phrases::RULES {
        assert_eq!(hunch_rules::format(source).as_deref(), Ok(source), "{name}");
    }
}
