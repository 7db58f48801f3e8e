use super::*;
use hunch_engine::{Column, ColumnData, RuleCounts, Split, TextColumn};
use hunch_rules::{Clause, Condition, MatchPlace, Predicate, Quantifier, Terms, TextMatch};
use std::cell::Cell;

thread_local! {
    static MILLIS: Cell<f64> = const { Cell::new(0.0) };
}

/// A clock on which each look takes three milliseconds, so that every slice seems slow and is short.
fn clock() -> f64 {
    MILLIS.with(|millis| millis.replace(millis.get() + 3.0))
}

pub(super) const TEXTS: [&str; 6] =
    ["my channel", "a song", "my song", "nothing", "subscribe to my song", ""];
const GOLD: [i16; 6] = [1, 0, 0, -1, 1, -1];

fn chunk(texts: &[&str], gold: &[i16]) -> Chunk {
    let rows = texts.len();
    let column = |rows: Vec<String>| TextColumn::from_rows(rows.into_iter().map(Some)).unwrap();
    Chunk {
        rows,
        ids: column((0..rows).map(|row| format!("d{row}")).collect()),
        // The last but one is in the test split: its gold must not be seen.
        splits: (0..rows).map(|row| if row + 2 == rows { Split::Test } else { Split::Dev }).collect(),
        gold: Some(gold.to_vec()),
        columns: vec![Column {
            name: "text".to_owned(),
            data: ColumnData::Text(column(texts.iter().map(|text| (*text).to_owned()).collect())),
        }],
        ..Chunk::default()
    }
}

fn info(ordinal: u32, excluded: &[u32]) -> ChunkRef {
    ChunkRef {
        ordinal,
        hash: format!("h{ordinal}"),
        url: String::new(),
        whole: None,
        first_row: u64::from(ordinal) * 6,
        excluded: excluded.to_vec(),
    }
}

fn plan(label: u16, word: &str) -> Plan {
    let find = TextMatch {
        column: "text".to_owned(),
        place: MatchPlace::Word,
        exact: false,
        quantifier: Quantifier::Any,
        terms: Terms::List(vec![word.to_owned()]),
        near: None,
    };
    let when = Condition::Is(Predicate::Match(find));
    Plan { name: String::new(), clauses: vec![Clause { label, when }] }
}

pub(super) fn saved(id: &str, label: u16, word: &str) -> SavedRule {
    SavedRule { id: id.to_owned(), plan: Some(plan(label, word)) }
}

fn draft(replaces: Option<&str>, label: u16, word: &str) -> Draft {
    Draft { replaces: replaces.map(str::to_owned), plan: plan(label, word) }
}

pub(super) fn shard(ordinals: &[u32]) -> Shard {
    let mut shard = Shard::new(clock);
    for ordinal in ordinals {
        shard.add_chunk(info(*ordinal, &[]), chunk(&TEXTS, &GOLD), None);
    }
    shard
}

pub(super) fn steps(shard: &mut Shard) -> Vec<Report> {
    let mut out = Vec::new();
    while shard.step(&mut out) {}
    out
}

/// What evaluation tells; frequent words come whenever there is time.
pub(super) fn run(shard: &mut Shard) -> Vec<Report> {
    let mut out = steps(shard);
    out.retain(|report| !matches!(report, Report::Words { .. }));
    out
}

fn last_part(reports: &[Report], of: u64) -> crate::worker::message::DraftPart {
    let part = |report: &Report| match report {
        Report::Draft { seq, part, .. } if *seq == of => Some(part.clone()),
        _ => None,
    };
    reports.iter().rev().find_map(part).expect("the draft's figures were told")
}

#[test]
fn the_page_hears_what_is_worked_on_before_the_work_that_may_never_end() {
    let mut shard = shard(&[0]);
    shard.set_rules(1, vec![saved("a", 1, "one")]);
    shard.set_draft(1, Some(draft(None, 0, "two")));
    let mut out = Vec::new();
    assert!(shard.step(&mut out));
    assert!(matches!(&out[..], [Report::Working { on: Subject::Draft }]), "{out:?}");
}

#[test]
fn the_draft_is_held_against_the_other_rules_and_against_itself_as_saved() {
    let mut shard = shard(&[0]);
    shard.set_rules(1, vec![saved("a", 1, "my"), saved("b", 0, "song")]);
    shard.set_draft(1, Some(draft(Some("a"), 1, "subscribe")));
    let part = last_part(&run(&mut shard), 1);
    assert!(part.compared);
    assert_eq!(part.edit.rows, 6);
    assert_eq!(
        part.edit.counts,
        RuleCounts { votes: 1, overlaps: 1, conflicts: 1, correct: 0, incorrect: 0 }
    );
    assert_eq!(part.edit.adds, 0);
    // "my" voted on three rows, "subscribe" on one of them.
    assert_eq!(
        part.edit.moves.iter().map(|it| (it.from, it.to, it.rows)).collect::<Vec<_>>(),
        [(Some(1), None, 2)]
    );
}

#[test]
fn a_new_rule_moves_every_row_it_votes_on_and_an_inactive_one_none() {
    let mut shard = shard(&[0]);
    shard.set_draft(1, Some(draft(None, 1, "my")));
    let moves = last_part(&run(&mut shard), 1).edit.moves;
    assert_eq!(moves.iter().map(|it| (it.from, it.to, it.rows)).collect::<Vec<_>>(), [(None, Some(1), 3)]);
    shard.set_draft(2, Some(draft(Some("inactive"), 1, "my")));
    assert_eq!(last_part(&run(&mut shard), 2).edit.moves, []);
}

#[test]
pub(super) fn saved_rules_get_their_figures_per_chunk_and_only_once_per_version() {
    let mut shard = shard(&[0, 3]);
    shard.set_rules(
        7,
        vec![saved("a", 1, "my"), SavedRule { id: "broken".to_owned(), plan: None }, saved("b", 0, "song")],
    );
    let reports = run(&mut shard);
    let told: Vec<_> = reports
        .iter()
        .filter_map(|report| match report {
            Report::Rules { version, ordinal, rows, covered, counts, .. } => {
                Some((*version, *ordinal, *rows, *covered, counts))
            }
            _ => None,
        })
        .collect();
    let a = RuleCounts { votes: 3, overlaps: 2, conflicts: 2, correct: 1, incorrect: 1 };
    let b = RuleCounts { votes: 3, overlaps: 2, conflicts: 2, correct: 2, incorrect: 0 };
    let counts = vec![a, RuleCounts::default(), b];
    assert_eq!(told, [(7, 0, 6, 4, &counts), (7, 3, 6, 4, &counts)]);
    assert_eq!(reports.last(), Some(&Report::Idle));
    assert_eq!(run(&mut shard), []);
}

#[test]
fn a_newer_draft_ends_the_work_on_the_older() {
    let mut shard = shard(&[0, 1, 2]);
    shard.set_draft(1, Some(draft(None, 1, "my")));
    let mut out = Vec::new();
    assert!(shard.step(&mut out));
    shard.set_draft(2, Some(draft(None, 1, "song")));
    let later = run(&mut shard);
    assert!(later.iter().all(|report| !matches!(report, Report::Draft { seq: 1, .. })));
    assert_eq!(last_part(&later, 2).edit.counts.votes, 3);
}

#[test]
fn excluded_documents_and_gold_of_other_splits_count_nowhere() {
    let mut shard = Shard::new(clock);
    let loaded = shard.add_chunk(info(0, &[0]), chunk(&TEXTS, &GOLD), None);
    assert_eq!(loaded, Report::Loaded { ordinal: 0, rows: 5, gold: 2 });
    shard.set_draft(1, Some(draft(None, 1, "my")));
    let part = last_part(&run(&mut shard), 1);
    // Rows 0 (excluded), 2 (gold 0) and 4 (of the test split) have the word.
    assert_eq!(part.edit.counts, RuleCounts { votes: 2, incorrect: 1, ..RuleCounts::default() });

    // Un-excluding tells the figures anew without loading the chunk again.
    assert_eq!(shard.keep_chunks(vec![info(0, &[])], Shape::default()), []);
    let part = last_part(&run(&mut shard), 1);
    assert_eq!((part.edit.rows, part.edit.counts.votes, part.edit.counts.correct), (6, 3, 1));
}

#[test]
fn gold_that_is_given_moves_figures_at_once_and_goes_when_it_is_withdrawn() {
    let mut shard = Shard::new(clock);
    shard.set_gold(vec![("d3".to_owned(), 1)]);
    let loaded = shard.add_chunk(info(0, &[]), chunk(&TEXTS, &GOLD), None);
    assert_eq!(loaded, Report::Loaded { ordinal: 0, rows: 6, gold: 4 });
    shard.set_draft(1, Some(draft(None, 1, "my")));
    let figures = |shard: &mut Shard| {
        let counts = last_part(&run(shard), 1).edit.counts;
        (counts.votes, counts.correct, counts.incorrect)
    };
    assert_eq!(figures(&mut shard), (3, 1, 1));
    // Over the file's gold, on a document without, in another split (not to be seen), and of another worker.
    let given = [("d2", 1), ("d5", 0), ("d4", 1), ("elsewhere", 1)].map(|(id, label)| (id.to_owned(), label));
    let told = shard.set_gold(given.to_vec());
    assert_eq!(told, [Report::Loaded { ordinal: 0, rows: 6, gold: 5 }]);
    assert_eq!(figures(&mut shard), (3, 2, 0));
    assert_eq!(shard.set_gold(given.to_vec()), []);
    shard.set_gold(vec![("d2".to_owned(), -1), ("d3".to_owned(), -1)]);
    assert_eq!(figures(&mut shard), (3, 1, 1));
}

#[test]
fn each_tab_shows_its_documents_in_order_with_all_votes() {
    let mut shard = shard(&[0, 1]);
    shard.set_rules(1, vec![saved("a", 1, "my"), saved("b", 0, "song")]);
    shard.set_draft(5, Some(draft(Some("a"), 1, "my")));
    run(&mut shard);
    let all = |ordinal| Piece { ordinal, skip: 0, take: 10 };
    let numbers = |tab| -> Vec<u64> {
        let rows = shard.rows(5, tab, &[all(0), all(1)]).expect("the draft is the present one");
        rows.iter().map(|row| row.number).collect()
    };
    assert_eq!(numbers(Tab::Matches), [0, 2, 4, 6, 8, 10]);
    assert_eq!(numbers(Tab::Conflicts), [2, 4, 8, 10]);
    assert_eq!(numbers(Tab::Abstains), [1, 3, 5, 7, 9, 11]);
    assert_eq!(numbers(Tab::Wrong), [2, 8]);

    let piece = Piece { ordinal: 0, skip: 1, take: 1 };
    let rows = shard.rows(5, Tab::Matches, &[piece]).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].id.as_str(), rows[0].vote, rows[0].gold), ("d2", Some(1), Some(0)));
    assert_eq!(rows[0].votes, [Some(1), Some(0)]);
    let marked: Vec<_> =
        rows[0].fields[0].pieces.iter().map(|piece| (piece.text.as_str(), piece.marked)).collect();
    assert_eq!(marked, [("my", true), (" song", false)]);
    assert_eq!(shard.rows(4, Tab::Matches, &[piece]), None);
}

#[test]
fn a_rule_waits_for_its_lexicon_and_then_goes_on() {
    let mut shard = shard(&[0]);
    let hash = hunch_rules::lexicon_hash(&["song".to_owned()]);
    let mut waiting = plan(0, "");
    if let Condition::Is(Predicate::Match(find)) = &mut waiting.clauses[0].when {
        find.terms = Terms::Lexicon { name: "words".to_owned(), hash: hash.clone() };
    }
    shard.set_rules(1, vec![SavedRule { id: "a".to_owned(), plan: Some(waiting.clone()) }]);
    shard.set_draft(1, Some(Draft { replaces: None, plan: waiting }));
    assert_eq!(run(&mut shard), []);
    assert_eq!(shard.add_lexicon(hash, vec!["song".to_owned()]), []);
    assert_eq!(last_part(&run(&mut shard), 1).edit.counts.votes, 3);
}

#[test]
fn chunks_that_stay_are_not_fetched_again() {
    let mut shard = shard(&[0, 1]);
    let missing = shard.keep_chunks(vec![info(1, &[]), info(2, &[])], Shape::default());
    assert_eq!(missing, [info(2, &[])]);
    assert_eq!(shard.loaded().len(), 1);
}

#[test]
fn a_sample_counts_its_rows_only_and_shows_them_under_their_own_numbers() {
    let mut shard = Shard::new(clock);
    let sampled = ChunkRef { whole: Some("/all".to_owned()), ..info(1, &[2, 3]) };
    let loaded = shard.add_chunk(sampled, chunk(&TEXTS[..3], &GOLD[..3]), Some(vec![0, 2, 5]));
    // Row 2 is excluded, row 3 is not of the sample.
    assert_eq!(loaded, Report::Loaded { ordinal: 1, rows: 2, gold: 2 });
    shard.set_draft(1, Some(draft(None, 1, "my")));
    assert_eq!(last_part(&run(&mut shard), 1).edit.counts.votes, 2);
    shard.set_draft(2, Some(draft(None, 0, "song")));
    run(&mut shard);
    let numbers = |tab| -> Vec<u64> {
        let rows = shard.rows(2, tab, &[Piece { ordinal: 1, skip: 0, take: 9 }]).unwrap();
        rows.iter().map(|row| row.number).collect()
    };
    assert_eq!((numbers(Tab::Abstains), numbers(Tab::Matches)), (vec![6], vec![11]));
}

#[test]
fn documents_beyond_the_sample_are_named_and_shown_from_their_whole_chunk() {
    let mut shard = Shard::new(clock);
    assert_eq!(shard.documents(&[(1, 5)], 9), None);
    let sampled = ChunkRef { whole: Some("/all".to_owned()), ..info(1, &[]) };
    shard.add_chunk(sampled.clone(), chunk(&TEXTS[..3], &GOLD[..3]), Some(vec![0, 2, 5]));
    shard.set_gold(vec![("d1".to_owned(), 1)]);
    let found = shard.documents(&[(1, 5), (1, 4), (1, 0), (1, 1)], 9).unwrap();
    let numbers = |documents: &[Document]| documents.iter().map(|it| it.number).collect::<Vec<_>>();
    assert_eq!(numbers(&found.documents), [11, 6]);
    assert_eq!(found.elsewhere, [(sampled.clone(), vec![4, 1])]);
    let others = shard.documents_of(sampled, chunk(&TEXTS, &GOLD), &[4, 1], 9);
    assert_eq!(numbers(&others), [10, 7]);
    assert_eq!(others.iter().map(|it| it.gold).collect::<Vec<_>>(), [None, Some(1)]);
    // The figures stay those of the sample.
    shard.set_draft(1, Some(draft(None, 1, "subscribe")));
    assert_eq!(last_part(&run(&mut shard), 1).edit.rows, 3);
}

#[test]
fn frequent_words_are_told_once_for_what_is_held() {
    let words = |reports: &[Report]| {
        let told = reports.iter().filter_map(|report| match report {
            Report::Words { words } => Some(words.clone()),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let mut shard = shard(&[0, 1]);
    let expected = vec![("my".to_owned(), 3), ("song".to_owned(), 3)];
    assert_eq!(words(&steps(&mut shard)), std::slice::from_ref(&expected));
    assert_eq!(words(&steps(&mut shard)), <[Vec<_>; 0]>::default());
    shard.keep_chunks(vec![info(0, &[]), info(7, &[])], Shape::default());
    assert_eq!(words(&steps(&mut shard)), [expected]);
}
