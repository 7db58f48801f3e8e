//! The order of the list: what each suggestion adds to the rules that exist and to the suggestions before it.

use crate::evidence::rows_of;
use crate::{Candidate, Kind, Measured, Tally};
use hunch_engine::{Bitset, Interval, wilson};
use hunch_rules::LabelIndex;
use serde::{Deserialize, Serialize};

/// What a document counts that a rule votes on already, beside one that none votes on: a second opinion is worth less.
const SECOND_OPINION: f64 = 0.1;
/// The least share of its documents by which a suggestion must differ from those before it.
const NEW: f64 = 0.3;

/// A suggested rule with figures of what it does. All of them are what the engine computes for its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it looks at.
    pub kind: Kind,
    /// What a blacklist names.
    pub term: String,
    /// What it votes.
    pub label: LabelIndex,
    /// Its name, which no other rule has.
    pub name: String,
    /// Its text, as the formatter writes it.
    pub rule: String,
    /// Documents it votes on.
    pub votes: u64,
    /// Documents that were looked at: all that are not excluded.
    pub rows: u64,
    /// Documents it votes on and no active rule does.
    pub adds: u64,
    /// Documents it votes on whose label is known.
    pub judged: u64,
    /// Of these, those it is right about; of a model, the expected number.
    pub right: f64,
    /// 95 % interval of its precision, by Wilson's score.
    pub precision: Interval,
}

/// A candidate that is good enough.
struct Contender {
    suggestion: Suggestion,
    /// The documents of the sketch it votes on.
    rows: Bitset,
    /// The lower end of its precision beyond chance.
    edge: f64,
}

/// Ranks at most `take` candidates by what they do to the chunks of a corpus, whose order does not matter.
///
/// Greedy: the next one is that which brings most documents not brought yet, each weighed by how sure the suggestion beats
/// chance. Those that bring little new are left out, so the list is diverse.
pub fn choose(candidates: Vec<Candidate>, measured: &[Measured], take: usize) -> Vec<Suggestion> {
    let mut known = Tally::default();
    for part in measured {
        known += &part.known;
    }
    let open: u64 = measured.iter().map(|part| part.open).sum();
    let covered = sketch(measured, |part| &part.covered);
    let mut contenders: Vec<Contender> = candidates
        .into_iter()
        .enumerate()
        .filter_map(|(place, candidate)| contender(place, candidate, measured, &known))
        // Where documents are left that no rule votes on, a suggestion is for them.
        .filter(|it| it.suggestion.adds > 0 || open == 0)
        .collect();
    let mut brought = Bitset::new(covered.len());
    let mut chosen = Vec::new();
    while chosen.len() < take {
        let worth = |it: &Contender| {
            let mut new = it.rows.clone();
            new.and_not(&brought);
            let (all, known) = (new.count_ones(), new.count_common(&covered));
            let different = all as f64 >= NEW * it.rows.count_ones() as f64;
            let rows = (all - known) as f64 + SECOND_OPINION * known as f64;
            if different { rows * it.edge } else { 0.0 }
        };
        let best = contenders
            .iter()
            .map(worth)
            .enumerate()
            .filter(|(_, worth)| *worth > 0.0)
            .max_by(|(a, x), (b, y)| x.total_cmp(y).then(b.cmp(a)));
        let Some((place, _)) = best else { break };
        let Contender { suggestion, rows, .. } = contenders.remove(place);
        brought.or(&rows);
        chosen.push(suggestion);
    }
    chosen
}

fn contender(place: usize, candidate: Candidate, measured: &[Measured], known: &Tally) -> Option<Contender> {
    let effects = || measured.iter().filter_map(|part| part.each.get(place));
    let judged: u64 = effects().map(|effect| effect.judged).sum();
    let right = rows_of(effects().map(|effect| effect.right).sum());
    let precision = wilson(right, judged as f64)?;
    let edge = precision.low - known.share(candidate.label);
    let suggestion = Suggestion {
        kind: candidate.kind,
        term: candidate.term,
        label: candidate.label,
        name: candidate.name,
        rule: candidate.rule,
        votes: effects().map(|effect| effect.votes).sum(),
        rows: measured.iter().map(|part| part.rows).sum(),
        adds: effects().map(|effect| effect.adds).sum(),
        judged,
        right,
        precision,
    };
    let nothing = Vec::new();
    let rows = sketch(measured, |part| part.each.get(place).map_or(&nothing, |effect| &effect.sketch));
    (edge > 0.0).then_some(Contender { suggestion, rows, edge })
}

/// Documents of the sketch, those of all chunks one after the other.
fn sketch<'a>(measured: &'a [Measured], of: impl Fn(&'a Measured) -> &'a Vec<u32>) -> Bitset {
    let mut rows = Bitset::new(measured.iter().map(|part| part.sketched as usize).sum());
    let mut start = 0;
    for part in measured {
        for row in of(part) {
            rows.set(start + *row as usize);
        }
        start += part.sketched as usize;
    }
    rows
}
