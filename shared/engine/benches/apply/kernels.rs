//! Parts of the engine that have a promise of their own.

use std::sync::Arc;

use hunch_engine::{
    Bitset, Chunk, Column, ColumnData, Evaluator, Pairs, Program, RuleVotes, Split, TextColumn,
};

use crate::{
    clock::{best, millis},
    corpus::Corpus,
    rules::{lexicon, programs},
};

/// All chunks' votes, each chunk being read for the first time.
fn votes(corpus: &Corpus, program: &Program) -> Vec<RuleVotes> {
    corpus.chunks.iter().map(|chunk| Evaluator::new(chunk.clone()).votes(program)).collect()
}

/// Lexicons of a thousand to a million terms: made ready, and looked for.
pub(crate) fn lexicons(corpus: &Corpus) {
    println!("\nlexicon, one core: ms to make it ready, ms to match the corpus, rows");
    for size in [1_000, 10_000, 100_000, 1_000_000] {
        let terms = lexicon(corpus, 3, 300, size);
        let lexicons = [("names", terms)];
        let (ready, programs) = best(2, || programs(&["HAM when text has @names"], &lexicons));
        let (time, votes) = best(3, || votes(corpus, &programs[0]));
        let rows: usize = votes.iter().map(|votes| votes.any().count_ones()).sum();
        println!("{size:9} {:7.0} {:7.0} {rows:8}", millis(ready), millis(time));
    }
}

/// Expressions that give the regex crate work, on rows as they are and on rows that hold more than ASCII.
pub(crate) fn slow_regexes(corpus: &Corpus) {
    let ascii = corpus.chunks.first().and_then(|chunk| chunk.text_column("text")).unwrap();
    let beyond: Vec<String> =
        (0..ascii.len()).filter_map(|row| Some(format!("é {} é", ascii.get(row)?))).collect();
    let ab = ["ab".repeat(50)];
    println!(
        "\nexpressions, one core: MB/s on real rows, on the same with é before and behind, on rows of 100 bytes of abab…"
    );
    for pattern in [r"[ab]*a[ab]{20}c", r"\bfree\b.*\bprizes\b", r"\bfree\b", r"\w+\d\b", r"(\w+\s?)*zzz"] {
        let clause = format!("SPAM when text ~ /{pattern}/");
        let program = &programs(&[&clause], &[])[0];
        let rate = |texts: &mut dyn Iterator<Item = &str>| {
            let chunk = chunk_of(texts);
            let bytes = chunk.text_bytes() as f64;
            let (time, _) = best(2, || Evaluator::new(chunk.clone()).votes(program));
            bytes / time.as_secs_f64() / 1e6
        };
        let real = rate(&mut (0..ascii.len()).filter_map(|row| ascii.get(row)));
        let accented = rate(&mut beyond.iter().map(String::as_str));
        let ab = rate(&mut ab.iter().map(String::as_str).cycle().take(ascii.len()));
        println!("{real:7.0} {accented:7.0} {ab:7.0}  /{pattern}/");
    }
    println!("refused expressions: ms until the reason is known");
    for pattern in [
        r"\w{1000}",
        r"(?:\w+\s+){200}",
        r"\p{L}{1,400}x",
        r"(a{1,100}){1,100}",
        r"(?i)[\s\S]{0,900}é{0,900}",
    ] {
        let (time, refusal) = best(3, || hunch_rules::build_regex(pattern, false).err());
        println!(
            "{:7.2}  /{pattern}/: {}",
            millis(time),
            refusal.map_or("accepted".to_owned(), |error| error.to_string())
        );
    }
}

fn chunk_of(texts: &mut dyn Iterator<Item = &str>) -> Arc<Chunk> {
    let texts = TextColumn::from_rows(texts.map(Some)).unwrap();
    let rows = texts.len();
    Arc::new(Chunk {
        rows,
        ids: TextColumn::from_rows((0..rows).map(|row| Some(row.to_string()))).unwrap(),
        splits: vec![Split::Train; rows],
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(texts) }],
        ..Chunk::default()
    })
}

/// All pairs of a hundred rules, and those of one that was edited.
pub(crate) fn pairs(corpus: &Corpus) {
    const RULES: usize = 100;
    let chunks: Vec<(Vec<RuleVotes>, Bitset)> = corpus
        .chunks
        .iter()
        .map(|chunk| {
            let votes = |rule: usize| {
                let vote = |row: usize| {
                    if (row * 31).is_multiple_of(rule + 7) { i16::from(row.is_multiple_of(3)) } else { -1 }
                };
                RuleVotes::from_votes(&(0..chunk.rows).map(vote).collect::<Vec<_>>())
            };
            ((0..RULES).map(votes).collect(), Bitset::full(chunk.rows))
        })
        .collect();
    let each = |run: &mut dyn FnMut(usize, &[&RuleVotes], &Bitset)| {
        for (index, (votes, active)) in chunks.iter().enumerate() {
            run(index, &votes.iter().collect::<Vec<_>>(), active);
        }
    };
    let (all, mut counts) = best(3, || {
        let mut counts = Vec::new();
        each(&mut |_, votes, active| counts.push(Pairs::count(votes, active)));
        counts
    });
    let (one, ()) = best(3, || each(&mut |index, votes, active| counts[index].recount(7, votes, active)));
    println!(
        "\npairs of {RULES} rules of two labels on {} rows, one core: all {:.1} ms, those of one rule {:.1} ms",
        corpus.rows(),
        millis(all),
        millis(one)
    );
}
